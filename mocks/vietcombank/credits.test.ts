import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Partner } from '../kit/partner.ts';
import type { AccountRow } from './bank.ts';
import { creditSignature } from './seals.ts';
import { type RunningVietcombank, startVietcombank } from './server.ts';
import type { Told } from './teller.ts';
import { type HeardCredit, Merchant, startCreditListener } from './test-client.ts';

const ACCOUNT = '0011000000001';
const PURPOSE = 'LT123456789012 Lệ phí hồ sơ';

let gateway: RunningVietcombank;
let merchant: Merchant;
let listener: Partner<HeardCredit>;

beforeEach(async () => {
  listener = await startCreditListener();
  gateway = await startVietcombank({
    clock: () => Date.UTC(2026, 10, 30, 1, 2, 3),
    settings: { creditUrl: listener.url, creditRetryMs: 5, openingVnd: 1_000_000 },
  });
  merchant = new Merchant(gateway);
});
afterEach(async () => {
  listener.close();
  await gateway.close();
});

interface Transferred {
  readonly rows: AccountRow[];
  readonly notices?: Told[];
  readonly error?: string;
}
const transfer = (more: object = {}): Promise<Transferred> =>
  merchant.control('POST', 'transfers', { accountNumber: ACCOUNT, amountVnd: 50_000, purpose: PURPOSE, ...more });
const again = (body: object) => merchant.control<{ notices: Told[] }>('POST', 'credits', body);
const heard = () => listener.heard.map(({ notice }) => notice);

test('a transfer is booked and told in the shape of the aggregator, signed over the raw body', async () => {
  const { rows, notices } = await transfer();
  const [row] = rows;
  expect(heard()).toEqual([
    {
      id: 1,
      gateway: 'Vietcombank',
      transactionDate: '2026-11-30 08:02:03',
      accountNumber: ACCOUNT,
      subAccount: null,
      code: null,
      content: row?.narrative,
      transferType: 'in',
      transferAmount: 50_000,
      accumulated: 1_050_000,
      referenceCode: row?.referenceCode,
      description: row?.narrative,
    },
  ]);
  const [{ body, signature }] = listener.heard as [HeardCredit];
  expect(signature).toBe(creditSignature(body, 'demo-secret'));
  expect(row?.referenceCode).toMatch(/^FT26334\d{9}$/);
  expect(notices).toMatchObject([{ about: row?.referenceCode, attempt: 1, taken: true }]);
});

describe('narratives', () => {
  test.each([
    [
      { narrative: 1 },
      /^MBVCB\.\d{10}\.LT123456789012 Le phi ho so\.CT tu \d+ NGUYEN VAN MAU toi 0011000000001 DON VI MAU$/,
    ],
    [{ narrative: 2 }, /^\d{6}\.301126\.080203\.LT123456789012 Le phi ho so$/],
    [{ narrative: 2, suffix: 'ft' }, /^\d{6}\.301126\.080203\.LT123456789012 Le phi ho so FT26334\d{9}$/],
    [{ narrative: 2, suffix: 'time' }, /^\d{6}\.301126\.080203\.LT1.* ho so-301126-08:02:03 \d{6}$/],
    [{ narrative: 3 }, /^020097040011300802032026[A-Z0-9]{4}\d{6}\.\d{5}\.080203\.LT123456789012 Le phi ho so$/],
    [{ direction: 'out' }, /^MBVCB\.\d{10}\.\d{6}\.LT1.*\.CT tu 0011000000001 DON VI MAU toi .* tai NGAN HANG MAU$/],
  ])('%o', async (more, shape) => {
    const [row] = (await transfer(more)).rows;
    expect(row?.narrative).toMatch(shape);
    expect(row?.narrative).toMatch(/^[\x20-\x7e]+$/);
  });

  test('the document number names the channel, and class 3 repeats its second part', async () => {
    const rows = await Promise.all([1, 2, 3].map(async (narrative) => (await transfer({ narrative })).rows[0]));
    expect(rows.map((row) => row?.documentNumber.slice(0, 7))).toEqual(['5078 - ', '5017 - ', '5189 - ']);
    const [, second] = rows[2]?.documentNumber.split(' - ') ?? [];
    expect(rows[2]?.narrative).toContain(`.${second}.`);
  });
});

