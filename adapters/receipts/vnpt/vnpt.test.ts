import { beforeEach, describe, expect, it } from 'vitest';
import { calledBy, leavesIn, soapAnswer } from '../../../mocks/vnpt-receipt/soap.ts';
import { ORDER_MADE_AT } from '../../../test/kit/payment-order.ts';
import { issuedReceipt, receiptDocument, receiptOrder, remainingOrder } from '../../../test/kit/receipt-order.ts';
import { textOf } from '../../kit/bytes.ts';
import { type ScriptedSystem, scriptedSystem } from '../../kit/testing.ts';
import { receiptsConfig } from '../config.ts';
import { receipts } from '../index.ts';
import { ask } from './ask-receipt.ts';
import { cancel } from './cancel-receipt.ts';
import { fetchFile } from './fetch-receipt-file.ts';
import { shortened } from './invoice-xml.ts';
import { issue } from './issue-receipt.ts';
import { replace } from './replace-receipt.ts';

const raw = {
  URL: 'https://receipts.example.vn/',
  KIND: 'vnpt',
  USERNAME: 'dich-vu',
  PASSWORD: 'another>secret',
  ACCOUNT: 'can-bo',
  ACCOUNT_PASSWORD: 'p&ss"word<1',
  PATTERN: '01BLP0-001',
  SERIAL: 'AB-26E',
};
const config = receiptsConfig.parse(raw);
const KEY = 'BL-000000000001';
const of = issuedReceipt(KEY, raw.PATTERN, raw.SERIAL, '7');
const former = {
  of,
  ofPaidAt: ORDER_MADE_AT,
  reason: 'Hoàn trả',
  document: receiptDocument,
};

let answers: string[];
let status: number;
let system: ScriptedSystem;
beforeEach(() => {
  answers = [];
  status = 200;
  system = scriptedSystem((request) => {
    const { operation } = calledBy(textOf(request.body ?? new Uint8Array()));
    return { status, headers: {}, body: soapAnswer(operation, answers.shift() ?? '') };
  });
});

const acting = () => system.context({ oneOff: true });
const saying =
  <Given extends readonly unknown[], Answer>(run: (...given: Given) => Promise<Answer>, ...given: Given) =>
  (...texts: string[]): Promise<Answer> => {
    answers = texts;
    return run(...given);
  };
const issueTold = saying(() => issue(config, receiptOrder(KEY), acting()));
const askTold = saying(() => ask(config, KEY, system.context()));
const fileTold = saying(() => fetchFile(config, of, system.context()));
const cancelTold = saying(() => cancel(config, former, acting()));
const replaceTold = saying(() => replace(config, { ...former, by: remainingOrder('BL-000000000002') }, acting()));
const said = () => system.requests.map(({ body }) => calledBy(textOf(body ?? new Uint8Array())));
const row = (status: string, more = '') =>
  `<Data><Item><pattern>01BLP0-001</pattern><serial>AB-26E</serial><invNum>0000007</invNum><status>${status}</status>${more}</Item></Data>`;

