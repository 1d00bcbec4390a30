import { expect, test } from 'vitest';
import { amountOf, dong, sumOf } from './sample.ts';
import { writeHtml } from './write-html.ts';

test('is HTML whose table has the account in row 3, column 1, and lines that sum', () => {
  const text = new TextDecoder().decode(writeHtml(dong));
  expect(text.slice(0, 100)).toContain('<html');
  const rows = [...text.matchAll(/<tr>(.*)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell = '']) => cell),
  );
  expect(rows[3]?.[1]).toBe(dong.account.number);
  const body = rows.filter(([, date = '']) => /^\d{4}-\d{2}-\d{2}$/.test(date));
  expect(body).toHaveLength(dong.lines.length);
  expect(sumOf(body.map((row) => amountOf(row[3])))).toBe(dong.debits);
  expect(sumOf(body.map((row) => amountOf(row[4])))).toBe(dong.credits);
  expect(amountOf(body.at(-1)?.[5])).toBe(dong.closing);
});

test('what HTML would take for its own is escaped', () => {
  const [line] = dong.lines;
  if (line === undefined) throw new RangeError('the sample has no line');
  const text = new TextDecoder().decode(writeHtml({ ...dong, lines: [{ ...line, narrative: 'A & B <i>' }] }));
  expect(text).toContain('<td>A &amp; B &lt;i&gt;</td>');
});
