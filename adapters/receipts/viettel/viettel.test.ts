import { beforeEach, describe, expect, it } from 'vitest';
import { ORDER_MADE_AT } from '../../../test/kit/payment-order.ts';
import { issuedReceipt, receiptDocument, receiptOrder, remainingOrder } from '../../../test/kit/receipt-order.ts';
import { textOf } from '../../kit/bytes.ts';
import { json, type ScriptedSystem, scriptedSystem } from '../../kit/testing.ts';
import { receiptsConfig } from '../config.ts';
import { ask } from './ask-receipt.ts';
import { cancel } from './cancel-receipt.ts';
import { fetchFile } from './fetch-receipt-file.ts';
import { issue } from './issue-receipt.ts';
import { receiptMessage } from './receipt-message.ts';
import { replace } from './replace-receipt.ts';

const raw = {
  URL: 'https://sinvoice.example.vn/api',
  KIND: 'viettel',
  USERNAME: 'tai-khoan',
  PASSWORD: 'mật khẩu:1"',
  TAX_CODE: '0100000000',
  PATTERN: '01BLP/001',
  SERIAL: 'K26TBL',
};
const config = receiptsConfig.parse(raw);
const KEY = 'BL-000000000001';
const of = { ...issuedReceipt(KEY, raw.PATTERN, raw.SERIAL, 'K26TBL0000001'), lookupCode: 'TRACUU1' };
const former = { of, ofPaidAt: ORDER_MADE_AT, reason: 'Hoàn trả', document: receiptDocument };

let answers: unknown[];
let status: number;
let system: ScriptedSystem;
beforeEach(() => {
  answers = [];
  status = 200;
  system = scriptedSystem(() => json(answers.shift(), status));
});

const acting = () => system.context({ oneOff: true });
const saying =
  <Answer>(run: () => Promise<Answer>) =>
  (...told: unknown[]): Promise<Answer> => {
    answers = told;
    return run();
  };
const issueTold = saying(() => issue(config, receiptOrder(KEY), acting()));
const askTold = saying(() => ask(config, KEY, system.context()));
const fileTold = saying(() => fetchFile(config, of, system.context()));
const cancelTold = saying(() => cancel(config, former, acting()));
const replaceTold = saying(() => replace(config, { ...former, by: remainingOrder('BL-000000000002') }, acting()));

const made = {
  supplierTaxCode: '0100000000',
  invoiceNo: 'K26TBL0000001',
  transactionID: 'T1',
  reservationCode: 'TRACUU1',
  codeOfTax: null,
};
const done = (result: unknown) => ({ errorCode: null, description: null, result });
const row = (words: string) => done([{ ...made, status: words }]);
const no = (errorCode: string) => ({ errorCode, description: 'lý do', result: null });
const body = (at = 0) => textOf(system.requests[at]?.body ?? new Uint8Array());

