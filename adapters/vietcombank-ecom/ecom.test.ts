import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RefundOrder } from '../../contracts/domain/payment.ts';
import { decrypted, type Envelope, envelope, type Fields, fieldsIn } from '../../mocks/vietcombank-ecom/envelope.ts';
import { certifiedPair, freshKeys } from '../../mocks/vietcombank-ecom/keys.ts';
import { soapAnswer, soapText } from '../../mocks/vietcombank-ecom/soap.ts';
import { paymentOrder } from '../../test/kit/payment-order.ts';
import { textOf } from '../kit/bytes.ts';
import { type ScriptedSystem, scriptedSystem } from '../kit/testing.ts';
import { askPayment } from './ask-payment.ts';
import { ecomConfig } from './config.ts';
import { vietcombankEcom } from './index.ts';
import { openPayment } from './open-payment.ts';
import { refund } from './refund.ts';

const PARTNER = 'DEMO03';
const keys = freshKeys(Date.UTC(2022, 11, 1));
const raw = {
  URL: 'http://bank.example/ecom',
  PARTNER,
  AES_KEY: keys.aesSecret,
  SIGNING_KEY: keys.partnerSecretKey,
  TRUSTED_CERTS: keys.bankCertificate,
};
const config = ecomConfig.parse(raw);
const REFERENCE = 'LT123456789092';
const order = paymentOrder(REFERENCE);
const question = { reference: REFERENCE, handle: null, madeAt: 0 };
const back: RefundOrder = {
  reference: 'LT000000000098',
  of: REFERENCE,
  handle: 'VCB1',
  amountVnd: 50_000,
  reason: 'Hoan tra le phi',
};

interface Said {
  readonly operation: string;
  readonly outer: Envelope;
  readonly inner: Fields;
}
let said: Said[];
let system: ScriptedSystem;
/** What the bank answers, inside; `outside` spoils the envelope, `xml` the SOAP. */
let answers: Fields[];
let outside: (outer: Envelope) => object;
let xml: (text: string) => string;
let status: number;

beforeEach(() => {
  said = [];
  answers = [];
  outside = (outer) => outer;
  xml = (text) => text;
  status = 200;
  system = scriptedSystem((request) => {
    const { name = '', text = '' } = soapText(textOf(request.body ?? new Uint8Array())) ?? {};
    const outer = fieldsIn(text) as unknown as Envelope;
    said.push({ operation: name, outer, inner: decrypted(outer.Data, keys.aesSecret) ?? {} });
    const made = envelope(PARTNER, outer.TransactionID, answers.shift() ?? {}, keys.aesSecret, keys.bankSecretKey);
    return { status, headers: {}, body: xml(soapAnswer(name, JSON.stringify(outside(made)))) };
  });
});
afterEach(() => {
  expect(JSON.stringify(system.kept)).not.toContain(keys.aesSecret);
});

const open = (...told: Fields[]) => {
  answers = told;
  return openPayment(config).run(order, system.context({ oneOff: true }));
};
const ask = (...told: Fields[]) => {
  answers = told;
  return askPayment(config).run(question, system.context());
};
const giveBack = (...told: Fields[]) => {
  answers = told;
  return refund(config).run(back, system.context({ oneOff: true }));
};
const { recovery } = refund(config);
const opening = openPayment(config).recovery;
if (recovery.kind !== 'confirm' || opening.kind !== 'confirm') throw new Error('they are asked about');
const refundConfirmed = (...told: Fields[]) => {
  answers = told;
  return recovery.confirm(back, system.context());
};
const confirmed = (...told: Fields[]) => {
  answers = told;
  return opening.confirm(order, system.context());
};

const yes = { errCode: '00', errDesc: 'Thành công', VcbTranId: 'VCB1', redirectUrl: 'https://bank.example/p/1' };
const found = (TranStatus: string, changes: Fields = {}): Fields => ({
  errCode: '00',
  errDesc: 'Thành công',
  VcbTranId: 'VCB2',
  balance: '50000',
  TranStatus,
  queryTranID: REFERENCE,
  VCBTranID: 'VCB1',
  ...changes,
});
const no = (errCode: string): Fields => ({ errCode, errDesc: 'lý do', VcbTranId: '' });

