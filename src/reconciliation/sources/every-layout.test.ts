import { describe, expect, it } from 'vitest';
import { makeMonth } from '../../../mocks/statements/month.ts';
import { type AccountStatement, statementsOf } from '../../../mocks/statements/statement.ts';
import { writeCamt053 } from '../../../mocks/statements/write-camt053.ts';
import { writeCashup } from '../../../mocks/statements/write-cashup.ts';
import { writeHtml } from '../../../mocks/statements/write-html.ts';
import { writeMt940 } from '../../../mocks/statements/write-mt940.ts';
import { writePdfText } from '../../../mocks/statements/write-pdf-text.ts';
import { writePlatform } from '../../../mocks/statements/write-platform.ts';
import { writeSimple } from '../../../mocks/statements/write-simple.ts';
import { writeWorkbook } from '../../../mocks/statements/write-workbook.ts';
import { identityText } from '../line-identity.ts';
import { wholeVnd } from './decimal.ts';
import { readers } from './readers.ts';
import { openSource } from './sources.ts';
import { createUnderstander } from './understand.ts';

const month = makeMonth({ seed: 7, payments: 600, units: 3, faults: 0.05 });
const statements = statementsOf(month.ledger, { from: month.from, to: month.to });
const vnd = statements.filter(({ account }) => account.currency === 'VND');
const one = vnd.reduce((most, each) => (each.lines.length > most.lines.length ? each : most));
const { number } = one.account;

async function* pieces(bytes: Uint8Array, size = 65_536) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}
async function read(bytes: Uint8Array, named: string | null = null) {
  const opened = await openSource(
    readers,
    { file: pieces(bytes), source: undefined, account: named },
    async () => undefined,
  );
  if ('message' in opened) return { format: null, source: null, lines: [], accounts: [], problems: [opened] };
  const understander = createUnderstander({ expected: named });
  const lines = [];
  for await (const told of opened.told) lines.push(...understander.take(told));
  return { format: opened.format, source: opened.source, ...understander.end(), lines };
}

const sums = (accounts: Awaited<ReturnType<typeof read>>['accounts']) =>
  accounts
    .filter(({ currency }) => currency === 'VND')
    .map((each) => [each.account, each.lines, wholeVnd(each.credits), wholeVnd(each.debits)]);
const told = (all: readonly AccountStatement[]) =>
  all.map(({ account, lines, credits, debits }) => [account.number, lines.length, credits, debits]);

describe('what the simulated bank writes is read in every layout', () => {
  const layouts: [string, string, Uint8Array, string | null][] = [
    ['workbook', 'vietcombank-workbook', writeWorkbook(one), null],
    ['simple workbook', 'vietcombank-simple', writeSimple(one, 'xlsx'), number],
    ['simple CSV', 'vietcombank-simple', writeSimple(one, 'csv'), number],
    ['HTML', 'vietcombank-html', writeHtml(one), null],
    ['PDF text', 'vietcombank-pdf-text', writePdfText(one), null],
    ['MT940', 'mt940', writeMt940([one]), null],
    ['camt.053', 'camt.053', writeCamt053([one]), null],
  ];
  it.each(layouts)('%s: every entry of one account, to the đồng', async (_name, format, bytes, named) => {
    const seen = await read(bytes, named);
    expect(seen.problems).toEqual([]);
    expect(seen.format).toBe(format);
    expect(sums(seen.accounts)).toEqual(told([one]));
    const plain = (lines: readonly { date: string; direction: string; amountVnd: number | null }[]) =>
      lines.map(({ date, direction, amountVnd }) => `${date} ${direction} ${amountVnd}`).sort();
    expect(plain(seen.lines)).toEqual(
      plain(one.lines.map(({ bookedOn, direction, amount }) => ({ date: bookedOn, direction, amountVnd: amount }))),
    );
  });

  it('an entry is the same one in all layouts that tell its document number', async () => {
    const identities = await Promise.all(
      layouts
        .filter(([name]) => !name.startsWith('simple'))
        .map(
          async ([name, , bytes, named]) => [name, (await read(bytes, named)).lines.map(identityText).sort()] as const,
        ),
    );
    const [, expected] = identities[0] ?? [];
    for (const [name, seen] of identities) {
      const missing = (expected ?? []).filter((each) => !seen.includes(each));
      expect([name, missing.slice(0, 3)]).toEqual([name, []]);
    }
  });

  it('CashUp: all accounts of a file', async () => {
    const seen = await read(writeCashup(vnd));
    expect(seen.problems).toEqual([]);
    expect(sums(seen.accounts)).toEqual(told(vnd));
  });

  it('camt.053 and MT940: several accounts, other currencies beside đồng', async () => {
    for (const bytes of [writeCamt053(statements), writeMt940(statements)]) {
      const seen = await read(bytes);
      expect(seen.problems).toEqual([]);
      expect(sums(seen.accounts)).toEqual(told(vnd));
    }
  });

  it('the platform’s file, plain and inside JSON; a day without transactions', async () => {
    const date = vnd[0]?.lines.find(({ channel }) => channel === 'national')?.bookedOn ?? month.from;
    const file = writePlatform(month.ledger.entries, { kind: 'THU', date });
    for (const bytes of [file.bytes, new TextEncoder().encode(file.json)]) {
      const seen = await read(bytes);
      expect(seen.problems).toEqual([]);
      expect([seen.format, seen.source]).toEqual(['platform-pipe', 'payment-platform']);
      expect(seen.lines.length).toBeGreaterThan(0);
      expect(seen.lines.every((line) => line.direction === 'credit' && line.status === '1')).toBe(true);
    }
    const none = await read(writePlatform([], { kind: 'THU', date }).bytes);
    expect([none.problems, none.lines]).toEqual([[], []]);
    const cut = new TextDecoder().decode(file.bytes).split('\n').slice(1).join('\n');
    expect((await read(new TextEncoder().encode(cut))).problems.map(({ column }) => column)).toEqual(['rows', 'total']);
  });

  it('a file that is nothing of it', async () => {
    for (const bytes of ['', 'hello', '{"a":1}', '<html><body>no table</body></html>', 'PK\u0003\u0004'])
      expect((await read(new TextEncoder().encode(bytes))).problems.length).toBe(1);
  });
});
