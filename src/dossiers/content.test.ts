import { describe, expect, it } from 'vitest';
import { dossierRecord } from '../../adapters/national-portal/record.ts';
import { snapshotOf } from '../../test/kit/delivery/bench.ts';
import { contentText, readContent } from './content.ts';

const fee = { kind: 'fee', code: 'P1', name: 'Phí', amount: { amount: 1000, currency: 'VND' } } as const;

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

  it('is the same for an empty list and an absent one, at any depth: so it is on the wire', () => {
    const plain = snapshotOf('D1', 1, { supplements: [{ id: 's1' }] });
    const applicant = { ...plain.applicant, identities: [] };
    const nothing = { fees: [], attachments: [], otherDocuments: [], results: [], connectedDatabases: [], steps: [] };
    const empty = { ...plain, ...nothing, applicant, supplements: [{ id: 's1', documents: [], fees: [] }] };
    expect(contentText(empty)).toBe(contentText({ ...plain, applicant: { ...applicant, identities: undefined } }));
    expect(contentText({ ...plain, supplements: [] })).toBe(contentText({ ...plain, supplements: undefined }));
    expect(dossierRecord(empty)).toEqual(
      dossierRecord({ ...plain, applicant: { ...applicant, identities: undefined } }),
    );
    expect(contentText({ ...plain, fees: [fee] })).not.toBe(contentText({ ...plain, fees: [] }));
  });

  it('keeps words that look like nothing', () => {
    const note = ',"fees":[] {"fees":[],"x":null} \\","fees":[]';
    expect(readContent(contentText(snapshotOf('D1', 1, { note, summary: ',' }))).note).toBe(note);
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
    } = snapshotOf('D1', 1, { note: 'x:null', fees: [fee] });
    expect(readContent(contentText(snapshotOf('D1', 1, { note: 'x:null', fees: [fee] })))).toEqual(content);
  });
});
