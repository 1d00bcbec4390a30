import { expect, it } from 'vitest';
import type { Bill } from '../../contracts/domain/payment.ts';
import { paymentOrder } from '../../test/kit/payment-order.ts';
import type { InboundRequest } from '../adapter.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { platformConfig } from './config.ts';
import { lookupBill } from './lookup-bill.ts';

const raw = { URL: 'http://platform.example', PARTNER: 'DEMO02', SECRET: 'demo-key' };
const ask = lookupBill(platformConfig.parse({ ...raw, ALLOW: '10.0.0.0/8' }));
const question = { type: 'bill', ref: 'H02.15.03-250601-0001', data: { dossierCode: 'H02.15.03-250601-0001' } };
const { returnUrl, cancelUrl, notifyUrl, payUntil, ...order } = paymentOrder('LT123456789092');
const bill: Bill = { reference: 'H02.15.03-250601-000120250601083000', order };

const request = (body: string): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: {},
  body: utf8(body),
  remoteAddress: '10.0.0.1',
});
const read = (reply: { readonly body: Uint8Array }) =>
  JSON.parse(textOf(reply.body)) as { readonly error_code: number; readonly message: string };

it('is asked from an address that was named, and from no other (I7)', () => {
  expect(ask.verifier).toEqual({ kind: 'peer', allow: ['10.0.0.0/8'] });
  expect(lookupBill(platformConfig.parse(raw)).verifier).toEqual({ kind: 'peer', allow: [] });
});

it('asks for a dossier', async () => {
  expect(await ask.parse(request('{"MaHoSo":" H02.15.03-250601-0001 "}'))).toEqual(question);
  for (const body of ['', '[]', '{}', '{"MaHoSo":""}', '{"MaHoSo":"Nguyễn Văn Mẫu"}']) {
    expect(await ask.parse(request(body))).toMatchObject({ kind: 'drift' });
  }
});

it('is answered with a bill that can be paid under its own reference', () => {
  const { error_code, message } = read(ask.reply({ kind: 'answered', question, answer: bill }));
  expect(error_code).toBe(1);
  expect(JSON.parse(message)).toMatchObject({
    MaTraCuuTT: bill.reference,
    transaction_id: bill.reference,
    client_id: 'DEMO02',
    MaHoSo: 'H02.15.03-250601-0001',
    SoTien: '50000',
    ThongTinBienLai: {
      MaDichVu: '2',
      TKThuHuong: '0000000000',
      PhiLePhi: [{ LoaiPhiLePhi: '2' }, { LoaiPhiLePhi: '1' }],
    },
  });
  expect(message).not.toContain('LT123456789092"');
});

it('nothing owed, not allowed, not answered', () => {
  const replies = [
    ask.reply({ kind: 'answered', question, answer: undefined }),
    ask.reply({ kind: 'refused' }),
    ask.reply({ kind: 'failed' }),
  ];
  expect(replies.map((reply) => [reply.status, read(reply).error_code])).toEqual([
    [200, 0],
    [403, -1],
    [200, -1],
  ]);
});
