import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceiptIssued, ReceiptToCancel, ReceiptToReplace } from '../../contracts/domain/receipt.ts';
import { startViettel } from '../../mocks/viettel-receipt/server.ts';
import { DEFAULT_SETTINGS as viettelSettings } from '../../mocks/viettel-receipt/settings.ts';
import { startVnpt } from '../../mocks/vnpt-receipt/server.ts';
import { DEFAULT_SETTINGS as vnptSettings } from '../../mocks/vnpt-receipt/settings.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { ORDER_MADE_AT } from '../../test/kit/payment-order.ts';
import { receiptDocument, receiptOrder, remainingOrder } from '../../test/kit/receipt-order.ts';
import type { ActCommand, Adapter, Outcome, QueryOperation } from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { scriptedSystem } from '../kit/testing.ts';
import { receipts } from './index.ts';

/** What a room relies on, whoever provides. */
const providers = {
  vnpt: async () => {
    const running = await startVnpt();
    const { account, password, username, servicePassword, pattern, serial } = vnptSettings;
    const adapter = receipts.create(
      receipts.config.parse({
        URL: running.url,
        KIND: 'vnpt',
        USERNAME: username,
        PASSWORD: servicePassword,
        ACCOUNT: account,
        ACCOUNT_PASSWORD: password,
        PATTERN: pattern,
        SERIAL: serial,
      }),
    );
    return { running, adapter };
  },
  viettel: async () => {
    const running = await startViettel();
    const { username, password, taxCode, template, series } = viettelSettings;
    const adapter = receipts.create(
      receipts.config.parse({
        URL: `${running.url}/`,
        KIND: 'viettel',
        USERNAME: username,
        PASSWORD: password,
        TAX_CODE: taxCode,
        PATTERN: template,
        SERIAL: series,
      }),
    );
    return { running, adapter };
  },
};

const KEY = 'BL-000000000001';
const NEXT = 'BL-000000000002';
const order = receiptOrder(KEY);
const scripted = scriptedSystem(() => ({ status: 500, headers: {}, body: '' }));

