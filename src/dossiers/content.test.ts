import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../delivery/testing/bench.ts';
import { contentText, readContent } from './content.ts';

describe('the content of a snapshot', () => {
  it('leaves out its place in the order', () => {
    const text = contentText(snapshotOf('D1', 1));
    expect(contentText({ ...snapshotOf('D1', 1), revision: 7, updatedAt: '2026-06-30T00:00:00Z' })).toBe(text);
    expect(readContent(text)).not.toHaveProperty('updatedAt');
  });

  it('is the same for null and absent, at any depth', () => {
    const snapshot = snapshotOf('D1', 1);
    const applicant = { ...snapshot.applicant, phone: null, email: null };
    expect(contentText({ ...snapshot, note: null, applicant })).toBe(contentText(snapshot));
  });

  it('differs where a word differs', () => {
    expect(contentText(snapshotOf('D1', 1, { note: 'a' }))).not.toBe(contentText(snapshotOf('D1', 1, { note: 'b' })));
    expect(contentText(snapshotOf('D1', 1, { note: '' }))).not.toBe(contentText(snapshotOf('D1', 1)));
  });

  it('is read back as it was', () => {
    const {
      revision: _revision,
      updatedAt: _updatedAt,
      ...content
    } = snapshotOf('D1', 1, { note: 'x:null', fees: [] });
    expect(readContent(contentText(snapshotOf('D1', 1, { note: 'x:null', fees: [] })))).toEqual(content);
  });
});
