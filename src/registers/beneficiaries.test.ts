import { describe, expect, it } from 'vitest';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { beneficiaryOf, createBeneficiaries } from './beneficiaries.ts';
import type { ImportCommand } from './register.ts';

const UNIT = 'H02.15.03';
const account = (method: string, from: string, to: string | null = null, number = '0011004000001') => ({
  ...{ method, bank_bin: '970436', account_number: number, account_name: 'UBND phường Thử Nghiệm' },
  ...{ treasury_account: null, chapter: null, sub_item: null, valid_from: from, valid_to: to },
});
const put = (on: Ground, ...entries: ReturnType<typeof account>[]) =>
  createBeneficiaries(on).replace({ code: UNIT, entries, actor: 'prn_a' });
const HEAD = 'code,method,bank_bin,account_number,account_name,valid_from,valid_to';
const file = (...rows: string[]): ImportCommand => ({
  csv: [HEAD, ...rows].join('\n'),
  ...{ dryRun: false, actor: 'prn_b', validFrom: undefined, province: undefined },
});
const line = (unit: string, from: string, to = '', method = 'vietqr') =>
  `${unit},${method},970436,0011004000001,UBND,${from},${to}`;
const journal = (on: Ground) =>
  on.rows(`select ref, to_state, actor from journal where ref like 'register:beneficiary%' order by at, ref`);

describe('the account that a unit is paid to', () => {
  it('is that of the first channel that has one on the day, the last day included', async () => {
    const on = await ground();
    await put(
      on,
      account('vietcombank', '2022-01-01', '2022-12-31', 'A1'),
      account('vietcombank-ecom', '2022-12-31', null, 'B2'),
    );
    const doors = ['vietcombank', 'vietcombank-ecom'] as const;
    const numberOn = async (day: string, channels: readonly string[] = doors) =>
      (await beneficiaryOf(on.engine, UNIT, channels, day))?.account.accountNumber;
    expect(await numberOn('2021-12-31')).toBeUndefined();
    expect(await numberOn('2022-01-01')).toBe('A1');
    expect(await numberOn('2022-12-31')).toBe('A1');
    expect(await numberOn('2022-12-31', doors.toReversed())).toBe('B2');
    expect(await numberOn('2023-01-01')).toBe('B2');
    expect(await numberOn('2023-01-01', ['vietcombank'])).toBeUndefined();
    expect(await numberOn('2023-01-01', ['national', 'vietqr'])).toBeUndefined();
    expect(await numberOn('2023-01-01', [])).toBeUndefined();
    expect(await beneficiaryOf(on.engine, 'H02.15.04', doors, '2022-12-31')).toBeUndefined();
  });

  it('goes by the day in Vietnam, which begins at 17:00 of the universal day before', async () => {
    const on = await ground();
    await put(on, account('vietqr', '2023-01-01'));
    const at = (instant: string) =>
      beneficiaryOf(on.engine, UNIT, ['vietqr'], vietnamTime(Date.parse(instant)).slice(0, 10));
    expect(await at('2022-12-31T16:59:59Z')).toBeUndefined();
    expect(await at('2022-12-31T17:00:00Z')).toEqual({
      channel: 'vietqr',
      account: {
        ...{ bankBin: '970436', accountNumber: '0011004000001', accountName: 'UBND phường Thử Nghiệm' },
        ...{ treasuryAccount: null, chapter: null, subItem: null },
      },
    });
  });
});