describe('what is said', () => {
  it('of a new receipt, field for field', async () => {
    expect(await issueTold(`OK:01BLP0-001;AB-26E-${KEY}_7`)).toEqual({ kind: 'completed', result: of });
    const [{ operation, parts } = { operation: '', parts: {} }] = said();
    const { xmlInvData = '', ...rest } = parts;
    expect(system.requests[0]?.url).toBe('https://receipts.example.vn/PublishService.asmx');
    expect({ operation, rest }).toEqual({
      operation: 'ImportAndPublishInv',
      rest: {
        Account: 'can-bo',
        ACpass: 'p&ss"word<1',
        username: 'dich-vu',
        password: 'another>secret',
        pattern: '01BLP0-001',
        serial: 'AB-26E',
        convert: '0',
      },
    });
    expect(xmlInvData).toBe(
      `<Invoices><Inv><key>${KEY}</key><Invoice><CusCode>H02.15.03-250601-0001</CusCode><ArisingDate>01/06/2025</ArisingDate>` +
        '<CusName>Nguyễn Văn Mẫu</CusName><CusTaxCode></CusTaxCode><Total>50000</Total><Amount>50000</Amount>' +
        '<AmountInWords>Năm mươi nghìn đồng</AmountInWords><VATAmount>0</VATAmount><VATRate>0</VATRate><ComTaxCode></ComTaxCode>' +
        '<CusAddress>Thôn Mẫu, xã Mẫu</CusAddress><Email></Email><PaymentMethod>TTO</PaymentMethod><PaymentStatus>1</PaymentStatus>' +
        '<Products><Product><FEEID>LP01</FEEID><Extra1>Lệ phí hộ tịch</Extra1><Extra2>1</Extra2><Code>1.001193</Code>' +
        '<ProdName>Lệ phí hộ tịch</ProdName><ProdUnit>Lần</ProdUnit><ProdQuantity>1</ProdQuantity><ProdPrice>20000</ProdPrice></Product>' +
        '<Product><FEEID>P02</FEEID><Extra1>Phí bản sao</Extra1><Extra2>0</Extra2><Code>1.001193</Code>' +
        '<ProdName>Phí bản sao</ProdName><ProdUnit>Lần</ProdUnit><ProdQuantity>1</ProdQuantity><ProdPrice>30000</ProdPrice></Product>' +
        '</Products></Invoice></Inv></Invoices>',
    );
  });

  it('a number is the same however they pad it', async () => {
    expect(await issueTold(`OK:01BLP0-001;AB-26E-${KEY}_0000007`)).toEqual({ kind: 'completed', result: of });
    expect(await replaceTold('OK:01BLP0-001;AB-26E;0000000')).toMatchObject({ result: { number: '0' } });
  });

  it('the same again, letter for letter', async () => {
    await issueTold('');
    await issueTold('');
    expect(said()[0]).toEqual(said()[1]);
  });

  it('the day is that of Vietnam', async () => {
    await issue(config, receiptOrder(KEY, { paidAt: Date.UTC(2025, 11, 31, 17, 0) }), acting());
    expect(said()[0]?.parts.xmlInvData).toContain('<ArisingDate>01/01/2026</ArisingDate>');
  });

  it('of a cancelling: the payment first, then the receipt', async () => {
    expect(await cancelTold('OK:', 'OK:')).toEqual({ kind: 'completed', result: { key: KEY } });
    expect(said()).toEqual([
      {
        operation: 'UnConfirmPaymentFkey',
        parts: { lstFkey: KEY, userName: 'dich-vu', userPass: 'another>secret' },
      },
      {
        operation: 'cancelInv',
        parts: {
          Account: 'can-bo',
          ACpass: 'p&ss"word<1',
          fkey: KEY,
          userName: 'dich-vu',
          userPass: 'another>secret',
        },
      },
    ]);
  });

  it('of an adjustment: Type 4, under its own key, beside the former one', async () => {
    expect(await replaceTold('OK:01BLP0-001;AB-26E;8')).toMatchObject({
      result: { key: 'BL-000000000002', number: '8' },
    });
    const parts = said()[0]?.parts ?? {};
    expect(parts).toMatchObject({ fkey: KEY, pattern: '01BLP0-001', serial: 'AB-26E' });
    expect(leavesIn(parts.xmlInvData ?? '')).toMatchObject({ key: 'BL-000000000002', Type: '4', Total: '30000' });
  });
});

describe('texts', () => {
  it.each([
    [500, 500],
    [501, 453],
    [5_000, 453],
  ])('of %d characters are of %d', (given, taken) => {
    const text = shortened('ế'.repeat(given));
    expect(text).toHaveLength(taken);
    expect(text.endsWith('...')).toBe(given > 500);
  });

  it('a pair is not cut in half', () => {
    expect(shortened('😀'.repeat(600)).isWellFormed()).toBe(true);
  });
});

