import { type CallContext, type NotSent, notSent } from '../adapter.ts';

/** What a login came to. `refused` is their answer "no"; `failed` is everything that kept them from answering. */
export type LoginAnswer =
  | { readonly kind: 'session'; readonly token: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly retryAfterMs?: number | undefined };

/**
 * What an answer says of the session it was asked under: `served` (they knew us), `expired` (they said plainly that
 * they did not), `denied` (forbidden, which some say of an expired session and others of the request itself),
 * `unrecognised` (a failure that may be an expiry in disguise), `silent` (nothing, such as a timeout).
 */
export type SessionSign = 'served' | 'expired' | 'denied' | 'unrecognised' | 'silent';

export interface Conversation<Answer> {
  readonly sign: SessionSign;
  readonly answer: Answer;
}

/** How a conversation under a session ended. */
export type Kept<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly before?: Answer }
  /** There was no session to speak under; `before` is the answer that made us ask for a new one. */
  | { readonly kind: 'no-session'; readonly outcome: NotSent; readonly before?: Answer };

export interface SessionKeeper {
  /**
   * Speaks under the kept session. When the answer shows, or on an old session may hide, an expiry, one new login and
   * one repeat follow; never more.
   */
  converse<Answer>(
    context: CallContext,
    speak: (token: string) => Promise<Conversation<Answer>>,
  ): Promise<Kept<Answer>>;
  /**
   * Logs in anew because a person asks: one real try past the silence. A credential that a person's try found refused
   * is not tried again for them before `retryAfterMs`, so that asking again and again locks no account.
   */
  renew(context: CallContext): Promise<NotSent | undefined>;
}

export interface SessionRules {
  readonly login: (context: CallContext) => Promise<LoginAnswer>;
  /** What a login shows now. Refusals count against the credential that was refused: a changed one is tried at once. */
  readonly credential?: () => string;
  /** An unrecognised failure on a session older than this may be an expiry. Default one minute. */
  readonly doubtfulAfterMs?: number;
  /** Logins answered no, in a row, after which the keeper stops asking: accounts get locked. Default 2. */
  readonly refusalsBeforePause?: number;
  /** First silence after that; each further refusal doubles it up to four hours. Default 15 minutes. */
  readonly pauseMs?: number;
}

interface Session {
  readonly token: string;
  readonly since: number;
  /** They answered at least once under it as one answers a known caller. */
  served: boolean;
}

/** A refusal that is about the request and not the session costs at most one login in this time. */
const DENIED_AFTER_MS = 5_000;
const LONGEST_PAUSE_MS = 4 * 3_600_000;
/** Rest between tries that people ask for of a refused credential; each further refusal doubles it. */
const ASKED_AGAIN_MS = 5 * 60_000;
const FRUITLESS_PAUSE_MS = 5_000;
const LONGEST_FRUITLESS_PAUSE_MS = 5 * 60_000;

/**
 * Keeps one session for all callers of one process: one login in flight however many wait for it, reuse until it
 * fails, and a failure gives up exactly the session that it happened under, never a newer one. A login that does not
 * succeed is `not-sent`, because no command was sent. Two fresh sessions in a row that are refused at once silence
 * the keeper for a few seconds: a portal that forgets its sessions is not answered with a storm of logins.
 */