describe('the accounts of a unit are replaced as a whole', () => {
  it('what is not named is gone, what other units have stays, and the journal says who and whose', async () => {
    const on = await ground();
    const register = createBeneficiaries(on);
    await put(on, account('vietcombank', '2022-01-01'), account('vietqr', '2022-01-01'));
    await register.replace({ code: 'H02.16', entries: [account('vietqr', '2022-01-01')], actor: 'prn_b' });
    expect(await put(on, account('national', '2023-01-01'))).toMatchObject({
      kind: 'stands',
      rows: [{ code: UNIT, method: 'national' }],
    });
    expect(await register.of('H02.16')).toHaveLength(1);
    expect(await put(on)).toEqual({ kind: 'stands', rows: [] });
    expect(await register.of(UNIT)).toEqual([]);
    const lines = await journal(on);
    expect(lines.map((each) => `${each.ref} ${each.to_state} ${each.actor}`).toSorted()).toEqual([
      `register:beneficiary:${UNIT} replaced: 0 rows prn_a`,
      `register:beneficiary:${UNIT} replaced: 1 rows prn_a`,
      `register:beneficiary:${UNIT} replaced: 2 rows prn_a`,
      'register:beneficiary:H02.16 replaced: 1 rows prn_b',
    ]);
  });

  it('the same again changes nothing and leaves no line', async () => {
    const on = await ground();
    const both = [account('vietqr', '2023-01-01'), account('vietcombank', '2022-01-01')];
    const first = await put(on, ...both);
    expect(await put(on, ...both.toReversed())).toEqual(first);
    expect(await journal(on)).toHaveLength(1);
  });

  it('an overlap within a method is named and nothing is written', async () => {
    const on = await ground();
    await put(on, account('vietqr', '2020-01-01'));
    const refused = await put(
      on,
      account('vietqr', '2022-01-01', '2022-12-31'),
      account('vietcombank', '2022-01-01'),
      account('vietqr', '2022-12-31'),
    );
    expect(refused).toEqual({
      kind: 'refused',
      errors: [{ line: 3, column: 'valid_from', message: 'overlaps the validity of entry 1' }],
    });
    expect(await createBeneficiaries(on).of(UNIT)).toMatchObject([{ valid_from: '2020-01-01' }]);
    expect(await journal(on)).toHaveLength(1);
    const next = await put(on, account('vietqr', '2022-01-01', '2022-12-31'), account('vietqr', '2023-01-01'));
    expect(next.kind).toBe('stands');
  });

  it('of two writers one stands whole, and an import beside them is not lost', async () => {
    const on = await ground();
    const [, , imported] = await Promise.all([
      put(on, account('vietqr', '2022-01-01', null, 'A1'), account('national', '2022-01-01', null, 'A1')),
      put(on, account('vietqr', '2023-01-01', null, 'B2'), account('vietcombank', '2023-01-01', null, 'B2')),
      createBeneficiaries(on).import(file(line('H02.16', '2022-01-01'))),
    ]);
    expect(imported).toMatchObject({ added: 1 });
    const stands = await createBeneficiaries(on).of(UNIT);
    expect(stands).toHaveLength(2);
    expect(new Set(stands.map((row) => row.account_number)).size).toBe(1);
    expect(await createBeneficiaries(on).of('H02.16')).toHaveLength(1);
  });
});

describe('accounts from a file', () => {
  it('are one a method and day, beside what is held; each changed unit has its line', async () => {
    const on = await ground();
    const register = createBeneficiaries(on);
    await put(on, account('vietqr', '2020-01-01'));
    expect(await register.import(file(line(UNIT, '2022-01-01')))).toMatchObject({
      errors: [{ line: 2, column: 'valid_from', message: expect.stringContaining('held since 2020-01-01') }],
    });
    const given = file(line(UNIT, '2022-01-01', '', 'national'), line('H02.16', '2022-01-01'));
    expect(await register.import(given)).toMatchObject({ added: 2 });
    expect(await register.import(given)).toMatchObject({ unchanged: 2 });
    const more = file(line(UNIT, '2022-01-01', '', 'national'), line('H02.17', '2022-01-01'));
    expect(await register.import(more)).toMatchObject({ added: 1, unchanged: 1 });
    const lines = await journal(on);
    expect(lines.filter(({ actor }) => actor === 'prn_b').map(({ ref }) => ref)).toEqual([
      ...['register:beneficiary', `register:beneficiary:${UNIT}`, 'register:beneficiary:H02.16'].toSorted(),
      ...['register:beneficiary', 'register:beneficiary:H02.17'],
    ]);
  });

  it('name every wrong cell by its line, and nothing of the file is taken', async () => {
    const on = await ground();
    const refused = await createBeneficiaries(on).import(
      file(
        line(UNIT, '2022-01-01'),
        'A,cash,970436,1,UBND,2022-01-01,',
        'B,vietqr,97043,1,UBND,2022-01-01,',
        'C,vietqr,970436,12345678901234567890,UBND,2022-01-01,',
        'D,vietqr,970436,1-2,UBND,2022-01-01,',
        'E,vietqr,970436,1,,2022-01-01,',
        'F,vietqr,970436,1,UBND,2022-01-02,2022-01-01',
        ',vietqr,970436,1,UBND,2022-01-01,',
      ),
    );
    expect(refused.kind === 'refused' && refused.errors.map((each) => `${each.line} ${each.column}`)).toEqual([
      ...['3 method', '4 bank_bin', '5 account_number', '6 account_number'],
      ...['7 account_name', '8 valid_to', '9 code'],
    ]);
    expect(await on.rows('select count(*) as n from beneficiary_account')).toEqual([{ n: 0 }]);
  });
});