describe('what is said', () => {
  it('a payment', async () => {
    expect(await open(yes)).toEqual({
      kind: 'completed',
      result: { url: 'https://bank.example/p/1', handle: 'VCB1' },
    });
    expect(said).toMatchObject([
      {
        operation: 'verifyPayment',
        outer: { PartnerId: PARTNER, TransactionID: REFERENCE },
        inner: { amount: '50000', currency: 'VND', description: order.description, returnUrl: order.returnUrl },
      },
    ]);
    const [request] = system.requests;
    expect(request?.headers).toMatchObject({ soapaction: '"http://tempuri.org/verifyPayment"' });
  });

  it('a question, under an id of its own each time', async () => {
    await ask(found('00'));
    system.at += 1;
    await askPayment(config).run(question, system.context());
    expect(said).toMatchObject([{ operation: 'query', inner: { queryTranID: REFERENCE } }, { operation: 'query' }]);
    expect(new Set(said.map(({ outer }) => outer.TransactionID)).size).toBe(2);
  });

  it('a refund', async () => {
    expect(await giveBack(yes)).toEqual({ kind: 'completed', result: { transaction: 'VCB1' } });
    expect(said).toMatchObject([
      {
        operation: 'refund',
        outer: { TransactionID: back.reference },
        inner: { trans_id: REFERENCE, VcbTranId: 'VCB1', amount: '50000', source: 'IB', description: back.reason },
      },
    ]);
  });
});

describe('verifyPayment', () => {
  it.each(['11', '12', '13', '16', '17', '20', '27', '31', '65', '68', '69', '70', '98'])(
    '%s: rejected',
    async (code) => {
      expect(await open(no(code))).toMatchObject({ kind: 'rejected', code });
    },
  );

  it.each(['50', '09', '14', '32', '99', '7', '15', '77', '40'])('%s: unknown', async (code) => {
    expect(await open(no(code))).toMatchObject({ kind: 'unknown' });
    expect(said).toHaveLength(1);
  });

  it.each(['25', '28'])('%s: asked in the same call', async (code) => {
    expect(await open(no(code), found('00'))).toEqual({ kind: 'completed', result: { url: null, handle: 'VCB1' } });
    expect(await open(no(code), no('15'))).toMatchObject({ kind: 'unknown' });
  });

  it('a yes beside words of failure, or without a page', async () => {
    expect(await open({ ...yes, errDesc: 'Giao dịch không thành công' })).toMatchObject({ kind: 'unknown' });
    expect(await open({ ...yes, redirectUrl: undefined })).toMatchObject({ kind: 'drift', path: '/redirectUrl' });
    expect(await open({ ...yes, redirectUrl: 'javascript:alert(1)' })).toMatchObject({ kind: 'drift' });
  });

  it('is confirmed by what is found, denied by 15 alone', async () => {
    for (const tranStatus of ['0', '28', '31', '77']) {
      expect(await confirmed(found(tranStatus))).toMatchObject({ result: { kind: 'applied' } });
    }
    expect(await confirmed(no('15'))).toMatchObject({ result: { kind: 'not-applied' } });
    expect(await confirmed(found('15'))).toMatchObject({ result: { kind: 'applied' } });
    expect(await confirmed(no('77'))).toMatchObject({ result: { kind: 'cannot-tell' } });
    expect(await confirmed(no('50'))).toMatchObject({ kind: 'unknown' });
  });
});