describe('what they say', () => {
  it.each(['1', '3', '7', '20'])('ERR:%s refuses a new receipt', async (code) => {
    expect(await issueTold(`ERR:${code} lý do`)).toMatchObject({ kind: 'rejected', code });
  });

  it.each(['ERR:2', 'ERR:5', 'ERR:6', 'ERR:10', 'ERR:29', 'ERR:30', 'ERR:99', 'ERR:', 'ERR:-1', 'ERR: x', 'err:777'])(
    '%s is in no list and decides nothing',
    async (text) => {
      const unlisted = { kind: 'unknown', reason: 'server-error' };
      expect(await issueTold(text)).toEqual(unlisted);
      expect(await askTold(text)).toEqual(unlisted);
      expect(system.kept).toHaveLength(2);
    },
  );

  it.each(['13', '21'])('ERR:%s: the key is taken, and what stands under it is the answer', async (code) => {
    expect(await issueTold(`ERR:${code}`, row('1'))).toEqual({ kind: 'completed', result: of });
    expect(await issueTold(`ERR:${code}`, '<Data/>')).toEqual({ kind: 'unknown', reason: 'unreadable' });
    expect(await issueTold(`ERR:${code}`, 'ERR:1')).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });

  it.each([
    ['1', 'issued'],
    ['3', 'replaced'],
    ['4', 'replaced'],
    ['5', 'cancelled'],
    ['0', 'unlisted'],
    ['toString', 'unlisted'],
  ])('status %s is %s', async (given, state) => {
    expect(await askTold(row(given))).toMatchObject({ kind: 'completed', result: { state, code: given, receipt: of } });
  });

  it.each([
    ['', 'unknown'],
    ['OK:', 'unknown'],
    ['<Data><Item>', 'unknown'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><Data>&b;</Data>', 'unknown'],
    ['<Other/>', 'drift'],
    ['<Data>không có</Data>', 'drift'],
    ['<Data><Row/></Data>', 'drift'],
    ['<Data><Item/><Item/></Data>', 'drift'],
    ['<Data><Item><status>1</status></Item></Data>', 'drift'],
    [row('1').replace('<invNum>0000007</invNum>', ''), 'drift'],
  ])('%j under a key is no answer', async (text, kind) => {
    expect(await askTold(text)).toMatchObject({ kind });
  });

  it.each([
    [`OK: Phát hành KHÔNG THÀNH CÔNG`, 'unknown'],
    [`01BLP0-001;AB-26E-${KEY}_7`, 'unknown'],
    ['OK:', 'drift'],
    ['OK:01BLP0-001;AB-26E-BL-000000000002_7', 'drift'],
    [`OK:01BLP0-001;AB-26E-${KEY}_`, 'drift'],
    [`OK:01BLP0-001;AB-26E-${KEY}_7,BL-000000000002_8`, 'drift'],
  ])('%j is no yes to this key', async (text, kind) => {
    expect(await issueTold(text)).toMatchObject({ kind });
  });

  it('a yes under a failing status is none, a no is', async () => {
    status = 500;
    expect(await issueTold(`OK:01BLP0-001;AB-26E-${KEY}_7`)).toMatchObject({ kind: 'unknown' });
    expect(await issueTold('ERR:3')).toMatchObject({ kind: 'rejected', code: '3' });
    expect(await askTold('<Data/>')).toMatchObject({ kind: 'unknown' });
  });

  it('of the un-confirming only a wrong account ends it; of the cancelling 8 is asked about', async () => {
    expect(await cancelTold('ERR:1')).toMatchObject({ kind: 'rejected', code: '1' });
    for (const code of ['2', '6', '7', '13', '99']) {
      expect(await cancelTold(`ERR:${code}`, 'OK:')).toMatchObject({ kind: 'completed' });
    }
    expect(await cancelTold('không rõ', 'OK:')).toEqual({ kind: 'unknown', reason: 'unreadable' });
    expect(await cancelTold('OK:', 'ERR:2')).toMatchObject({ kind: 'rejected', code: '2' });
    expect(await cancelTold('OK:', 'ERR:9')).toEqual({ kind: 'unknown', reason: 'server-error' });
    expect(await cancelTold('OK:', 'ERR:8', row('5'))).toMatchObject({ kind: 'completed' });
    expect(await cancelTold('OK:', 'ERR:8', row('4'))).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });

  it.each(['8', '13', '21'])('an adjustment told ERR:%s may have been heard before', async (code) => {
    expect(await replaceTold(`ERR:${code}`, row('1'))).toMatchObject({ result: { key: 'BL-000000000002' } });
    expect(await replaceTold(`ERR:${code}`, '<Data/>')).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });

  it('a file is a PDF in base64, or none', async () => {
    expect(await fileTold(btoa('%PDF-1.4'))).toMatchObject({ kind: 'completed' });
    expect(await fileTold(btoa('<html>'))).toMatchObject({ kind: 'drift' });
    expect(await fileTold('')).toMatchObject({ kind: 'drift' });
    expect(await fileTold('ERR:6')).toMatchObject({ kind: 'rejected', code: '6' });
    expect(await fileTold('ERR:11')).toMatchObject({ kind: 'unknown' });
  });

  it('a password that they repeat is kept by nobody, as it is or escaped', async () => {
    const told = await issueTold('ERR:3 p&ss"word<1 another>secret');
    const text = JSON.stringify([told, system.kept]);
    for (const secret of ['p&ss', 'word<1', 'p&amp;ss', 'another>secret', 'another&gt;secret']) {
      expect(text).not.toContain(secret);
    }
  });
});

describe('configuration', () => {
  it.each(['URL', 'KIND', 'USERNAME', 'PASSWORD', 'ACCOUNT', 'ACCOUNT_PASSWORD', 'PATTERN', 'SERIAL'])(
    'is wrong without %s',
    (name) => {
      expect(receiptsConfig.safeParse({ ...raw, [name]: '' }).success).toBe(false);
    },
  );

  it('a changed password is read at the next call', async () => {
    const changed = receiptsConfig.parse(raw);
    const { commands } = receipts.create(changed);
    Object.assign(changed, { accountPassword: 'mot-mat-khau-khac' });
    const issuing = commands['issue-receipt'] as unknown as { run: (...given: unknown[]) => Promise<unknown> };
    await issuing.run(receiptOrder(KEY), acting());
    expect(said()[0]?.parts.ACpass).toBe('mot-mat-khau-khac');
  });
});
