import { expect, test } from 'vitest';
import { dollars, statements } from './sample.ts';
import { writeMt940 } from './write-mt940.ts';

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const messages = textOf(writeMt940(statements, { entriesPerMessage: 5 }))
  .split('\r\n-\r\n')
  .slice(0, -1);
const amountIn = (message: string, tag: string): number => {
  const [, sign, amount = ''] = new RegExp(`^:${tag}:([CD])\\d{6}[A-Z]{3}([\\d,]+)`, 'm').exec(message) ?? [];
  return (sign === 'D' ? -1 : 1) * Number(amount.replace(',', ''));
};

test('every message adds up, and each begins where the one before it ended', () => {
  const ends = new Map<string, number>();
  for (const message of messages) {
    const opening = amountIn(message, '60[FM]');
    const closing = amountIn(message, '62[FM]');
    let balance = opening;
    for (const [, mark = '', amount = ''] of message.matchAll(/^:61:\d{10}(R?[CD])([\d,]+)N/gm)) {
      balance += (mark === 'C' || mark === 'RD' ? 1 : -1) * Number(amount.replace(',', ''));
    }
    expect(balance).toBe(closing);
    const account = /^:25:(\d+)/m.exec(message)?.[1] ?? '';
    const start = ends.get(account) ?? statements.find((one) => one.account.number === account)?.opening;
    expect(opening).toBe(start);
    ends.set(account, closing);
  }
  expect([...ends.values()]).toEqual(statements.map(({ closing }) => closing));
});

test('a day of many entries goes on in a sequence: intermediate balances inside, final ones at its ends', () => {
  const byDay = Map.groupBy(messages, (message) => /^:25:\d+\r\n:28C:\d+/m.exec(message)?.[0]);
  const [day = []] = [...byDay.values()].sort((left, right) => right.length - left.length);
  expect(day.length).toBeGreaterThan(2);
  expect(day.map((message) => /^:28C:\d+\/(\d+)/m.exec(message)?.[1])).toEqual(
    day.map((_, at) => String(at + 1).padStart(3, '0')),
  );
  expect(day.map((message) => message.includes(':60F:'))).toEqual(day.map((_, at) => at === 0));
  expect(day.map((message) => message.includes(':62F:'))).toEqual(day.map((_, at) => at === day.length - 1));
});

test('lines are of SWIFT’s characters, 65 at most in field 86, and none begins like a field by accident', () => {
  for (const message of messages) {
    for (const line of message.split('\r\n')) {
      expect(line).toMatch(/^(:\d{2}[A-Z]?:)?[A-Za-z0-9/\-?:().,'+ ]*$/);
      expect(line.replace(/^:\d{2}[A-Z]?:/, '').length).toBeLessThanOrEqual(65);
      expect(line).not.toMatch(/^(-|:(?!\d{2}[A-Z]?:))/);
    }
  }
});

test('a credit that is taken back is RC, and cents stand behind the comma', () => {
  const text = messages.join('\n');
  expect([...text.matchAll(/^:61:\d{10}RC/gm)].length).toBeGreaterThan(0);
  expect(textOf(writeMt940([dollars]))).toMatch(/^:60F:C\d{6}USD\d+,\d\d\r$/m);
});
