import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sample, sumOf } from './sample.ts';
import { platformColumns, writePlatform } from './write-platform.ts';

const { entries } = sample.ledger;
const days = [...new Set(entries.map(({ bookedOn }) => bookedOn))];
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const column = (name: (typeof platformColumns)[number]): number => platformColumns.indexOf(name);

test('has 22 columns and a summary of number, total and checksum', () => {
  expect(platformColumns).toHaveLength(22);
  for (const date of days) {
    const lines = textOf(writePlatform(entries, { kind: 'THU', date }).bytes)
      .trimEnd()
      .split('\n');
    const rows = lines.slice(0, -1).map((line) => line.split('|'));
    const [count, total, checksum] = lines.at(-1)?.split('|') ?? [];
    for (const row of rows) expect(row).toHaveLength(22);
    expect(Number(count)).toBe(rows.length);
    expect(Number(total)).toBe(sumOf(rows.map((row) => Number(row[column('SoTien')]))));
    expect(checksum).toBe(createHash('sha256').update(lines.slice(0, -1).join('\n')).digest('hex'));
  }
});

test('the files of a month hold what went over the platform, each kind in files of its own', () => {
  const told = (kind: 'THU' | 'CHI' | 'HOAN') =>
    days.flatMap((date) =>
      textOf(writePlatform(entries, { kind, date }).bytes)
        .trimEnd()
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('|')),
    );
  const ofPlatform = entries.filter(({ channel, currency }) => channel === 'national' && currency === 'VND');
  for (const [kind, booked] of [
    ['THU', 'payment'],
    ['CHI', 'outgoing'],
    ['HOAN', 'reversal'],
  ] as const) {
    const amounts = told(kind).map((row) => Number(row[column('SoTien')]));
    const wanted = ofPlatform.filter((entry) => entry.kind === booked);
    expect(wanted.length).toBeGreaterThan(0);
    expect(amounts).toHaveLength(wanted.length);
    expect(sumOf(amounts)).toBe(sumOf(wanted.map(({ amount }) => amount)));
    expect(told(kind).every((row) => row[column('LoaiGiaoDich')] === kind)).toBe(true);
  }
});

test('a day without transactions is a file of its summary alone', () => {
  const { bytes, name } = writePlatform(entries, { kind: 'HOAN', date: '2023-05-01' });
  expect(textOf(bytes)).toBe(`0|0|${createHash('sha256').update('').digest('hex')}\n`);
  expect(name).toBe('20230501_DVC01_HOAN_WEB.txt');
});

test('as JSON it carries the same bytes in Base64', () => {
  const { bytes, json, name } = writePlatform(entries, { kind: 'THU', date: days[3] ?? '' });
  const read = JSON.parse(json) as Record<string, string>;
  expect(new Uint8Array(Buffer.from(read.content ?? '', 'base64'))).toEqual(bytes);
  expect(read.TenFile).toBe(name);
});
