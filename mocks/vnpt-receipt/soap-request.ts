import { jsonReply, type Reply, textReply } from '../kit/delivery.ts';
import { type OpenRequest, openRequest, type Words } from '../kit/open-request.ts';
import { changing, operations } from './operations.ts';
import { calledBy, leavesIn, soapAnswer } from './soap.ts';
import type { VnptState } from './state.ts';
import { refusal } from './texts.ts';

/** Reads a call and begins it; what faults match is the operation. */
export function beginSoap(state: VnptState, service: string, body: string): OpenRequest {
  const { counters, openCalls } = state;
  counters.requests += 1;
  const { operation: name, parts } = calledBy(body);
  counters.calls[name] = (counters.calls[name] ?? 0) + 1;
  const where = `${service}/${name}`;
  const operation = Object.hasOwn(operations, where) ? operations[where] : undefined;
  const keys = [leavesIn(parts.xmlInvData ?? '').key, parts.fkey, parts.key, parts.lstFkey];
  const codes = keys.filter((key): key is string => key !== undefined && key !== '');
  const said = (text: string): Reply => answered(name, text);
  return openRequest(state, {
    service: name,
    codes,
    barred: operation === undefined ? said(refusal('3')) : undefined,
    session: undefined,
    hold: () => openCalls.begin(changing.has(name) ? codes : []),
    perform: () => said(operation?.(state, parts) ?? refusal('3')),
    words: wordsFor(name),
  });
}

const answered = (name: string, text: string): Reply => ({
  ...textReply(soapAnswer(name || 'ImportAndPublishInv', text)),
  contentType: 'text/xml; charset=utf-8',
});

/** Of a provider that knows no logins. `OK` as a code says its yes beside the words of a fault. */
function wordsFor(name: string): Words<never> {
  const no = (code: number | string = '5', text = 'Có lỗi xảy ra'): Reply =>
    answered(name, code === 'OK' ? `OK: ${text}` : `ERR:${code} ${text}`);
  const noLogin = (): Reply => jsonReply({ error: 'unauthorized' }, 401);
  return {
    yes: () => answered(name, 'OK:'),
    half: '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xml',
    sessionOver: noLogin,
    loginRefused: noLogin,
    no,
    own: () => no(),
  };
}
