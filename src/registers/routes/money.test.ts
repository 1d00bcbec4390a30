import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Client, type TestDesk, testDesk } from '../../../test/kit/desk.ts';

let desk: TestDesk;
let client: Client;
beforeEach(async () => {
  desk = await testDesk();
  client = await desk.whole();
});
afterEach(() => desk.close());

const account = {
  ...{
    method: 'vietcombank',
    bankBin: '970436',
    accountNumber: '0011004000001',
    accountName: 'UBND phường Thử Nghiệm',
  },
  ...{ treasuryAccount: '3511', chapter: '805', subItem: '2716', validFrom: '2022-01-01', validTo: null },
};
const fee = {
  ...{ kind: 'charge', code: 'LP01', name: 'Lệ phí hộ tịch', amount: { amount: 8000, currency: 'VND' } },
  ...{ channel: 'counter', validFrom: '2022-01-01', validTo: null },
};
const UNIT = '/v1/admin/beneficiaries/H02.15.03';
const PROCEDURE = '/v1/admin/fees/1.001193';
const places = (answer: { readonly json: { readonly errors: readonly { pointer: string }[] } }) =>
  answer.json.errors.map(({ pointer }) => pointer);

describe('beneficiaries over HTTP', () => {
  it('are put, read and paged in order', async () => {
    const key = await desk.key('administrator');
    const put = await client.send('PUT', UNIT, {
      key,
      body: { accounts: [{ ...account, method: 'vietqr' }, account] },
    });
    expect([put.status, put.json]).toEqual([
      200,
      { unitCode: 'H02.15.03', accounts: [account, { ...account, method: 'vietqr' }] },
    ]);
    expect((await client.send('GET', UNIT, { key })).json).toEqual(put.json);
    expect((await client.send('GET', '/v1/admin/beneficiaries/H99', { key })).json).toEqual({
      unitCode: 'H99',
      accounts: [],
    });
    const list = '/v1/admin/beneficiaries?limit=1';
    const first = (await client.send('GET', list, { key })).json;
    expect(first.items).toEqual([{ unitCode: 'H02.15.03', ...account }]);
    const second = (await client.send('GET', `${list}&cursor=${first.nextCursor}`, { key })).json;
    expect(second).toMatchObject({ items: [{ method: 'vietqr' }], nextCursor: null });
    // A cursor of another list is none of this one.
    const other = (await client.send('GET', `/v1/admin/units?cursor=${first.nextCursor}`, { key })).json;
    expect(other.code).toBe('invalid-cursor');
    expect((await client.send('GET', '/v1/admin/beneficiaries?at=2021-12-31', { key })).json.items).toEqual([]);
  });

  it.each([
    ['/accounts/0/bankBin', { bankBin: '97043' }],
    ['/accounts/0/bankBin', { bankBin: '97043６' }],
    ['/accounts/0/accountNumber', { accountNumber: '12345678901234567890' }],
    ['/accounts/0/accountNumber', { accountNumber: '0011 004' }],
    ['/accounts/0/accountNumber', { accountNumber: '' }],
    ['/accounts/0/accountName', { accountName: '  ' }],
    ['/accounts/0/method', { method: 'cash' }],
    ['/accounts/0/validTo', { validTo: '2021-12-31' }],
    ['/accounts/0/validFrom', { validFrom: '2022-02-30' }],
    ['/accounts/0/note', { note: 'x' }],
  ])('a wrong field is named, %s, and nothing is written', async (pointer, wrong) => {
    const key = await desk.key('administrator');
    const answer = await client.send('PUT', UNIT, { key, body: { accounts: [{ ...account, ...wrong }] } });
    expect([answer.status, answer.json.code, places(answer)]).toEqual([400, 'validation-failed', [pointer]]);
    expect((await client.send('GET', UNIT, { key })).json.accounts).toEqual([]);
  });

  it('an overlap is named where it stands', async () => {
    const key = await desk.key('administrator');
    const accounts = [account, { ...account, validFrom: '2023-01-01' }];
    const answer = await client.send('PUT', UNIT, { key, body: { accounts } });
    expect(answer.json.errors).toEqual([
      { in: 'body', pointer: '/accounts/1/validFrom', message: 'overlaps the validity of entry 1' },
    ]);
  });

  it('are the administrator’s alone: not theirs who settle and refund', async () => {
    for (const role of ['finance', 'operator', 'auditor', 'system'] as const) {
      const key = await desk.key(role);
      expect((await client.send('GET', UNIT, { key })).status).toBe(403);
      expect((await client.send('PUT', UNIT, { key, body: { accounts: [] } })).status).toBe(403);
    }
  });
});

describe('fees over HTTP', () => {
  it('are finance’s to put and read, and no operator’s', async () => {
    const key = await desk.key('finance');
    const online = { ...fee, amount: { amount: 4000, currency: 'VND' }, channel: 'online' };
    const put = await client.send('PUT', PROCEDURE, { key, body: { fees: [online, fee] } });
    expect([put.status, put.json]).toEqual([200, { procedureCode: '1.001193', fees: [fee, online] }]);
    expect((await client.send('GET', PROCEDURE, { key })).json).toEqual(put.json);
    const page = (await client.send('GET', '/v1/admin/fees?limit=1&at=2022-01-01', { key })).json;
    expect(page.items).toEqual([{ procedureCode: '1.001193', ...fee }]);
    expect((await client.send('GET', `/v1/admin/fees?cursor=${page.nextCursor}`, { key })).json.items).toHaveLength(1);
    expect((await client.send('GET', PROCEDURE, { key: await desk.key('operator') })).status).toBe(403);
  });

  it.each([
    ['/fees/0/amount/amount', { amount: { amount: 0.5, currency: 'VND' } }],
    ['/fees/0/amount/currency', { amount: { amount: 1, currency: 'USD' } }],
    ['/fees/0/kind', { kind: 'tax' }],
    ['/fees/0/code', { code: '' }],
    ['/fees/0/name', { name: '' }],
    ['/fees/0/channel', { channel: 'phone' }],
    ['/fees/0/validTo', { validTo: '2021-12-31' }],
  ])('a wrong field is named, %s, and nothing is written', async (pointer, wrong) => {
    const key = await desk.key('administrator');
    const answer = await client.send('PUT', PROCEDURE, { key, body: { fees: [{ ...fee, ...wrong }] } });
    expect([answer.status, places(answer)]).toEqual([400, [pointer]]);
    expect((await client.send('GET', PROCEDURE, { key })).json.fees).toEqual([]);
  });
});

it('files of both are loaded, and name their lines', async () => {
  const key = await desk.key('administrator');
  const send = (name: string, body: string) =>
    client.send('POST', `/v1/admin/${name}/import`, { key, body, headers: { 'content-type': 'text/csv' } });
  const accounts = 'code,method,bank_bin,account_number,account_name,valid_from\nH02,vietqr,970436,1,UBND,2022-01-01';
  expect((await send('beneficiaries', accounts)).json).toMatchObject({ added: 1 });
  expect((await send('beneficiaries', accounts.replace('970436', '1'))).json).toMatchObject({
    errors: [{ message: 'line 2, bank_bin: must be six digits' }],
  });
  const fees = 'code,kind,fee_code,name,amount,channel,valid_from\n1,charge,LP01,Lệ phí,8000,online,2022-01-01';
  expect((await send('fees', fees)).json).toMatchObject({ added: 1 });
  expect((await send('fees', fees.replace('8000', '8k'))).json.errors[0].message).toMatch(/^line 2, amount: /);
});
