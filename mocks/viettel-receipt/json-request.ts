import { jsonReply, type Reply } from '../kit/delivery.ts';
import { type OpenRequest, openRequest, type Words } from '../kit/open-request.ts';
import { type Answered, changing, operations, type Said } from './operations.ts';
import type { ViettelState } from './state.ts';
import { texts } from './texts.ts';

export interface Arrived {
  /** Last part of the address. */
  readonly service: string;
  /** What stands after it; of createInvoice alone. */
  readonly taxCode: string | undefined;
  readonly authorization: string | undefined;
  readonly isForm: boolean;
  readonly body: string;
}

/** Reads a call and begins it; what faults match is the last part of its address. */
export function beginJson(state: ViettelState, arrived: Arrived): OpenRequest {
  const { counters, openCalls, settings } = state;
  const { service, authorization } = arrived;
  counters.requests += 1;
  counters.calls[service] = (counters.calls[service] ?? 0) + 1;
  const said = saidIn(arrived);
  const basic = `Basic ${Buffer.from(`${settings.username}:${settings.password}`).toString('base64')}`;
  const bad = { code: 'BAD_REQUEST', words: texts.BAD_REQUEST } as const;
  const perform = (): Answered => (said === undefined ? bad : (operations[service]?.(state, said) ?? bad));
  const codes = said === undefined ? [] : codesOf(said);
  return openRequest(state, {
    service,
    codes,
    barred: authorization === basic ? undefined : noLogin(),
    session: undefined,
    hold: () => openCalls.begin(changing.has(service) ? codes : []),
    perform: () => written(state, perform()),
    words: wordsFor(state),
  });
}

function saidIn({ body, isForm, taxCode }: Arrived): Said | undefined {
  if (isForm) return Object.fromEntries(new URLSearchParams(body));
  try {
    const read: unknown = JSON.parse(body);
    if (typeof read !== 'object' || read === null) return undefined;
    return taxCode === undefined ? (read as Said) : { ...read, supplierTaxCode: taxCode };
  } catch {
    return undefined;
  }
}

/** What a fault can be aimed at: the key, and the number of a receipt. */
const codesOf = (said: Said): string[] =>
  [(said.generalInvoiceInfo as Said | undefined)?.transactionUuid, said.transactionUuid, said.invoiceNo].filter(
    (each): each is string => typeof each === 'string',
  );

function written({ settings }: ViettelState, what: Answered): Reply {
  if ('done' in what) {
    return jsonReply({ errorCode: settings.successAs === 'null' ? null : '', description: null, ...what.done });
  }
  const { code, words } = what;
  return settings.errorsAs === 'status'
    ? jsonReply({ code: 400, message: code, data: words }, 400)
    : jsonReply({ errorCode: code, description: words, result: null });
}

const noLogin = (): Reply => jsonReply({ error: 'unauthorized' }, 401);

/** Of a provider that knows no logins. An empty code says its yes beside the words of a fault. */
function wordsFor(state: ViettelState): Words<never> {
  const no = (code: number | string = 'GENERAL', words = 'Lỗi hệ thống'): Reply =>
    jsonReply({ errorCode: String(code), description: words, result: code === '' ? {} : null });
  return {
    yes: () => written(state, { done: { result: {} } }),
    half: '{"errorCode":null,"descr',
    sessionOver: noLogin,
    loginRefused: noLogin,
    no,
    own: () => no(),
  };
}
