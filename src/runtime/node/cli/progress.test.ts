import { expect, test } from 'vitest';
import { progressLine } from './progress.ts';

function screen(terminal: boolean, columns?: number) {
  const written: string[] = [];
  let now = 0;
  const line = progressLine(
    { isTTY: terminal, ...(columns === undefined ? {} : { columns }), write: (text) => written.push(text) },
    () => now,
  );
  return { line, written, pass: (ms: number) => (now += ms) };
}

test('on a terminal one line is drawn over, at most ten times a second', () => {
  const { line, written, pass } = screen(true);
  line.show(0, 'a');
  line.show(0.5, 'b');
  pass(100);
  line.show(0.5, 'c');
  expect(written).toEqual(['\r[░░░░░░░░░░░░░░░░]   0 %  a\u001b[K', '\r[████████░░░░░░░░]  50 %  c\u001b[K']);
});

test('a line longer than the terminal is cut, so that it never breaks', () => {
  const { line, written } = screen(true, 20);
  line.show(undefined, 'x'.repeat(50));
  expect(written).toEqual([`\r${'x'.repeat(19)}\u001b[K`]);
});

test('a terminal that tells no width is given one', () => {
  const { line, written } = screen(true, 0);
  line.show(undefined, 'x'.repeat(50));
  expect(written).toEqual([`\r${'x'.repeat(50)}\u001b[K`]);
});

test('in a file it is a line every five seconds, and the last state is always there', () => {
  const { line, written, pass } = screen(false);
  line.show(undefined, 'one');
  pass(4_999);
  line.show(undefined, 'two');
  pass(1);
  line.show(undefined, 'three');
  line.show(undefined, 'four');
  line.end();
  line.end();
  expect(written).toEqual(['one\n', 'three\n', 'four\n']);
});

test('a note stays above the line that moves', () => {
  const { line, written } = screen(true);
  line.show(undefined, 'moving');
  line.note('the portal is away');
  expect(written.join('')).toBe('\rmoving\u001b[K\rthe portal is away\u001b[K\n\rmoving\u001b[K');
});

test('a share beyond its bounds breaks no bar', () => {
  const { line, written } = screen(false);
  line.show(1.4, '');
  expect(written[0]).toContain('100 %');
});
