import { expect, it } from 'vitest';
import { type InboundRequest, isDrift } from '../adapter.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { receiveNotify } from './notify.ts';

const posted = (body: string): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: {},
  body: utf8(body),
  remoteAddress: '10.0.0.1',
});
const fields = {
  order_code: 'LT123456789092',
  token_code: 'T1',
  status: '3',
  amount: '50000',
  message: 'Đã thanh toán',
};
const form = (changes: object = {}) => posted(String(new URLSearchParams({ ...fields, ...changes })));

const parse = async (request: InboundRequest) => {
  const parsed = await receiveNotify.parse(request);
  if (isDrift(parsed)) throw new Error(parsed.path);
  return parsed;
};

it('is a hint of the order, and no more is taken from it', async () => {
  expect(receiveNotify.verifier).toEqual({ kind: 'query' });
  const { type, ref, data } = await parse(form());
  expect({ type, ref, data }).toEqual({
    type: 'payment-hint',
    ref: 'LT123456789092',
    data: { reference: 'LT123456789092' },
  });
});

it('comes as form fields or as JSON, with numbers or digits', async () => {
  const { dedupeKey } = await parse(form());
  const asJson = posted(` ${JSON.stringify({ ...fields, status: 3, amount: 50_000 })}`);
  expect(await parse(asJson)).toMatchObject({ ref: 'LT123456789092', dedupeKey });
});

it('a later status is another message; what is not read makes none', async () => {
  const { dedupeKey } = await parse(form());
  expect((await parse(form({ status: '7' }))).dedupeKey).not.toBe(dedupeKey);
  expect((await parse(form({ amount: '1' }))).dedupeKey).not.toBe(dedupeKey);
  expect((await parse(form({ message: 'khác' }))).dedupeKey).toBe(dedupeKey);
});

it.each([
  ['/order_code', 'status=3'],
  ['/order_code', 'order_code='],
  ['/order_code', 'order_code=Nguy%E1%BB%85n+V%C4%83n+M%E1%BA%ABu'],
  ['/order_code', '{"order_code":null}'],
  ['', '{"order_code":'],
])('drift at %s: %s', async (path, body) => {
  expect(await receiveNotify.parse(posted(body))).toMatchObject({ kind: 'drift', path });
});

it('is answered plainly; what was not taken is to come again', () => {
  const said = (['stored', 'duplicate', 'refused', 'failed'] as const).map((each) => {
    const { status, body } = receiveNotify.reply(each);
    return [status, (JSON.parse(textOf(body)) as { result_code: string }).result_code];
  });
  expect(said).toEqual([
    [200, '0000'],
    [200, '0000'],
    [503, '0001'],
    [503, '0001'],
  ]);
});
