import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { liveText } from './live-secret.ts';
import { Secret } from './secret.ts';

function bench() {
  let file: string | Error = 'cu';
  const told: (string | undefined)[] = [];
  const text = liveText('cu', {
    read: () => {
      if (file instanceof Error) throw file;
      return file;
    },
    problemOf: (text) => (text === '' ? 'is empty' : undefined),
    told: (problem) => told.push(problem),
  });
  const write = (content: string | Error): void => {
    file = content;
  };
  return { text, told, write };
}

describe('a live text', () => {
  it('is what stands there when it is used, and a change is told once', () => {
    const b = bench();
    expect(b.text()).toBe('cu');
    b.write('moi');
    expect([b.text(), b.text()]).toEqual(['moi', 'moi']);
    expect(b.told).toEqual([undefined]);
  });

  it('stays the last good one while there is none to be had, told once', () => {
    const b = bench();
    b.write('');
    expect([b.text(), b.text()]).toEqual(['cu', 'cu']);
    b.write(new Error('ENOENT'));
    expect([b.text(), b.text()]).toEqual(['cu', 'cu']);
    b.write('cu');
    expect(b.text()).toBe('cu');
    b.write('moi');
    expect(b.text()).toBe('moi');
    expect(b.told).toEqual(['is empty', 'cannot be read', undefined]);
  });

  it('I6: is shown no more than any secret', () => {
    const b = bench();
    const secret = new Secret(b.text);
    expect(`${inspect(secret)} ${JSON.stringify({ secret })} ${String(secret)}`).not.toContain('cu');
    b.write('moi');
    expect(secret.reveal()).toBe('moi');
  });
});