export function createSessionKeeper(rules: SessionRules): SessionKeeper {
  const doubtfulAfterMs = rules.doubtfulAfterMs ?? 60_000;
  const refusalsBeforePause = rules.refusalsBeforePause ?? 2;
  const pauseMs = rules.pauseMs ?? 15 * 60_000;

  let current: Session | undefined;
  let pending: Promise<Session | NotSent> | undefined;
  let refusals = 0;
  let fruitless = 0;
  let silentUntil = 0;
  /** A person's try was answered no: theirs, too, wait until then. */
  let restUntil = 0;
  let refused = rules.credential?.();

  async function login(context: CallContext): Promise<Session | NotSent> {
    const answer = await rules.login(context);
    if (answer.kind === 'session') {
      refusals = 0;
      current = { token: answer.token, since: context.now(), served: false };
      return current;
    }
    if (answer.kind === 'failed') return notSent('login-failed', answer.retryAfterMs);
    refusals += 1;
    if (refusals < refusalsBeforePause) return notSent('login-refused');
    const pause = doubled(pauseMs);
    silence(context, pause);
    return notSent('login-refused', pause);
  }

  /** A wait that doubles with each refusal beyond those that are borne. */
  function doubled(ms: number): number {
    return Math.min(ms * 2 ** Math.max(0, refusals - refusalsBeforePause), LONGEST_PAUSE_MS);
  }

  /** What was held against another credential is not held against this one. */
  function heedCredential(): void {
    const shown = rules.credential?.();
    if (shown === refused) return;
    refused = shown;
    refusals = 0;
    silentUntil = 0;
    restUntil = 0;
  }

  /** Milliseconds left. A clock set back must not prolong a wait beyond what was meant. */
  function left(until: number, context: CallContext): number {
    const ms = until - context.now();
    return ms <= LONGEST_PAUSE_MS ? Math.max(0, ms) : 0;
  }

  function silence(context: CallContext, ms: number): void {
    silentUntil = context.now() + ms;
  }

  async function open(context: CallContext): Promise<Session | NotSent> {
    for (;;) {
      if (current) return current;
      if (context.signal.aborted) return notSent('cancelled-before-sending');
      if (pending) {
        const shared = await orAborted(pending, context.signal);
        if (shared === undefined) return notSent('cancelled-before-sending');
        // The one who asked may have been cancelled; that is no reason for those who waited to fail.
        if ('token' in shared) return shared;
        if (shared.reason !== 'cancelled-before-sending') return heardOf(shared);
        continue;
      }
      heedCredential();
      if (left(silentUntil, context) > 0) return notSent('login-failed');
      pending = login(context)
        .then((answer) => ('token' in answer || !context.signal.aborted ? answer : notSent('cancelled-before-sending')))
        .catch(() => notSent('login-failed'))
        .finally(() => {
          pending = undefined;
        });
      return pending;
    }
  }

  function giveUp(session: Session, plainly: boolean, context: CallContext): void {
    if (current !== session) return;
    current = undefined;
    if (!plainly || session.served) return;
    fruitless += 1;
    if (fruitless >= 2)
      silence(context, Math.min(FRUITLESS_PAUSE_MS * 2 ** (fruitless - 2), LONGEST_FRUITLESS_PAUSE_MS));
  }

  function heed(session: Session, sign: SessionSign): void {
    if (sign !== 'served') return;
    session.served = true;
    fruitless = 0;
  }

  function isDoubtful(session: Session, sign: SessionSign, context: CallContext): boolean {
    if (sign === 'expired') return true;
    const age = context.now() - session.since;
    // A negative age means that the clock was set back: the true age is not known.
    if (sign === 'denied') return age >= DENIED_AFTER_MS || age < 0;
    return sign === 'unrecognised' && (age >= doubtfulAfterMs || age < 0);
  }

  return {
    async converse(context, speak) {
      const session = await open(context);
      if (!('token' in session)) return { kind: 'no-session', outcome: session };
      const first = await speak(session.token);
      heed(session, first.sign);
      if (!isDoubtful(session, first.sign, context)) return { kind: 'answered', answer: first.answer };

      giveUp(session, first.sign === 'expired', context);
      const renewed = await open(context);
      if (!('token' in renewed)) return { kind: 'no-session', outcome: renewed, before: first.answer };
      const second = await speak(renewed.token);
      heed(renewed, second.sign);
      if (second.sign === 'expired') giveUp(renewed, true, context);
      return { kind: 'answered', answer: second.answer, before: first.answer };
    },
    async renew(context) {
      heedCredential();
      const restMs = left(restUntil, context);
      if (restMs > 0) return notSent('login-failed', restMs);
      const silent = silentUntil;
      current = undefined;
      silentUntil = 0;
      fruitless = 0;
      const session = await open(context);
      if ('token' in session) return undefined;
      if (session.reason !== 'login-refused') silentUntil = Math.max(silentUntil, silent);
      else if (refusals >= refusalsBeforePause) restUntil = context.now() + doubled(ASKED_AGAIN_MS);
      return session;
    },
  };
}

/**
 * One answered login is one refusal, however many waited for it: only its own caller reports it as one. Nor are they
 * told to wait as long as we keep silent: that silence may end early, their own wait would not.
 */
function heardOf(outcome: NotSent): NotSent {
  return outcome.reason === 'login-refused' ? notSent('login-failed') : outcome;
}

/** The value, or undefined as soon as the signal aborts. */
function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
