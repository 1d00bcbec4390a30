import { type Partner, startPartner } from '../kit/partner.ts';
import { controlCall, type PlainAnswer, plainCall } from '../kit/plain-call.ts';
import { decrypted, type Envelope, envelope, type Fields, fieldsIn, isSigned } from './envelope.ts';
import type { RunningEcom } from './server.ts';
import { soapAction, soapCall, soapText } from './soap.ts';

export interface Answered extends PlainAnswer {
  /** The inner JSON, where the answer was encrypted and signed as it must be. */
  readonly fields: Fields;
}

/** A partner of the bank, for its own tests. */
export class EcomCaller {
  readonly #bank: RunningEcom;

  constructor(bank: RunningEcom) {
    this.#bank = bank;
  }

  verify(reference: string, changes: Fields = {}, timeoutMs?: number): Promise<Answered> {
    const returnUrl = 'https://example.vn/thanh-toan/ve';
    const fields = { amount: '50000', currency: 'VND', description: 'Thanh toan le phi', returnUrl, ...changes };
    return this.call('verifyPayment', this.sealed(reference, fields), timeoutMs);
  }

  query(asked: string, timeoutMs?: number): Promise<Answered> {
    return this.call('query', this.sealed(`${asked}Q1`, { queryTranID: asked }), timeoutMs);
  }

  refund(reference: string, of: string, changes: Fields = {}, timeoutMs?: number): Promise<Answered> {
    const VcbTranId = this.#bank.state.ledger.get(of)?.number ?? '';
    const fields = { trans_id: of, VcbTranId, amount: '50000', source: 'IB', ...changes };
    return this.call('refund', this.sealed(reference, fields), timeoutMs);
  }

  sealed(transaction: string, fields: Fields): Envelope {
    const { partner, aesSecret, partnerSecretKey } = this.#bank.state.settings;
    return envelope(partner, transaction, fields, aesSecret, partnerSecretKey);
  }

  async call(operation: string, outer: object, timeoutMs?: number): Promise<Answered> {
    const headers = { 'content-type': 'text/xml; charset=utf-8', soapaction: soapAction(operation) };
    const body = soapCall(operation, JSON.stringify(outer));
    const sent = await plainCall(this.#bank.url, 'POST', headers, body, timeoutMs);
    return { ...sent, fields: this.#read(sent.text) };
  }

  /** Presses a button on a page. */
  press(page: unknown, act: string): Promise<PlainAnswer> {
    return plainCall(String(page), 'POST', { 'content-type': 'application/x-www-form-urlencoded' }, `act=${act}`);
  }

  control<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return controlCall(this.#bank.controlUrl, method, path, body);
  }

  #read(xml: string): Fields {
    const { aesSecret, bankCertificate } = this.#bank.state.settings;
    const { PartnerId, TransactionID, Data, Signature } = (fieldsIn(soapText(xml)?.text ?? '') ??
      {}) as Partial<Envelope>;
    const texts = [PartnerId ?? '', TransactionID ?? '', Data ?? ''];
    if (!isSigned(texts, Signature ?? '', bankCertificate)) return {};
    return decrypted(Data ?? '', aesSecret) ?? {};
  }
}

/** A notice as the province hears it. */
export interface Heard {
  readonly outer: Fields;
  readonly inner: Fields;
  /** Whether it is signed by the bank. */
  readonly sound: boolean;
}

/** The province's side; the bank whose notices it hears is known only after it. */
export const startProvince = (bank: () => RunningEcom): Promise<Partner<Heard>> =>
  startPartner(
    (body) => {
      const { aesSecret, bankCertificate } = bank().state.settings;
      const outer = fieldsIn(Buffer.from(body, 'base64').toString()) ?? {};
      const { PartnerTranId, Data, Signature } = outer as Readonly<Record<string, string>>;
      return {
        outer,
        inner: decrypted(Data ?? '', aesSecret) ?? {},
        sound: isSigned([PartnerTranId ?? '', Data ?? ''], Signature ?? '', bankCertificate),
      };
    },
    () => ({ errCode: '00' }),
  );