describe.each(Object.entries(providers))('%s', (kind, start) => {
  let provider: Awaited<ReturnType<typeof start>>;
  let transport: ReturnType<typeof createUndiciTransport>;
  beforeEach(async () => {
    transport = createUndiciTransport();
    provider = await start();
  });
  afterEach(async () => {
    await provider.running.close();
    await transport.close();
  });

  const asking = () => scripted.context({ transport });
  const acting = () => scripted.context({ transport, oneOff: true });
  const actOf = (name: keyof Adapter['commands']) =>
    provider.adapter.commands[name] as unknown as ActCommand<unknown, unknown>;
  const act = (name: string, input: unknown): Promise<Outcome> => actOf(name).run(input, acting());
  const confirm = (name: string, input: unknown): Promise<Outcome> => {
    const { recovery } = actOf(name);
    if (recovery.kind !== 'confirm') throw new Error('they are asked about');
    return recovery.confirm(input, asking());
  };
  const ask = (name: string, input: unknown): Promise<Outcome> =>
    (provider.adapter.queries[name] as unknown as QueryOperation<unknown, unknown>).run(input, asking());
  const issued = async (key = KEY): Promise<ReceiptIssued> => {
    const outcome = await act('issue-receipt', receiptOrder(key));
    if (outcome.kind !== 'completed') throw new Error(`it is issued: ${JSON.stringify(outcome)}`);
    return outcome.result as ReceiptIssued;
  };
  const cancelling = (of: ReceiptIssued): ReceiptToCancel => ({
    of,
    ofPaidAt: ORDER_MADE_AT,
    reason: 'Hoàn trả lệ phí',
    document: receiptDocument,
  });
  const replacing = (of: ReceiptIssued): ReceiptToReplace => ({ ...cancelling(of), by: remainingOrder(NEXT) });
  const book = () => provider.running.state.book;

  it('a reply lost after acting: asked by the key it is found, and sent again it is the same one', async () => {
    provider.running.state.addFault({ kind: 'lose-reply', times: 1 });
    expect(await act('issue-receipt', order)).toMatchObject({ kind: 'unknown' });
    const told = await confirm('issue-receipt', order);
    expect(told).toMatchObject({ kind: 'completed', result: { kind: 'applied', result: { key: KEY } } });
    const again = await act('issue-receipt', order);
    expect(again).toEqual({ kind: 'completed', result: (told as { result: { result: unknown } }).result.result });
    expect(book().totals()).toMatchObject({ receipts: 1, duplicatesRefused: 1, standingVnd: 50_000 });
  });

  it('what never arrived is not applied, and a key of nobody has no receipt', async () => {
    provider.running.state.addFault({ kind: 'reset-before-acting', times: 1 });
    expect(await act('issue-receipt', order)).toMatchObject({ kind: 'unknown' });
    expect(await confirm('issue-receipt', order)).toEqual({ kind: 'completed', result: { kind: 'not-applied' } });
    expect(await ask('ask-receipt', { key: NEXT })).toMatchObject({
      kind: 'completed',
      result: { key: NEXT, state: 'none', receipt: null },
    });
  });

  it('a key that is taken, and the question after it lost: unknown, never a second one', async () => {
    await issued();
    const question = kind === 'vnpt' ? 'listInvByCusFkey' : 'searchInvoiceByTransactionUuid';
    provider.running.state.addFault({ kind: 'status', status: 503, retryAfter: 5, match: { service: question } });
    expect(await act('issue-receipt', order)).toEqual({ kind: 'unknown', reason: 'unreadable' });
    expect(book().totals().receipts).toBe(1);
  });

  it('its file is a PDF that names it', async () => {
    const file = await ask('fetch-receipt-file', await issued());
    if (file.kind !== 'completed') throw new Error('it is handed out');
    const text = textOf((file.result as { pdf: Uint8Array }).pdf);
    expect(text.startsWith('%PDF-')).toBe(true);
    expect(text).toContain(KEY);
    expect(text).toContain('50000 VND');
  });

  it('a receipt is cancelled once; asked about or told again it is cancelled still, and was issued all the same', async () => {
    const order = cancelling(await issued());
    expect(await confirm('cancel-receipt', order)).toEqual({ kind: 'completed', result: { kind: 'not-applied' } });
    expect(await act('cancel-receipt', order)).toEqual({ kind: 'completed', result: { key: KEY } });
    const gone = { kind: 'completed', result: { kind: 'applied', result: { key: KEY } } };
    expect(await confirm('cancel-receipt', order)).toEqual(gone);
    expect(['completed', 'unknown']).toContain((await act('cancel-receipt', order)).kind);
    expect(await confirm('cancel-receipt', order)).toEqual(gone);
    expect(await confirm('issue-receipt', receiptOrder(KEY))).toMatchObject({ result: { kind: 'applied' } });
    expect(await ask('ask-receipt', { key: KEY })).toMatchObject({ result: { state: 'cancelled' } });
    expect(provider.running.state.counters.cancelled).toBe(1);
  });

  it('the cancelling of what they do not know is rejected, and of an unknown state nothing is said', async () => {
    const of = { ...(await issued()), key: 'BL-999999999999', number: '9999999' };
    expect(await act('cancel-receipt', cancelling(of))).toMatchObject({ kind: 'rejected' });
    expect(await confirm('cancel-receipt', cancelling(of))).toEqual({
      kind: 'completed',
      result: { kind: 'cannot-tell' },
    });
  });

  it('after a refund another receipt says what is left, once; the former is replaced', async () => {
    const order = replacing(await issued());
    provider.running.state.addFault({ kind: 'lose-reply', times: 1 });
    expect(await act('replace-receipt', order)).toMatchObject({ kind: 'unknown' });
    expect(await confirm('replace-receipt', order)).toMatchObject({
      result: { kind: 'applied', result: { key: NEXT } },
    });
    expect(await act('replace-receipt', order)).toMatchObject({ kind: 'completed', result: { key: NEXT } });
    expect(await ask('ask-receipt', { key: KEY })).toMatchObject({ result: { state: 'replaced' } });
    expect(book().get(NEXT)).toMatchObject({ totalVnd: 30_000, insteadOf: KEY, state: 'issued' });
    expect(book().totals()).toMatchObject({ receipts: 2, standingVnd: 30_000 });
  });

  it('a replaced receipt is neither cancelled nor replaced again', async () => {
    const former = await issued();
    await act('replace-receipt', replacing(former));
    expect((await act('cancel-receipt', cancelling(former))).kind).toBe('unknown');
    expect(await confirm('cancel-receipt', cancelling(former))).toEqual({
      kind: 'completed',
      result: { kind: 'cannot-tell' },
    });
    const third = { ...replacing(former), by: remainingOrder('BL-000000000003') };
    expect((await act('replace-receipt', third)).kind).toBe('unknown');
    expect(await confirm('replace-receipt', third)).toEqual({ kind: 'completed', result: { kind: 'not-applied' } });
    expect(book().totals()).toMatchObject({ receipts: 2, cancelled: 0 });
  });

  it('a wrong password reaches nothing', async () => {
    provider.running.state.configure({ password: 'mot-mat-khau-khac' });
    expect(['rejected', 'not-sent']).toContain((await act('issue-receipt', order)).kind);
    expect(book().totals().receipts).toBe(0);
  });

  it.each(['', 'BL-1', 'BL_000000000001', 'BL-000000000001,x', 'k'.repeat(37), 'Nguyễn Văn Mẫu'])(
    'a key %j is not said',
    async (key) => {
      const refused = { kind: 'rejected', code: 'unsayable' };
      expect(await act('issue-receipt', receiptOrder(key))).toMatchObject({ ...refused, fields: ['/key'] });
      const order = { ...replacing(await issued()), by: remainingOrder(key) };
      expect(await act('replace-receipt', order)).toMatchObject({ ...refused, fields: ['/by/key'] });
    },
  );

  it('texts that look like markup arrive as texts', async () => {
    const name = `</CusName><PaymentStatus>0</PaymentStatus> & "Mẫu" ']]>`;
    expect(await act('issue-receipt', { ...order, payer: { ...order.payer, name } })).toMatchObject({
      kind: 'completed',
    });
    expect(book().get(KEY)?.payer).toBe(name);
  });

  it('texts longer than they take are cut, and the receipt stands', async () => {
    const payer = { ...order.payer, name: 'Ế'.repeat(2_000), taxCode: '9'.repeat(60), phone: '0'.repeat(40) };
    const lines = [{ ...order.lines[0], name: 'ấ'.repeat(900), amountVnd: 50_000 }];
    const outcome = await act('issue-receipt', {
      ...order,
      lines,
      payer: { ...payer, identityNumber: '1'.repeat(50) },
    });
    expect(outcome).toMatchObject({ kind: 'completed' });
  });
});
