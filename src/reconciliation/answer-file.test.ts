import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newPaymentReference } from '../../contracts/domain/payment-reference.ts';
import { paidMonth } from '../../test/kit/paid-month.ts';
import { type Reconciling, reconciling } from '../../test/kit/reconciling.ts';
import { sql } from '../store/engine.ts';

const DAY = '2026-03-02';
const day = DAY.replaceAll('-', '');
const reference = (seed: number) => newPaymentReference((count) => new Uint8Array(count).fill(seed));
const REFERENCES = [1, 2, 3, 4].map(reference);

let desk: Reconciling;
beforeEach(async () => {
  desk = await reconciling();
  const payments = REFERENCES.map((each, n) => ({
    ...{ reference: each, dossierCode: `H02.15.03-260302-000${n + 1}`, amountVnd: 10_000 * (n + 1), account: '0011' },
    ...{ paidAt: Date.parse(`${DAY}T09:00:00+07:00`), channel: 'national' as const, payerName: 'NGUYEN VAN MAU' },
  }));
  await paidMonth(desk.engine, payments, Date.now());
});
afterEach(() => desk.close());

/** Rows of the platform’s file, by payment from 1: amount as printed, status. */
function row(n: number, amount: number, status = '1', kind = 'THU'): string {
  const cells: Readonly<Record<number, string>> = {
    ...{ 1: String(n), 2: day, 4: 'DVC01', 5: kind, 6: 'WEB', 8: REFERENCES[n - 1] ?? 'LT000', 9: `TT00${n}` },
    ...{ 12: `${day}09000${n}`, 13: day, 14: String(amount), 16: 'VND', 18: 'NGUYEN VAN MAU', 22: status },
  };
  return Array.from({ length: 22 }, (_, at) => cells[at + 1] ?? '').join('|');
}
function take(...rows: readonly string[]): Promise<string> {
  const total = rows.reduce((sum, each) => sum + Number(each.split('|')[13]), 0);
  return desk.take(`${[...rows, `${rows.length}|${total}|none`].join('\n')}\n`);
}
const run = () => desk.run(DAY);
const answerOf = async (id: string) => (await desk.call('GET', `/statements/${id}/answer`)).text.trimEnd().split('\n');
const results = async (id: string) =>
  (await answerOf(id)).slice(0, -1).map((line) => line.slice(line.lastIndexOf('|') + 1));

describe('the answer to a file of the payment platform', () => {
  it('repeats every row as it came, with its result, and the line that ends it', async () => {
    const strange = row(5, 7_000);
    const rows = [row(1, 10_000), row(2, 19_000), strange, row(3, 30_000, '9')];
    const id = await take(...rows);
    expect(await results(id)).toEqual(['04', '04', '04', '04']);
    await run();
    const lines = await answerOf(id);
    const expected = rows.map((each, n) => `${each}|${['00', '02', '01', '03'][n]}`);
    const checksum = createHash('sha256').update(expected.join('\n')).digest('hex');
    expect(lines).toEqual([...expected, `4|66000|${checksum}`]);
    const json = await desk.call('GET', `/statements/${id}/answer?as=json`);
    expect(json.headers.get('content-disposition')).toBe(`attachment; filename="${day}_DVC01_THU_WEB.json"`);
    expect(json.json).toMatchObject({ LoaiYeuCau: '2', TenFile: `${day}_DVC01_THU_WEB.txt` });
    expect(Buffer.from(json.json.content, 'base64').toString('utf8').trimEnd().split('\n')).toEqual(lines);
  });

  it('of what was erased it repeats what is kept in clear', async () => {
    const id = await take(row(1, 10_000));
    await desk.engine.batch([
      sql('update subject set salt = null where id = (select s.subject from statement s where s.id = ?1)', id),
    ]);
    const [line = ''] = await answerOf(id);
    expect(line).not.toContain('NGUYEN');
    expect(line.split('|')).toMatchObject({ 7: REFERENCES[0], 8: 'TT001', 12: day, 13: '10000', 21: '1', 22: '04' });
  });

  it('a day without transactions is answered by its last line; a file of a bank is not answered', async () => {
    const id = await take();
    expect(await answerOf(id)).toEqual([`0|0|${createHash('sha256').digest('hex')}`]);
    const bank = [':20:SK1', ':25:0011', ':28C:1/1', ':60F:C260302VND0,', ':62F:C260302VND0,', '-'].join('\r\n');
    const taken = await desk.call('POST', '/statements', bank);
    expect([taken.status, (await desk.call('GET', `/statements/${taken.json.id}/answer`)).status]).toEqual([201, 404]);
  });
});

describe('rounds of one day', () => {
  it('each entry counts once; a row that the third takes back breaks, and the first stays paired', async () => {
    const first = [row(1, 10_000), row(2, 20_000)];
    const one = await take(...first);
    await run();
    const two = await take(...first, row(3, 30_000));
    const three = await take(...first, row(3, 30_000), row(4, 40_000), row(2, -20_000));
    const done = await run();
    expect(await desk.breaks(done.id)).toEqual(['platform reversed']);
    const platform = done.totals.find(({ side }: { side: string }) => side === 'platform');
    expect(platform).toMatchObject({ count: 4, amount: 100_000 });
    expect([await results(one), await results(two)]).toEqual([
      ['00', '00'],
      ['00', '00', '00'],
    ]);
    expect(await results(three)).toEqual(['00', '00', '00', '00', '03']);
    expect((await answerOf(three)).at(-1)).toMatch(/^5\|80000\|/);
  });

  it('what the third says again, as the first did, is the last word', async () => {
    await take(row(1, 10_000, '9'));
    await new Promise((resolve) => setTimeout(resolve, 3));
    const second = await take(row(1, 10_000));
    await new Promise((resolve) => setTimeout(resolve, 3));
    const third = await take(row(1, 10_000, '9'), row(2, 20_000));
    await run();
    expect(await results(second)).toEqual(['05']);
    expect(await results(third)).toEqual(['03', '00']);
  });

  it('what the third says otherwise of a transaction takes the place of what the earlier ones said', async () => {
    const paid = [row(1, 10_000), row(2, 20_000), row(3, 30_000), row(4, 40_000)];
    const one = await take(...paid.slice(0, 2));
    const two = await take(...paid.slice(0, 3));
    const three = await take(row(1, 10_000), row(2, 20_000, '5'), ...paid.slice(2));
    const done = await run();
    expect(await desk.breaks(done.id)).toEqual(['platform status']);
    const platform = done.totals.find(({ side }: { side: string }) => side === 'platform');
    expect(platform).toMatchObject({ count: 4, amount: 100_000 });
    expect([await results(one), await results(two), await results(three)]).toEqual([
      ['00', '05'],
      ['00', '05', '00'],
      ['00', '03', '00', '00'],
    ]);
  });
});