describe('query', () => {
  const fact = { kind: 'paid', amount: null, transaction: 'VCB1', at: null };

  it.each(['0', '00'])('%s: paid, by what tells no amount', async (code) => {
    expect(await ask(found(code))).toMatchObject({ result: { reference: REFERENCE, facts: [fact], open: null } });
    const amount = { amount: 50_000, currency: 'VND' };
    expect(await ask(found(code, { amount: '50000' }))).toMatchObject({ result: { facts: [{ ...fact, amount }] } });
  });

  it.each(['16', '31'])('%s: failed', async (code) => {
    expect(await ask(found(code))).toMatchObject({ result: { facts: [{ kind: 'failed' }], open: null } });
  });

  it.each([
    ['28', 'pending'],
    ['25', 'pending'],
    ['50', 'unlisted'],
    ['7', 'unlisted'],
    ['15', 'unlisted'],
    ['77', 'unlisted'],
  ])('TranStatus %s: no fact, %s', async (code, open) => {
    expect(await ask(found(code))).toMatchObject({ result: { facts: [], open, code: `00/${code}` } });
  });

  it.each([
    ['15', 'not-created'],
    ['28', 'pending'],
    ['25', 'pending'],
    ['99', 'unlisted'],
    ['77', 'unlisted'],
  ])('errCode %s: no fact, %s', async (code, open) => {
    expect(await ask(no(code))).toMatchObject({ result: { facts: [], open, code } });
  });

  it.each(['11', '20', '68', '69', '70', '98'])('%s speaks of the question: rejected', async (code) => {
    expect(await ask(no(code))).toMatchObject({ kind: 'rejected', code });
  });

  it('of another reference it is drift', async () => {
    expect(await ask(found('00', { queryTranID: 'LT1' }))).toMatchObject({ kind: 'drift', path: '/queryTranID' });
    expect(await ask(found('00', { amount: '1e5' }))).toMatchObject({ kind: 'drift', path: '/amount' });
  });
});

describe('refund', () => {
  it.each(['8', '12', '13', '15', '16', '17', '70'])('%s: rejected', async (code) => {
    expect(await giveBack(no(code))).toMatchObject({ kind: 'rejected', code });
  });

  it.each(['7', '07', '25', '28', '31', '50', '09', '14', '32', '99', '77'])('%s: they are asked', async (code) => {
    expect(await giveBack(no(code))).toMatchObject({ kind: 'unknown' });
    expect(said).toHaveLength(1);
  });

  it('is confirmed by its own reference', async () => {
    const own = (tranStatus: string) => found(tranStatus, { queryTranID: back.reference, VCBTranID: 'VCB7' });
    expect(await refundConfirmed(own('0'))).toEqual({
      kind: 'completed',
      result: { kind: 'applied', result: { transaction: 'VCB7' } },
    });
    expect(said).toMatchObject([{ inner: { queryTranID: back.reference } }]);
    expect(await refundConfirmed(own('28'))).toMatchObject({ kind: 'unknown' });
    for (const code of ['7', '8', '77']) {
      expect(await refundConfirmed(own(code))).toMatchObject({ result: { kind: 'cannot-tell' } });
    }
    expect(await refundConfirmed(no('15'))).toMatchObject({ result: { kind: 'not-applied' } });
    expect(await refundConfirmed(no('99'))).toMatchObject({ kind: 'unknown' });
  });
});

describe('an answer that was touched decides nothing', () => {
  const other = certifiedPair('Other', Date.UTC(2022, 11, 1));
  const by =
    (key: string, changes: Partial<Record<'partner' | 'transaction', string>> = {}, inner: Fields = yes) =>
    (outer: Envelope) =>
      envelope(changes.partner ?? PARTNER, changes.transaction ?? outer.TransactionID, inner, keys.aesSecret, key);

  it.each<[string, (outer: Envelope) => object, object]>([
    ['PartnerId', (outer) => ({ ...outer, PartnerId: 'DEMO04' }), { kind: 'drift', path: '/Signature' }],
    ['TransactionID', (outer) => ({ ...outer, TransactionID: 'LT1' }), { kind: 'drift', path: '/Signature' }],
    ['Data', (outer) => ({ ...outer, Data: `A${outer.Data.slice(1)}` }), { kind: 'drift', path: '/Signature' }],
    ['Signature', (outer) => ({ ...outer, Signature: `AAAA${outer.Signature.slice(4)}` }), { path: '/Signature' }],
    ['no Signature', ({ Signature, ...outer }) => outer, { kind: 'drift', path: '/Signature' }],
    ['an empty Signature', (outer) => ({ ...outer, Signature: '' }), { kind: 'drift', path: '/Signature' }],
    ['the border moved', (outer) => moved(outer), { kind: 'drift', path: '/TransactionID' }],
    ['another key', by(other.key), { kind: 'drift', path: '/Signature' }],
    ['our own key', by(keys.partnerSecretKey), { kind: 'drift', path: '/Signature' }],
    ['to another partner', by(keys.bankSecretKey, { partner: 'DEMO04' }), { kind: 'drift', path: '/PartnerId' }],
    ['to another call', by(keys.bankSecretKey, { transaction: 'LT1' }), { kind: 'drift', path: '/TransactionID' }],
  ])('%s', async (_what, spoil, expected) => {
    outside = spoil;
    expect(await open(yes)).toMatchObject({ kind: 'drift', ...expected });
    expect(system.kept).toHaveLength(1);
  });

  it('under an expired certificate', async () => {
    system.at = Date.UTC(2033, 0, 1);
    expect(await open(yes)).toMatchObject({ kind: 'drift', path: '/Signature' });
  });

  it('under a failing status neither a yes nor a 15 counts, and an unsigned no is none', async () => {
    status = 500;
    expect(await open(yes)).toMatchObject({ kind: 'unknown', reason: 'server-error' });
    expect(await ask(no('15'))).toMatchObject({ kind: 'unknown' });
    expect(await open(no('11'))).toMatchObject({ kind: 'rejected' });
    outside = by(other.key, {}, no('11'));
    expect(await open(no('11'))).toMatchObject({ kind: 'unknown', reason: 'server-error' });
  });

  /** The first four characters of Data go over to TransactionID: the signed text is the same. */
  function moved(outer: Envelope): object {
    const { TransactionID, Data } = outer;
    return { ...outer, TransactionID: TransactionID + Data.slice(0, 4), Data: Data.slice(4) };
  }
});

