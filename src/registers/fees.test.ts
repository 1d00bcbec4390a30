import { describe, expect, it } from 'vitest';
import { type Ground, ground } from '../../test/kit/room.ts';
import { createFees, feesOf } from './fees.ts';

const PROCEDURE = '1.001193';
const fee = (amount: number, from: string, to: string | null = null, more: Readonly<Record<string, string>> = {}) => ({
  ...{ kind: 'charge', fee_code: 'LP01', name: 'Lệ phí hộ tịch', amount, channel: 'counter' },
  ...{ valid_from: from, valid_to: to },
  ...more,
});
const put = (on: Ground, ...entries: ReturnType<typeof fee>[]) =>
  createFees(on).replace({ code: PROCEDURE, entries, actor: 'prn_a' });
const load = (on: Ground, ...rows: string[]) =>
  createFees(on).import({
    csv: ['code,kind,fee_code,name,amount,channel,valid_from,valid_to', ...rows].join('\n'),
    ...{ dryRun: false, actor: 'prn_b', validFrom: undefined, province: undefined },
  });

describe('what a procedure costs', () => {
  it('is what its channel says on the day: half of it online is a row of its own', async () => {
    const on = await ground();
    await put(
      on,
      fee(8_000, '2022-01-01', '2022-06-30'),
      fee(10_000, '2022-07-01'),
      fee(5_000, '2022-07-01', null, { channel: 'online' }),
      fee(3_000_000_000, '2022-07-01', null, { kind: 'fee', channel: 'online' }),
    );
    const costs = (channel: string, day: string) => feesOf(on.engine, PROCEDURE, channel, day);
    expect(await costs('counter', '2021-12-31')).toEqual([]);
    expect(await costs('counter', '2022-06-30')).toEqual([{ kind: 'charge', code: 'LP01', amountVnd: 8_000 }]);
    expect(await costs('counter', '2022-07-01')).toEqual([{ kind: 'charge', code: 'LP01', amountVnd: 10_000 }]);
    expect(await costs('online', '2022-06-30')).toEqual([]);
    expect(await costs('online', '2022-07-01')).toEqual([
      { kind: 'charge', code: 'LP01', amountVnd: 5_000 },
      { kind: 'fee', code: 'LP01', amountVnd: 3_000_000_000 },
    ]);
    expect(await feesOf(on.engine, '9.9', 'online', '2022-07-01')).toEqual([]);
  });

  it('may be nothing, which is not the same as unknown', async () => {
    const on = await ground();
    await put(on, fee(0, '2022-01-01'));
    expect(await feesOf(on.engine, PROCEDURE, 'counter', '2022-01-01')).toMatchObject([{ amountVnd: 0 }]);
  });

  it('stands once for a kind, a code, a channel and a day', async () => {
    const on = await ground();
    const first = fee(8_000, '2022-01-01');
    expect(await put(on, first, fee(9_000, '2022-05-01'))).toMatchObject({
      kind: 'refused',
      errors: [{ line: 2, column: 'valid_from' }],
    });
    expect(await on.rows('select count(*) as n from fee_entry')).toEqual([{ n: 0 }]);
    for (const other of [{ kind: 'fee' }, { fee_code: 'LP02' }, { channel: 'postal' }])
      expect(await put(on, first, fee(9_000, '2022-05-01', null, other))).toMatchObject({ kind: 'stands' });
  });
});

describe('fees from a file', () => {
  it('are changed in place and written down by procedure', async () => {
    const on = await ground();
    const given = (amount: string) => `${PROCEDURE},charge,LP01,Lệ phí,${amount},counter,2022-01-01,`;
    expect(await load(on, given('8000'))).toMatchObject({ added: 1 });
    expect(await load(on, given('8000'))).toMatchObject({ unchanged: 1 });
    expect(await load(on, given('9000'))).toMatchObject({ changed: 1 });
    expect(await feesOf(on.engine, PROCEDURE, 'counter', '2022-01-01')).toMatchObject([{ amountVnd: 9_000 }]);
    expect(
      await on.rows(`select to_state, actor from journal where ref = 'register:fee:${PROCEDURE}' order by at, id`),
    ).toEqual(Array(2).fill({ to_state: 'imported', actor: 'prn_b' }));
  });

  it('that say two things of one day are refused by line, and say of what', async () => {
    const on = await ground();
    const rows = ['2022-01-01', '2022-05-01'].map((from) => `${PROCEDURE},charge,LP01,Lệ phí,8000,counter,${from},`);
    expect(await load(on, ...rows)).toEqual({
      kind: 'refused',
      errors: [
        {
          ...{ line: 3, column: 'valid_from' },
          message: 'overlaps line 2, which has the same code, kind, fee_code, channel',
        },
      ],
    });
  });

  it.each([
    ['amount', 'charge,LP01,Lệ phí,8.000,counter,2022-01-01,'],
    ['amount', 'charge,LP01,Lệ phí,-1,counter,2022-01-01,'],
    ['amount', 'charge,LP01,Lệ phí,,counter,2022-01-01,'],
    ['amount', 'charge,LP01,Lệ phí,99999999999999999999,counter,2022-01-01,'],
    ['kind', 'tax,LP01,Lệ phí,8000,counter,2022-01-01,'],
    ['fee_code', 'charge,,Lệ phí,8000,counter,2022-01-01,'],
    ['name', 'charge,LP01,,8000,counter,2022-01-01,'],
    ['channel', 'charge,LP01,Lệ phí,8000,phone,2022-01-01,'],
    ['valid_to', 'charge,LP01,Lệ phí,8000,counter,2022-01-01,2021-12-31'],
  ])('a wrong %s is named by its line', async (column, cells) => {
    const on = await ground();
    const refused = await load(on, `9,charge,LP01,Lệ phí,8000,counter,2022-01-01,`, `${PROCEDURE},${cells}`);
    expect(refused).toMatchObject({ kind: 'refused', errors: [{ line: 3, column }] });
    expect(await on.rows('select count(*) as n from fee_entry')).toEqual([{ n: 0 }]);
  });
});
