import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type InboundRequest, isDrift } from '../adapter.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { vietcombankConfig } from './config.ts';
import { receiveCreditNotice } from './credit-notice.ts';

const SECRET = 'khoa-bao-co';
const raw = { URL: 'https://gateway.example', SITE_CODE: '101', PASSCODE: 'demo-pass' };
const tell = receiveCreditNotice(vietcombankConfig.parse({ ...raw, NOTICE_SECRET: SECRET }));

const notice = {
  id: 92_704,
  gateway: 'Vietcombank',
  transactionDate: '2025-06-01 08:35:00',
  accountNumber: '0000000000',
  subAccount: null,
  code: null,
  content: '123456.010625.083500.LT123456789092 thanh toan le phi',
  transferType: 'in',
  transferAmount: 50_000,
  accumulated: 1_050_000,
  referenceCode: '5209.12345',
  description: 'BankAPINotify',
};
const request = (body: string, headers: Readonly<Record<string, string>> = {}): InboundRequest => ({
  method: 'POST',
  headers,
  query: {},
  body: utf8(body),
  remoteAddress: '10.0.0.1',
});
const hex = (body: string, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');
const parse = async (changes: object = {}) => {
  const parsed = await tell.parse(request(JSON.stringify({ ...notice, ...changes })));
  if (isDrift(parsed)) throw new Error(parsed.path);
  return parsed;
};

describe('who sends', () => {
  const verified = (asked: InboundRequest, of = tell) => {
    if (of.verifier.kind !== 'signature') throw new Error('it is signed');
    return of.verifier.verify(asked);
  };
  const body = JSON.stringify(notice);

  it('is proved by the HMAC of the body as it came', async () => {
    expect(await verified(request(body, { 'x-signature': hex(body) }))).toBe(true);
    expect(await verified(request(body, { 'x-signature': hex(body).toUpperCase() }))).toBe(true);
  });

  it.each([
    ['no signature', body, {}],
    ['an empty one', body, { 'x-signature': '' }],
    ['a forged one', body, { 'x-signature': hex(body, 'another') }],
    ['one of no secret', body, { 'x-signature': hex(body, 'x') }],
    ['the digits of another', body, { 'x-signature': '0'.repeat(64) }],
    ['half of the right one', body, { 'x-signature': hex(body).slice(0, 32) }],
    ['the right one under another name', body, { signature: hex(body) }],
    ['an altered amount', body.replace('50000', '90000'), { 'x-signature': hex(body) }],
    ['the same JSON written otherwise', JSON.stringify(notice, null, 1), { 'x-signature': hex(body) }],
  ])('%s proves nothing', async (_, text, headers) => {
    expect(await verified(request(text, headers as Record<string, string>))).toBe(false);
  });

  it('nobody, without a secret of ours', async () => {
    const without = receiveCreditNotice(vietcombankConfig.parse(raw));
    for (const secret of [SECRET, 'undefined']) {
      expect(await verified(request(body, { 'x-signature': hex(body, secret) }), without)).toBe(false);
    }
    expect(await verified(request(body, { 'x-signature': '' }), without)).toBe(false);
  });

  it('by the secret as it stands now', async () => {
    const config = { ...vietcombankConfig.parse({ ...raw, NOTICE_SECRET: SECRET }) };
    const following = receiveCreditNotice(config);
    config.noticeSecret = 'another';
    expect(await verified(request(body, { 'x-signature': hex(body, 'another') }), following)).toBe(true);
    expect(await verified(request(body, { 'x-signature': hex(body) }), following)).toBe(false);
  });
});

it('says in our words what moved', async () => {
  const { type, ref, data } = await parse();
  expect({ type, ref, data }).toEqual({
    type: 'credit-notice',
    ref: '0000000000:5209.12345:in',
    data: {
      account: '0000000000',
      direction: 'in',
      amountVnd: 50_000,
      content: '123456.010625.083500.LT123456789092 thanh toan le phi',
      bankReference: '5209.12345',
      at: '2025-06-01 08:35:00',
      subAccount: null,
    },
  });
  expect(await parse({ transferType: 'out', subAccount: 'VA1', content: '', transferAmount: '7000' })).toMatchObject({
    ref: '0000000000:5209.12345:out',
    data: { direction: 'out', amountVnd: 7_000, subAccount: 'VA1', content: 'BankAPINotify' },
  });
});

it('a second channel tells of the same: another id, text and second', async () => {
  const { ref, dedupeKey } = await parse();
  const second = {
    id: 1,
    content: 'LT123456789092',
    description: '',
    accumulated: 0,
    transactionDate: '2025-06-01 08:35:09',
  };
  expect(await parse(second)).toMatchObject({ ref, dedupeKey });
});

it('a reference that is no code stands nowhere in the clear, and still tells one movement from the next (I6)', async () => {
  const of = async (referenceCode: string) => parse({ referenceCode });
  const [first, again, other] = [
    await of('NGUYEN VAN MAU 1'),
    await of('NGUYEN VAN MAU 1'),
    await of('NGUYEN VAN MAU 2'),
  ];
  expect(first.ref).toBe('0000000000:unreadable:in');
  expect(again).toEqual(first);
  expect(other.ref).toBe(first.ref);
  expect(other.dedupeKey).not.toBe(first.dedupeKey);
});

it.each([{ transferAmount: 49_000 }, { transactionDate: '2025-06-02 08:35:00' }])(
  'a bank’s reference is not unique: %j is another movement',
  async (changes) => {
    const { ref, dedupeKey } = await parse();
    const other = await parse(changes);
    expect(other.ref).toBe(ref);
    expect(other.dedupeKey).not.toBe(dedupeKey);
  },
);

it.each([
  ['/accountNumber', { accountNumber: '' }],
  ['/accountNumber', { accountNumber: 'Nguyễn Văn Mẫu' }],
  ['/referenceCode', { referenceCode: null }],
  ['/referenceCode', { referenceCode: '' }],
  ['/referenceCode', { referenceCode: 'x'.repeat(256) }],
  ['/transferType', { transferType: 'IN' }],
  ['/transferAmount', { transferAmount: 0 }],
  ['/transferAmount', { transferAmount: -1 }],
  ['/transferAmount', { transferAmount: 1.5 }],
  ['/transferAmount', { transferAmount: '1,000' }],
  ['/transactionDate', { transactionDate: '' }],
])('drift at %s: %j', async (path, changes) => {
  const parsed = await tell.parse(request(JSON.stringify({ ...notice, ...changes })));
  expect(parsed).toMatchObject({ kind: 'drift', path });
});

it('is answered success where it is stored or was before, and not otherwise', () => {
  const said = (['stored', 'duplicate', 'refused', 'failed'] as const).map((each) => {
    const { status, body } = tell.reply(each);
    return [status, textOf(body)];
  });
  expect(said).toEqual([
    [200, '{"success":true}'],
    [200, '{"success":true}'],
    [401, '{"success":false}'],
    [503, '{"success":false}'],
  ]);
});