describe('SOAP that is not theirs', () => {
  it.each<[string, (text: string) => string, object]>([
    ['a page', () => '<html><body>503</body>', { kind: 'unknown', reason: 'unreadable' }],
    ['a DTD', (text) => text.replace('<soap:Env', '<!DOCTYPE x [<!ENTITY a "b">]><soap:Env'), { kind: 'unknown' }],
    ['other XML', () => '<a/>', { kind: 'drift' }],
    ['another operation', (text) => text.replaceAll('verifyPayment', 'refund'), { kind: 'drift' }],
    ['another namespace', (text) => text.replace('http://tempuri.org/', 'urn:x'), { kind: 'drift' }],
    ['a fault', (text) => text.replace(/<soap:Body>.*<\/soap:Body>/s, FAULT), { kind: 'unknown' }],
    ['no JSON inside', (text) => text.replace(/\{.*\}/s, 'none'), { kind: 'unknown' }],
  ])('%s', async (_what, spoil, expected) => {
    xml = spoil;
    expect(await open(yes)).toMatchObject(expected);
    expect(system.kept).toHaveLength(1);
  });
  const FAULT = '<soap:Body><soap:Fault><faultcode>x</faultcode><faultstring>y</faultstring></soap:Fault></soap:Body>';
});

describe('the configuration', () => {
  it.each([
    { URL: 'ftp://bank.example' },
    { PARTNER: '' },
    { AES_KEY: 'AAAA' },
    { AES_KEY: 'khóa' },
    { SIGNING_KEY: keys.bankCertificate },
    { SIGNING_KEY: '' },
    { TRUSTED_CERTS: keys.partnerSecretKey },
    { TRUSTED_CERTS: '' },
    { TRUSTED_CERTS: keys.bankCertificate.replace('\nMII', '\nMIX') },
  ])('refuses %j', (changes) => {
    expect(ecomConfig.safeParse({ ...raw, ...changes }).success).toBe(false);
  });

  it('takes PEM on one line, as variables have it', async () => {
    const oneLine = (text: string) => text.replaceAll('\n', '\\n');
    const parsed = { ...raw, SIGNING_KEY: oneLine(raw.SIGNING_KEY), TRUSTED_CERTS: oneLine(raw.TRUSTED_CERTS) };
    answers = [yes];
    const answer = await openPayment(ecomConfig.parse(parsed)).run(order, system.context());
    expect(answer.kind).toBe('completed');
  });
});

it('the probe asks after nobody', async () => {
  answers = [no('15'), no('50')];
  const adapter = vietcombankEcom.create(config);
  expect(await adapter.probe(system.context())).toMatchObject({ kind: 'completed' });
  expect(await adapter.probe(system.context())).toMatchObject({ kind: 'unknown' });
});