describe('what is said', () => {
  it('of a new receipt, field for field', async () => {
    expect(await issueTold(done(made))).toEqual({ kind: 'completed', result: of });
    expect(system.requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://sinvoice.example.vn/api/InvoiceAPI/InvoiceWS/createInvoice/0100000000',
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(body())).toEqual({
      generalInvoiceInfo: {
        invoiceType: '01BLP',
        templateCode: '01BLP/001',
        invoiceSeries: 'K26TBL',
        invoiceIssuedDate: ORDER_MADE_AT,
        currencyCode: 'VND',
        adjustmentType: '1',
        paymentStatus: true,
        transactionUuid: KEY,
      },
      buyerInfo: {
        buyerName: 'Nguyễn Văn Mẫu',
        buyerTaxCode: '',
        buyerAddressLine: 'Thôn Mẫu, xã Mẫu',
        buyerPhoneNumber: '',
        buyerEmail: '',
        buyerCode: 'H02.15.03-250601-0001',
      },
      payments: [{ paymentMethod: '7' }],
      itemInfo: [
        {
          lineNumber: 1,
          itemCode: 'LP01',
          itemName: 'Lệ phí hộ tịch',
          unitName: 'Lần',
          quantity: 1,
          unitPrice: 20_000,
          itemTotalAmountWithoutTax: 20_000,
          taxPercentage: -2,
          taxAmount: 0,
        },
        {
          lineNumber: 2,
          itemCode: 'P02',
          itemName: 'Phí bản sao',
          unitName: 'Lần',
          quantity: 1,
          unitPrice: 30_000,
          itemTotalAmountWithoutTax: 30_000,
          taxPercentage: -2,
          taxAmount: 0,
        },
      ],
      taxBreakdowns: [{ taxPercentage: -2, taxableAmount: 50_000, taxAmount: 0 }],
      summarizeInfo: {
        totalAmountWithoutTax: 50_000,
        totalTaxAmount: 0,
        totalAmountWithTax: 50_000,
        totalAmountWithTaxInWords: 'Năm mươi nghìn đồng',
      },
    });
  });

  it('texts are cut at their published lengths, and a pair is not halved', () => {
    const long = 'x'.repeat(2_000);
    const payer = {
      name: '😀'.repeat(900),
      taxCode: long,
      identityNumber: long,
      address: null,
      phone: long,
      email: null,
    };
    const lines = [{ code: 'P', name: long, kind: 'fee', amountVnd: 1 }] as const;
    const { buyerInfo, itemInfo } = receiptMessage(config, receiptOrder(KEY, { payer, lines, totalVnd: 1 }));
    expect(buyerInfo.buyerName.isWellFormed()).toBe(true);
    expect([...buyerInfo.buyerName].length).toBeLessThanOrEqual(800);
    expect(buyerInfo).toMatchObject({
      buyerTaxCode: 'x'.repeat(20),
      buyerPhoneNumber: 'x'.repeat(15),
      buyerIdType: '1',
      buyerIdNo: 'x'.repeat(20),
    });
    expect(itemInfo[0]?.itemName).toHaveLength(500);
  });

  it('cash is 6', () => {
    expect(receiptMessage(config, receiptOrder(KEY, { method: 'cash' })).payments).toEqual([{ paymentMethod: '6' }]);
  });

  it('of a cancelling: the issue date and the paper', async () => {
    expect(await cancelTold(done(null))).toEqual({ kind: 'completed', result: { key: KEY } });
    expect(Object.fromEntries(new URLSearchParams(body()))).toEqual({
      supplierTaxCode: '0100000000',
      templateCode: '01BLP/001',
      invoiceNo: 'K26TBL0000001',
      strIssueDate: String(ORDER_MADE_AT),
      additionalReferenceDesc: 'QD-01',
      additionalReferenceDate: String(receiptDocument.at),
      reasonDelete: 'Hoàn trả',
    });
  });

  it('of a replacement: what it stands in for', async () => {
    await replaceTold(done({ ...made, invoiceNo: 'K26TBL0000002' }));
    expect(JSON.parse(body()).generalInvoiceInfo).toMatchObject({
      adjustmentType: '3',
      transactionUuid: 'BL-000000000002',
      originalInvoiceId: 'K26TBL0000001',
      originalInvoiceIssueDate: ORDER_MADE_AT,
      additionalReferenceDesc: 'QD-01',
    });
  });
});

