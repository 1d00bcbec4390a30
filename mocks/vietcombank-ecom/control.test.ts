import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningEcom, startEcom } from './server.ts';
import { EcomCaller } from './test-client.ts';

let bank: RunningEcom;
let caller: EcomCaller;

beforeEach(async () => {
  bank = await startEcom();
  caller = new EcomCaller(bank);
});
afterEach(() => bank.close());

test('the ledger tells every đồng', async () => {
  for (const [reference, act] of [
    ['LT-1', 'pay'],
    ['LT-2', 'pay-twice'],
    ['LT-3', 'pay-wrong-amount'],
    ['LT-4', 'cancel'],
  ]) {
    await caller.verify(String(reference));
    await caller.control('POST', 'acts', { reference, act });
  }
  await caller.refund('R-1', 'LT-2');
  const { totals } = await caller.control<{ totals: object }>('GET', 'ledger');
  expect(totals).toEqual({
    payments: 4,
    byStatus: { paid: 3, cancelled: 1 },
    charges: 4,
    askedVnd: 200_000,
    takenVnd: 199_000,
    refunds: 1,
    refundedVnd: 50_000,
    refundingVnd: 0,
    duplicatesRefused: 0,
    chargedTwice: ['LT-2'],
    otherAmount: ['LT-2', 'LT-3'],
  });
  expect(await caller.control('GET', 'payments/LT-2')).toMatchObject({
    takenVnd: 100_000,
    remainingVnd: 50_000,
    refunds: [{ reference: 'R-1', of: 'LT-2', amountVnd: 50_000, source: 'IB', status: 'done' }],
  });
});

test('the state shows what happened, and no key', async () => {
  await caller.verify('LT-1');
  const state = await caller.control<{ settings: object }>('GET', 'state');
  expect(state).toMatchObject({ counters: { payments: 1, calls: { verifyPayment: 1 } }, totals: { payments: 1 } });
  expect(Object.keys(state.settings)).toContain('bankCertificate');
  expect(JSON.stringify(state)).not.toContain('PRIVATE KEY');
  expect(state.settings).not.toHaveProperty('aesSecret');
});

test('the keys of a partner are handed out as its variables', async () => {
  expect(await caller.control('GET', 'keys')).toEqual({
    PARTNER: 'DEMO03',
    AES_KEY: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    SIGNING_KEY: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/),
    TRUSTED_CERTS: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/),
  });
});

test('what cannot be done is said', async () => {
  await caller.verify('LT-1');
  for (const body of [
    { reference: 'LT-9', act: 'pay' },
    { reference: 'LT-1', act: 'steal' },
  ]) {
    expect(await caller.control('POST', 'acts', body)).toHaveProperty('error');
  }
  await caller.control('POST', 'acts', { reference: 'LT-1', act: 'cancel' });
  expect(await caller.control('POST', 'acts', { reference: 'LT-1', act: 'pay' })).toHaveProperty('error');
  expect(await caller.control('POST', 'settings', { nonsense: 1 })).toHaveProperty('error');
  expect(await caller.control('GET', 'payments/LT-9')).toHaveProperty('error');
});

test('a reset forgets payments, refunds and counts, and keeps settings and keys', async () => {
  const keys = await caller.control('GET', 'keys');
  await caller.control('POST', 'settings', { partner: 'DEMO04' });
  await caller.verify('LT-1');
  await caller.control('POST', 'reset');
  expect(await caller.control('GET', 'state')).toMatchObject({
    counters: { payments: 0, requests: 0 },
    totals: { payments: 0, refunds: 0 },
    settings: { partner: 'DEMO04' },
  });
  expect(await caller.control('GET', 'keys')).toEqual({ ...(keys as object), PARTNER: 'DEMO04' });
});
