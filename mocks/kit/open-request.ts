import { type Delivery, jsonReply, type Reply, textReply } from './delivery.ts';
import { type Drawn, type Fault, isGeneral, type OwnFault } from './faults.ts';
import type { OpenCall } from './open-calls.ts';
import type { Simulation } from './simulation.ts';

/** One request under way. `act` is called once, after `delayMs`, whether or not the caller is still there. */
export interface OpenRequest {
  readonly delayMs: number;
  act(): Delivery;
  /** Asked after `act`: what must be over before the answer leaves, such as a callback that overtakes it. */
  withheld?(): Promise<unknown> | undefined;
  /** The caller has its answer, or is gone. */
  end(): void;
}

/** What a system says in its own words where a fault wants words. */
export interface Words<Own extends OwnFault> {
  /** A yes behind which nothing stands. */
  yes(): Reply;
  /** The beginning of an answer that breaks off, as a text. */
  readonly half: string;
  sessionOver(as: string | undefined): Reply;
  no(code: number | string | undefined, message: string | undefined): Reply;
  loginRefused(code: number | string | undefined, message: string | undefined): Reply;
  own(fault: Own): Reply;
}

export interface Asked<Own extends OwnFault> {
  /** A service name, or `login`. */
  readonly service: string;
  /** What the call is about: dossier codes, references. */
  readonly codes: readonly string[];
  /** The answer of whatever keeps the request from its operation. */
  readonly barred: Reply | undefined;
  readonly session: unknown;
  /** What the request holds while it is open. */
  hold(): OpenCall;
  /** Does what was asked, once. */
  perform(): Reply;
  /** As in `OpenRequest`. */
  withheld?(): Promise<unknown> | undefined;
  readonly words: Words<Own>;
}

/** Begins a request: lets the faults strike, and says how it will end. */
export function openRequest<Own extends OwnFault>(state: Simulation<Own>, asked: Asked<Own>): OpenRequest {
  const { service, codes, barred } = asked;
  const drawn = state.faults.draw({ service, codes, admitted: barred === undefined });
  const { fault } = drawn;
  const open = asked.hold();
  let settled = false;
  const effect = (): Reply => barred ?? asked.perform();
  const delivery = (): Delivery => {
    if (!isLate(fault)) return spoil(state, asked, drawn, effect);
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
      settled = !isLate(fault);
      if (settled) open.acted();
      return made;
    },
    withheld: () => asked.withheld?.(),
    end: () => open.end(!settled),
  };
}

type Late = Extract<Fault, { kind: 'process-late' }>;
const isLate = (fault: OwnFault | undefined): fault is Late => fault?.kind === 'process-late';

function replied(drawn: Drawn<OwnFault>, reply: Reply, truncated = false): Delivery {
  return { kind: 'reply', reply, skewMs: drawn.skewMs, drip: drawn.drip, truncated };
}

function lost(how: 'reset' | 'hang' | 'status', status: number, drawn: Drawn<OwnFault>): Delivery {
  return how === 'status' ? replied(drawn, statusReply({ status })) : { kind: how };
}

type StatusWords = Omit<Extract<Fault, { kind: 'status' }>, 'kind'>;

/** What a gateway in between says: a page under a status. */
function statusReply({ status, retryAfter, body }: StatusWords): Reply {
  const headers = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) };
  return textReply(body ?? `<html><body><h1>${status}</h1></body></html>`, status, headers);
}

function spoil<Own extends OwnFault>(
  state: Simulation<Own>,
  { words, session }: Asked<Own>,
  drawn: Drawn<Own>,
  effect: () => Reply,
): Delivery {
  const { fault } = drawn;
  if (fault === undefined) return replied(drawn, effect());
  if (!isGeneral(fault)) {
    state.counters.refusals += 1;
    return replied(drawn, words.own(fault));
  }
  switch (fault.kind) {
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
      return replied(drawn, statusReply({ status: 503, ...wait(fault.retryAfter) }));
    case 'truncate':
      return replied(drawn, fault.act === false ? words.yes() : effect(), true);
    case 'malformed':
      if (fault.act !== false) effect();
      return replied(drawn, textReply(fault.body ?? words.half));
    case 'off-schema':
      if (fault.act !== false) effect();
      return replied(drawn, jsonReply(fault.body ?? { status: 'OK', payload: { accepted: true } }));
    case 'expire-session':
      state.sessions.end(session);
      return replied(drawn, words.sessionOver(fault.as));
    case 'refuse-login':
      state.counters.loginsRefused += 1;
      return replied(drawn, words.loginRefused(fault.code, fault.message));
    case 'reject':
      state.counters.refusals += 1;
      return replied(drawn, words.no(fault.code, fault.message));
    case 'business-status':
      state.counters.refusals += 1;
      return replied(drawn, { ...words.no(fault.code, fault.message), status: fault.status ?? 400 });
    case 'lose-reply':
      effect();
      return lost(fault.as ?? 'reset', fault.status ?? 500, drawn);
  }
}

const wait = (retryAfter: number | string | undefined) => (retryAfter === undefined ? {} : { retryAfter });