describe('what they say', () => {
  it.each([null, ''])('errorCode %j is done', async (errorCode) => {
    expect(await issueTold({ errorCode, result: made })).toMatchObject({ kind: 'completed' });
  });

  it('no errorCode at all is not', async () => {
    for (const told of [issueTold, askTold, fileTold, cancelTold]) {
      expect(await told({ result: made })).toMatchObject({ kind: 'drift', path: '/errorCode' });
    }
  });

  it.each(['INVOICE_SERIAL_NOT_FOUND', 'INVOICE_TEMPLATE_NOT_FOUND', 'SUPPLIER_TAX_CODE_INVALID'])(
    '%s refuses, also under 400 in their other words',
    async (code) => {
      expect(await issueTold(no(code))).toMatchObject({ kind: 'rejected', code, message: 'lý do' });
      status = 400;
      const other = { code: 400, message: code, data: 'lý do' };
      expect(await issueTold(other)).toMatchObject({ kind: 'rejected', code, message: 'lý do' });
    },
  );

  it.each(['GENERAL', 'NOT_FOUND_DATA', '500', 'Lỗi', 'toString'])(
    '%s decides nothing of a new receipt',
    async (code) => {
      expect(await issueTold(no(code))).toEqual({ kind: 'unknown', reason: 'server-error' });
    },
  );

  it('a key that is taken is asked about in the same call', async () => {
    const taken = no('TRANSACTION_UUID_INVALID');
    expect(await issueTold(taken, row('Đã phát hành'))).toEqual({ kind: 'completed', result: of });
    expect(await issueTold(taken, no('NOT_FOUND_DATA'))).toEqual({ kind: 'unknown', reason: 'unreadable' });
    expect(await issueTold(taken, no('GENERAL'))).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });

  it.each([
    ['Đã phát hành', 'issued'],
    ['Hóa đơn đã được phê duyệt', 'unlisted'],
    ['Hóa đơn đã phê duyệt', 'issued'],
    ['Hóa đơn thay thế', 'unlisted'],
    ['Hóa đơn bị thay thế', 'replaced'],
    ['Đã bị điều chỉnh', 'replaced'],
    ['ĐÃ HỦY', 'cancelled'],
    ['Bị xóa bỏ', 'cancelled'],
    ['Chưa hủy', 'unlisted'],
    ['Chờ hủy, đã phát hành', 'unlisted'],
    ['', 'unlisted'],
  ])('status %j is %s, and it exists', async (words, state) => {
    expect(await askTold(row(words))).toMatchObject({ kind: 'completed', result: { state, receipt: of } });
  });

  it('only their own word denies a key, and not under a failure of theirs', async () => {
    expect(await askTold(no('NOT_FOUND_DATA'))).toMatchObject({ result: { state: 'none', receipt: null } });
    expect(await askTold(done([]))).toMatchObject({ kind: 'drift', path: '/result' });
    expect(await askTold(done(null))).toMatchObject({ kind: 'drift' });
    expect(await askTold(done([made, made]))).toMatchObject({ kind: 'drift', got: 'several' });
    status = 400;
    expect(await askTold({ code: 400, message: 'NOT_FOUND_DATA', data: '' })).toMatchObject({
      result: { state: 'none' },
    });
    status = 404;
    expect(await askTold({ error: 'no such page' })).toMatchObject({ kind: 'not-sent' });
    status = 500;
    expect(await askTold(no('NOT_FOUND_DATA'))).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    { ...made, invoiceNo: null },
    { ...made, invoiceNo: '' },
    { ...made, invoiceNo: 'x'.repeat(300) },
    [],
    null,
    'K26TBL0000001',
  ])('%j is no receipt', async (result) => {
    expect(await issueTold(done(result))).toMatchObject({ kind: 'drift' });
  });

  it('words of a failure beside a yes are believed in neither', async () => {
    const told = { errorCode: '', description: 'Phát hành không thành công', result: made };
    expect(await issueTold(told)).toEqual({ kind: 'unknown', reason: 'unreadable' });
    expect(await cancelTold(told)).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });

  it('a file is a PDF in base64, or none', async () => {
    const file = (fileToBytes: unknown) => ({ errorCode: '', fileToBytes });
    expect(await fileTold(file(btoa('%PDF-1.7')))).toMatchObject({ kind: 'completed' });
    for (const none of [btoa('<html>'), 'không', '', null, 7]) {
      expect(await fileTold(file(none))).toMatchObject({ kind: 'drift', path: '/fileToBytes' });
    }
    expect(await fileTold(no('NOT_FOUND_DATA'))).toMatchObject({ kind: 'rejected' });
  });

  it('a credential that they repeat is kept by nobody', async () => {
    await issueTold(no('GENERAL'));
    const { authorization = '' } = system.requests[0]?.headers ?? {};
    const credential = authorization.replace('Basic ', '');
    const told = await issueTold({
      ...no('SUPPLIER_TAX_CODE_INVALID'),
      description: `${authorization} ${raw.PASSWORD}`,
    });
    const text = JSON.stringify([told, system.kept]);
    expect(credential.length).toBeGreaterThan(10);
    expect(text).not.toContain(credential);
    expect(text).not.toContain('khẩu:1');
  });
});

it.each([
  ['URL', 'https://a:b@sinvoice.example.vn'],
  ['USERNAME', 'a:b'],
  ['PASSWORD', ''],
  ['TAX_CODE', '01/../x'],
  ['PATTERN', ''],
  ['SERIAL', ''],
])('configuration is wrong with %s %j', (name, value) => {
  expect(receiptsConfig.safeParse({ ...raw, [name]: value }).success).toBe(false);
});