test('the account holds every row and adds up to the đồng, debits too', async () => {
  await transfer();
  await transfer({ amountVnd: 1, narrative: 3, notice: { lost: true } });
  await transfer({ amountVnd: 20_000, direction: 'out' });
  expect((await transfer({ amountVnd: 9_000_000, direction: 'out' })).error).toContain('has only 1030001');
  expect(await merchant.control('GET', `accounts/${ACCOUNT}`)).toMatchObject({
    rows: [{ balanceVnd: 1_050_000 }, { balanceVnd: 1_050_001 }, { balanceVnd: 1_030_001, direction: 'out' }],
    totals: {
      openingVnd: 1_000_000,
      creditVnd: 50_001,
      debitVnd: 20_000,
      balanceVnd: 1_030_001,
      credits: 2,
      debits: 1,
    },
  });
  expect(heard().map(({ transferType, transferAmount }) => [transferType, transferAmount])).toEqual([
    ['in', 50_000],
    ['out', 20_000],
  ]);
  expect(await merchant.control('GET', 'accounts')).toMatchObject({ accounts: [{ accountNumber: ACCOUNT }] });
});

test.each([{ amountVnd: 0 }, { amountVnd: 1.5 }, { accountNumber: 'x' }, { narrative: 4 }, { direction: 'up' }])(
  'what is no transfer is not booked: %o',
  async (more) => {
    expect((await transfer(more)).error).toContain('TypeError');
    expect(gateway.state.bank.all()).toEqual([]);
  },
);

test('two channels tell one credit by two ids and other words', async () => {
  const [row] = (await transfer({ channels: 2 })).rows;
  expect(heard()).toMatchObject([
    { id: 1, content: row?.narrative, accountNumber: ACCOUNT, referenceCode: row?.referenceCode, transferType: 'in' },
    {
      id: 2,
      content: 'LT123456789012 Le phi ho so',
      accountNumber: ACCOUNT,
      referenceCode: row?.referenceCode,
      transferType: 'in',
    },
  ]);
  expect(gateway.state.bank.get(ACCOUNT)?.rows).toHaveLength(1);
});

test('it comes seven times until it is taken by success alone', async () => {
  const answers = ['OK', { success: false }, { success: 'true' }, { success: true }];
  listener.answer = () => answers[listener.heard.length - 1];
  expect((await transfer()).notices?.map(({ taken }) => taken)).toEqual([false, false, false, true]);
  listener.answer = () => 'null';
  expect((await transfer()).notices?.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const bodies = listener.heard.slice(4).map(({ body }) => body);
  expect(new Set(bodies).size).toBe(1);
});

test.each([
  [{ forged: true }, /^[0-9a-f]{64}$/],
  [{ unsigned: true }, /^none$/],
])('with %o it is not to be believed, and goes once', async (notice, shape) => {
  listener.answer = () => 'no';
  await transfer({ notice });
  const [{ body, signature }] = listener.heard as [HeardCredit];
  expect(signature ?? 'none').toMatch(shape);
  expect(signature).not.toBe(creditSignature(body, 'demo-secret'));
  expect(listener.heard).toHaveLength(1);
});

test('it can tell another amount, or money that never moved', async () => {
  await transfer({ notice: { fields: { transferAmount: 1 } } });
  await again({ invented: { id: 9, accountNumber: ACCOUNT, transferAmount: 7, referenceCode: 'FT0' }, forged: true });
  expect(heard()).toMatchObject([{ transferAmount: 1 }, { id: 9, transferAmount: 7 }]);
  expect(gateway.state.bank.get(ACCOUNT)?.rows).toMatchObject([{ amountVnd: 50_000 }]);
});

test('it can be repeated, lost, and told again by another id', async () => {
  const [row] = (await transfer({ notice: { lost: true } })).rows;
  expect(heard()).toEqual([]);
  await again({ referenceCodes: [row?.referenceCode], repeat: 3 });
  expect(heard().map(({ id }) => id)).toEqual([2, 2, 2]);
});

test('those of several transfers overtake each other, at once or when they are let go', async () => {
  const amounts = [1, 2, 3, 4, 5, 6, 7, 8];
  const transfers = amounts.map((amountVnd) => ({ accountNumber: ACCOUNT, amountVnd }));
  await merchant.control('POST', 'transfers', { transfers, notice: { reorder: true } });
  const told = () => heard().map(({ transferAmount }) => transferAmount);
  expect(told()).not.toEqual(amounts);
  expect(told().sort()).toEqual(amounts);
  await merchant.control('POST', 'transfers', { transfers, notice: { held: true } });
  expect(told()).toHaveLength(8);
  await again({});
  expect(told().slice(8)).toEqual(amounts);
  expect(await merchant.control('GET', 'credits')).toMatchObject({ counts: { went: 16, taken: 16 } });
});

test('it can be late, and nothing goes where there is no address', async () => {
  await transfer({ notice: { delayMs: 200 }, wait: false });
  expect(heard()).toEqual([]);
  await expect.poll(() => heard().length).toBe(1);
  await merchant.control('POST', 'settings', { creditUrl: '' });
  expect((await transfer()).notices).toEqual([]);
});
