import { type Delivery, jsonReply, type Reply, textReply } from '../kit/delivery.ts';
import { type Drawn, type Fault, NO_FAULT } from '../kit/faults.ts';
import { type Answer, envelope, refusal, sessionOver } from './answers.ts';
import { isRecord, type WireRecord } from './judge.ts';
import { changesDossiers, codesIn, perform } from './services.ts';
import type { PortalState } from './state.ts';
import { texts } from './texts.ts';

/** A request as the portal sees it, whatever carried it. */
export interface Incoming {
  readonly operation: 'login' | 'call';
  readonly dstcodeInQuery: string | null;
  readonly dstcodeInHeader: string | null;
  readonly body: string;
}

/** One request under way. `act` is called once, after `delayMs`, whether or not the caller is still there. */
export interface Conversation {
  readonly delayMs: number;
  act(): Delivery;
  /** The caller has its answer, or is gone. */
  end(): void;
}

const EMPTY: WireRecord = {};

/** Begins a conversation: reads, lets the faults strike, and says how it will end. */
export function converse(state: PortalState, incoming: Incoming): Conversation {
  state.counters.requests += 1;
  const call = parse(incoming.body);
  const service = incoming.operation === 'login' ? 'login' : typeof call?.service === 'string' ? call.service : '';
  const barred = bar(state, incoming, call);
  const codes = call === undefined ? [] : codesIn(call);
  const drawn = state.faults.draw({ service, codes, admitted: barred === undefined });
  const open = state.openCalls.begin(changesDossiers(service) ? codes : []);
  let settled = false;
  const effect = (): Reply => barred ?? envelope(state.settings, answer(state, service, call ?? EMPTY));
  const delivery = (): Delivery => {
    const { fault } = drawn;
    if (fault?.kind !== 'process-late') return spoil(state, drawn, call ?? EMPTY, effect);
    state.later(fault.afterMs, () => {
      effect();
      open.acted();
    });
    return lost(fault.answer ?? 'status', fault.status ?? 504, drawn);
  };
  return {
    delayMs: drawn.delayMs,
    act: () => {
      const made = delivery();
      settled = drawn.fault?.kind !== 'process-late';
      if (settled) open.acted();
      return made;
    },
    end: () => open.end(!settled),
  };
}

function parse(body: string): WireRecord | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whatever keeps a request from reaching its operation; using a session counts against it. */
function bar(state: PortalState, incoming: Incoming, call: WireRecord | undefined): Reply | undefined {
  const { settings } = state;
  const inQuery = settings.dstcodeIn !== 'header' && incoming.dstcodeInQuery === settings.dstcode;
  const inHeader = settings.dstcodeIn !== 'query' && incoming.dstcodeInHeader === settings.dstcode;
  if (!inQuery && !inHeader) return jsonReply({ error_code: '-1', message: texts.wrongDestination }, 400);
  if (call === undefined) return envelope(settings, refusal(settings, texts.unreadable));
  if (incoming.operation === 'login') return undefined;
  if (!state.sessions.use(call.session)) return sessionOver(settings);
  if (call.madonvi !== settings.unit) return envelope(settings, refusal(settings, texts.wrongUnit));
  return undefined;
}

function answer(state: PortalState, service: string, call: WireRecord): Answer {
  if (service !== 'login') return perform(state, service, call);
  const login = state.sessions.login(call.username, call.password);
  if ('session' in login) return { code: 0, message: texts.found, session: login.session };
  return { code: -1, message: login.refused === 'locked' ? texts.loginLocked : texts.loginWrong };
}

function replied(drawn: Drawn, reply: Reply, truncated = false): Delivery {
  return { kind: 'reply', reply, skewMs: drawn.skewMs, drip: drawn.drip, truncated };
}

function lost(how: 'reset' | 'hang' | 'status', status: number, drawn: Drawn = NO_FAULT): Delivery {
  return how === 'status' ? replied(drawn, statusReply({ kind: 'status', status })) : { kind: how };
}

function statusReply(fault: Extract<Fault, { kind: 'status' }>): Reply {
  const headers = fault.retryAfter === undefined ? undefined : { 'retry-after': String(fault.retryAfter) };
  return textReply(fault.body ?? `<html><body><h1>${fault.status}</h1></body></html>`, fault.status, headers);
}

function spoil(state: PortalState, drawn: Drawn, call: WireRecord, effect: () => Reply): Delivery {
  const { fault } = drawn;
  switch (fault?.kind) {
    case undefined:
    case 'delay':
    case 'drip':
    case 'clock-skew':
    case 'process-late':
      return replied(drawn, effect());
    case 'reset-before-reading':
    case 'reset-before-acting':
      return { kind: 'reset' };
    case 'hang':
      return { kind: 'hang' };
    case 'status':
      if (fault.act) effect();
      return replied(drawn, statusReply(fault));
    case 'outage':
      if (fault.mode === 'reset') return { kind: 'reset' };
      return replied(drawn, statusReply({ kind: 'status', status: 503, ...pickRetryAfter(fault) }));
    case 'truncate':
      return replied(
        drawn,
        fault.act === false ? envelope(state.settings, { code: 0, message: texts.found }) : effect(),
        true,
      );
    case 'malformed':
      if (fault.act !== false) effect();
      return replied(drawn, textReply(fault.body ?? '{"error_code":0,"message":"Đồng bộ hồ sơ th'));
    case 'off-schema':
      if (fault.act !== false) effect();
      return replied(drawn, jsonReply(fault.body ?? { status: 'OK', payload: { accepted: true } }));
    case 'expire-session':
      state.sessions.end(call.session);
      return replied(drawn, sessionOver(state.settings, fault.as));
    case 'refuse-login':
      state.counters.loginsRefused += 1;
      return replied(
        drawn,
        envelope(state.settings, { code: fault.code ?? -1, message: fault.message ?? texts.loginWrong }),
      );
    case 'reject':
      state.counters.refusals += 1;
      return replied(
        drawn,
        envelope(state.settings, { code: fault.code ?? -1, message: fault.message ?? texts.refusedByFault }),
      );
    case 'business-status':
      state.counters.refusals += 1;
      return replied(drawn, {
        ...envelope(state.settings, { code: fault.code ?? -1, message: fault.message ?? texts.refusedByFault }),
        status: fault.status ?? 400,
      });
    case 'foreign-item-row':
      state.counters.refusals += 1;
      return replied(drawn, envelope(state.settings, foreignRows(codesIn(call), fault.row)));
    case 'zero-with-failure':
      state.counters.refusals += 1;
      return replied(drawn, envelope(state.settings, { code: 0, message: fault.message ?? texts.zeroWithFailure }));
    case 'lose-reply':
      effect();
      return lost(fault.as ?? 'reset', fault.status ?? 500, drawn);
  }
}

/** What a call's answer would look like if its rows were written by another hand than its envelope. */
function foreignRows(
  codes: readonly string[],
  row: WireRecord = { ErrorCode: '5', ErrorMessage: texts.refusedByFault },
) {
  const result = [...new Set(codes)].map((maHoSo) => ({ maHoSo, ...row }));
  return { code: 0, message: texts.found, result };
}

function pickRetryAfter(fault: Extract<Fault, { kind: 'outage' }>): { retryAfter?: number | string } {
  return fault.retryAfter === undefined ? {} : { retryAfter: fault.retryAfter };
}
