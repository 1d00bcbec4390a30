import { jsonReply, type Reply, textReply } from '../kit/delivery.ts';
import { type OpenRequest, openRequest, type Words } from '../kit/open-request.ts';
import { envelope, type Fields } from './envelope.ts';
import { type Judged, judge } from './judge.ts';
import { answer, operations } from './operations.ts';
import { soapAnswer, soapText } from './soap.ts';
import type { EcomState } from './state.ts';
import type { Code } from './texts.ts';

/** Reads a call of the partner and begins it; its service is the operation. */
export function beginSoap(state: EcomState, body: string): OpenRequest {
  const { counters, openCalls } = state;
  counters.requests += 1;
  const { name = '', text = '' } = soapText(body) ?? {};
  counters.calls[name] = (counters.calls[name] ?? 0) + 1;
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  const call = judge(state.settings, text);
  const { transaction, fields } = call;
  const said = (what: Fields): Reply => written(state, name, transaction, what);
  const refusal = operation === undefined ? '20' : call.refusal;
  return openRequest(state, {
    service: name,
    codes: codesOf(call),
    barred: refusal && said(refused(state, refusal)),
    session: undefined,
    hold: () => openCalls.begin(name === 'query' || transaction === '' ? [] : [transaction]),
    perform: () => said(operation?.(state, { transaction, fields, refusal }) ?? answer(state, '99')),
    withheld: () => (name === 'verifyPayment' ? state.takeAhead() : undefined),
    words: wordsFor(state, name, transaction),
  });
}

/** What a fault can be aimed at: the call's own id, and what it asks about. */
const codesOf = ({ transaction, fields }: Judged): string[] =>
  [transaction, fields.queryTranID, fields.trans_id].filter((code): code is string => typeof code === 'string');

function refused(state: EcomState, code: Code): Fields {
  const { counters } = state;
  counters.refusals += 1;
  if (code === '69' || code === '70') counters.badSignatures += 1;
  if (code === '68') counters.badData += 1;
  return answer(state, code);
}

/** Encrypted, signed and wrapped, refusals too. */
function written({ settings }: EcomState, name: string, transaction: string, what: Fields): Reply {
  const { partner, aesSecret, bankSecretKey } = settings;
  const json = JSON.stringify(envelope(partner, transaction, what, aesSecret, bankSecretKey));
  return { ...textReply(soapAnswer(name || 'query', json)), contentType: 'text/xml; charset=utf-8' };
}

/** Of a bank that knows no logins. */
export function wordsFor(state: EcomState, name: string, transaction: string): Words<never> {
  const no = (code: number | string = '99', text?: string): Reply =>
    written(state, name, transaction, answer(state, String(code), '', {}, text));
  const noLogin = (): Reply => jsonReply({ error: 'unauthorized' }, 401);
  return {
    yes: () => written(state, name, transaction, answer(state, '00')),
    half: '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xml',
    sessionOver: noLogin,
    loginRefused: noLogin,
    no,
    own: () => no(),
  };
}
