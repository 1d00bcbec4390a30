import { jsonReply, type Reply } from '../kit/delivery.ts';
import { type OpenRequest, openRequest, type Words } from '../kit/open-request.ts';
import { answer } from './answers.ts';
import { functions } from './functions.ts';
import { judge, type Refusal } from './judge.ts';
import { formIn } from './seals.ts';
import type { GatewayState } from './state.ts';
import { textOf } from './texts.ts';

/** Reads a merchant's form and begins it; its service is its `function`, its code the order_code. */
export function beginFunction(state: GatewayState, version: string, body: string): OpenRequest {
  const { counters, settings, openCalls, orders } = state;
  counters.requests += 1;
  const form = formIn(body);
  const name = form.function ?? '';
  counters.calls[name] = (counters.calls[name] ?? 0) + 1;
  const refusal = judge(settings, version, form, state.clock());
  const code = form.order_code ?? orders.byToken(form.token_code ?? '')?.orderCode;
  const codes = code === undefined ? [] : [code];
  return openRequest(state, {
    service: name,
    codes,
    barred: refusal && refused(state, refusal),
    session: undefined,
    hold: () => openCalls.begin(name === 'CreateOrder' ? codes : []),
    perform: () => functions[name]?.(state, form) ?? answer(settings, '0002'),
    withheld: () => (name === 'CreateOrder' ? state.takeAhead() : undefined),
    words: wordsFor(state),
  });
}

function refused({ counters, settings }: GatewayState, { code, field }: Refusal): Reply {
  counters.refusals += 1;
  if (code === '0017') counters.badChecksums += 1;
  return answer(settings, code, undefined, `${textOf(code)}: ${field}`);
}

/** Of a gateway that knows no logins. */
export function wordsFor({ settings }: GatewayState): Words<never> {
  const no = (code: number | string = '0001', text?: string): Reply => answer(settings, String(code), undefined, text);
  const noLogin = (): Reply => jsonReply({ error: 'unauthorized' }, 401);
  return {
    yes: () => answer(settings, '0000'),
    half: '{"result_code":"0000","result_message":"Th',
    sessionOver: noLogin,
    loginRefused: noLogin,
    no,
    own: () => no(),
  };
}
