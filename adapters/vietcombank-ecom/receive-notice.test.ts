import { describe, expect, it } from 'vitest';
import { type Fields, noticeText } from '../../mocks/vietcombank-ecom/envelope.ts';
import { freshKeys } from '../../mocks/vietcombank-ecom/keys.ts';
import type { InboundRequest } from '../adapter.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { ecomConfig } from './config.ts';
import { receiveNotice } from './receive-notice.ts';

const NOW = Date.UTC(2026, 10, 30);
const keys = freshKeys(NOW);
const config = ecomConfig.parse({
  URL: 'http://bank.example',
  PARTNER: 'DEMO03',
  AES_KEY: keys.aesSecret,
  SIGNING_KEY: keys.partnerSecretKey,
  TRUSTED_CERTS: keys.bankCertificate,
});
let now = NOW;
const tell = receiveNotice(config, () => now);
if (tell.verifier.kind !== 'signature') throw new Error('it is signed');
const { verify } = tell.verifier;

const REFERENCE = 'LT123456789092';
const base: Fields = {
  errCode: '00',
  errDesc: 'Thành công',
  VcbTranId: 'VCB1',
  PartnerId: 'DEMO03',
  amount: '50000',
  trans_id: REFERENCE,
};
const posted = (body: string): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: {},
  body: utf8(body),
  remoteAddress: '127.0.0.1',
});
const text = (changes: Fields = {}, outer = REFERENCE, key = keys.bankSecretKey): string =>
  noticeText(outer, { ...base, ...changes }, keys.aesSecret, key);
const parsed = (changes: Fields, outer = REFERENCE) => tell.parse(posted(text(changes, outer)));

/** The notice with its outer JSON changed. */
function touched(change: (outer: Readonly<Record<string, string>>) => object): InboundRequest {
  const outer = JSON.parse(Buffer.from(text(), 'base64').toString()) as Readonly<Record<string, string>>;
  return posted(Buffer.from(JSON.stringify(change(outer))).toString('base64'));
}

describe('who tells it (I7)', () => {
  it('the bank, also in lines and in another order', async () => {
    expect(await verify(posted(text()))).toBe(true);
    expect(
      await verify(
        posted(
          `${text()
            .match(/.{1,76}/g)
            ?.join('\r\n')}\r\n`,
        ),
      ),
    ).toBe(true);
    expect(await verify(touched((outer) => Object.fromEntries(Object.entries(outer).reverse())))).toBe(true);
  });

  it.each<[string, InboundRequest]>([
    ['nothing', posted('')],
    ['JSON as it is', posted(Buffer.from(text(), 'base64').toString())],
    ['another key', posted(text({}, REFERENCE, keys.partnerSecretKey))],
    ['another reference', touched((outer) => ({ ...outer, PartnerTranId: 'LT1' }))],
    [
      'other Data',
      touched((outer) => ({ ...outer, Data: `${outer.Data?.startsWith('A') ? 'B' : 'A'}${outer.Data?.slice(1)}` })),
    ],
    ['another signature', touched((outer) => ({ ...outer, Signature: `AAAA${outer.Signature?.slice(4)}` }))],
    ['an empty signature', touched((outer) => ({ ...outer, Signature: '' }))],
    ['no signature', touched(({ Signature, ...outer }) => outer)],
  ])('not with %s', async (_what, request) => {
    expect(await verify(request)).toBe(false);
  });

  it('not under an expired certificate', async () => {
    now = NOW + 3_651 * 86_400_000;
    expect(await verify(posted(text()))).toBe(false);
    now = NOW;
  });

  it('a border moved under the right signature is verified, and not understood', async () => {
    const request = touched(({ PartnerTranId = '', Data = '', ...outer }) => ({
      ...outer,
      PartnerTranId: PartnerTranId + Data.slice(0, 64),
      Data: Data.slice(64),
    }));
    expect(await verify(request)).toBe(true);
    expect(await tell.parse(request)).toMatchObject({ kind: 'drift' });
  });
});

describe('what it says', () => {
  it.each(['0', '00', 0])('%s: paid', async (errCode) => {
    expect(await parsed({ errCode })).toEqual({
      dedupeKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      type: 'payment-word',
      ref: REFERENCE,
      data: {
        reference: REFERENCE,
        facts: [{ kind: 'paid', amount: { amount: 50_000, currency: 'VND' }, transaction: 'VCB1', at: null }],
        open: null,
        code: String(errCode),
      },
    });
  });

  it.each(['16', '31'])('%s: failed', async (errCode) => {
    expect(await parsed({ errCode })).toMatchObject({ data: { facts: [{ kind: 'failed' }], code: errCode } });
  });

  it.each([
    ['28', 'pending'],
    ['25', 'pending'],
    ['99', 'unlisted'],
    ['17', 'unlisted'],
    ['15', 'unlisted'],
  ])('%s: no fact, %s', async (errCode, open) => {
    expect(await parsed({ errCode })).toMatchObject({ data: { facts: [], open, code: errCode } });
  });

  it('00 beside words of failure is no fact', async () => {
    expect(await parsed({ errDesc: 'Giao dịch thất bại' })).toMatchObject({ data: { facts: [], open: 'unlisted' } });
  });

  it.each([
    [{ PartnerId: 'DEMO04' }, REFERENCE, '/PartnerId'],
    [{ trans_id: 'LT1' }, REFERENCE, '/trans_id'],
    [{ trans_id: 'Nguyễn Văn Mẫu' }, 'Nguyễn Văn Mẫu', '/trans_id'],
    [{ amount: '50000.5' }, REFERENCE, '/amount'],
    [{ errCode: null }, REFERENCE, '/errCode'],
  ])('%j: drift', async (changes, outer, path) => {
    expect(await parsed(changes, outer)).toMatchObject({ kind: 'drift', path });
  });

  it('the same again is a repetition; another transaction, amount, code is not', async () => {
    const keyOf = async (changes: Fields) => {
      const said = await parsed(changes);
      if (!('dedupeKey' in said)) throw new Error('understood');
      return said.dedupeKey;
    };
    const key = await keyOf({});
    expect(await keyOf({ amount: 50_000, errDesc: 'khác' })).toBe(key);
    for (const changes of [{ VcbTranId: 'VCB2' }, { amount: '50001' }, { errCode: '31' }]) {
      expect(await keyOf(changes)).not.toBe(key);
    }
  });
});

it('is answered in their codes', () => {
  const said = (['stored', 'duplicate', 'refused', 'failed'] as const).map((each) => tell.reply(each));
  expect(said.map(({ body }) => (JSON.parse(textOf(body)) as Fields).errCode)).toEqual(['00', '00', '70', '99']);
  expect(said.map(({ status }) => status)).toEqual([200, 200, 401, 200]);
});

it('I7: too deep it is theirs all the same, and drift, so that it is kept', async () => {
  const outer = Buffer.from(text(), 'base64').toString();
  const deep = `${outer.slice(0, -1)},"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
  const request = posted(Buffer.from(deep).toString('base64'));
  expect(await verify(request)).toBe(true);
  expect(await tell.parse(request)).toMatchObject({ kind: 'drift' });
});
