import {
  type CallContext,
  type Failure,
  isFault,
  loginFailed,
  type NotSent,
  notSent,
  type WireFault,
} from '../adapter.ts';
import { orAborted } from './or-aborted.ts';
import { fromFault, graver } from './outcome.ts';
import { readStanding, type Standing } from './standing.ts';

/**
 * What a login came to. `refused` is their answer "no"; `failed` is everything that kept them from answering, and says
 * what: a person is shown it as it was. `loginFailure` of the kit makes it of a fault of the line or of an outcome.
 */
export type LoginAnswer =
  | { readonly kind: 'session'; readonly token: string }
  | { readonly kind: 'refused' }
  | LoginFailed;
export interface LoginFailed {
  readonly kind: 'failed';
  readonly why: NotSent['reason'];
  readonly retryAfterMs?: number | undefined;
}

/** A login that came to no answer, as what it was. An answer outside the schema is `unreadable`. */
export function loginFailure(by: WireFault | Failure): LoginFailed {
  // A login changes nothing, so that a late answer and a late connection are the same to whoever waits.
  if (isFault(by)) return by.cause === 'timeout' ? { kind: 'failed', why: 'timeout' } : loginFailure(fromFault(by));
  switch (by.kind) {
    case 'not-sent':
      return { kind: 'failed', why: by.reason, retryAfterMs: by.retryAfterMs };
    case 'unknown':
      return { kind: 'failed', why: by.reason === 'process-lost' ? 'transport' : by.reason };
    default:
      return { kind: 'failed', why: 'unreadable' };
  }
}

/**
 * What an answer says of the session it was asked under: `served` (they knew us), `expired` (they said plainly that
 * they did not), `denied` (forbidden, which some say of an expired session and others of the request itself),
 * `unrecognised` (a failure that may be an expiry in disguise), `silent` (nothing, such as a timeout).
 */
export type SessionSign = 'served' | 'expired' | 'denied' | 'unrecognised' | 'silent';

/** What was said under a session, and what that tells of the session. */
export interface Spoken<Answer> {
  readonly sign: SessionSign;
  readonly answer: Answer;
}

/** How a conversation under a session ended. */
export type Kept<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly before?: Answer }
  /** There was no session to speak under; `before` is the answer that made us ask for a new one. */
  | { readonly kind: 'no-session'; readonly outcome: NotSent; readonly before?: Answer };

/**
 * What a conversation came to: where the first answer cast doubt on the session and nothing better followed, what it
 * left open stays open.
 */
export function conclusionOf<Answer extends { readonly kind: string }>(kept: Kept<Answer>): Answer | NotSent {
  const last = kept.kind === 'answered' ? kept.answer : kept.outcome;
  return kept.before === undefined ? last : graver(kept.before, last);
}

export interface SessionKeeper {
  /**
   * Speaks under the kept session. When the answer shows an expiry, one new login and one repeat follow; never more.
   * Where it may merely hide one, because the session is old, a one-off (`context.oneOff`) is not repeated: what may have
   * acted is sent again only where they said plainly that they knew no session.
   */
  converse<Answer>(context: CallContext, speak: (token: string) => Promise<Spoken<Answer>>): Promise<Kept<Answer>>;
  /**
   * Logs in anew because a person asks: one real try past the silence. A credential that a person's try found refused
   * is not tried again for them before `retryAfterMs`, so that asking again and again locks no account.
   */
  renew(context: CallContext): Promise<NotSent | undefined>;
}

export interface SessionRules {
  /** At most two requests, each within the context's `timeoutMs`. */
  readonly login: (context: CallContext) => Promise<LoginAnswer>;
  /**
   * What a login shows now, and to which address. A stored session serves only the credential that opened it, and
   * refusals count against the one that was refused: a changed one is tried at once.
   */
  readonly credential: () => string;
  /** Tells several sessions of one system apart. Default `session`. */
  readonly name?: string;
  /** An unrecognised failure on a session older than this may be an expiry. Default one minute. */
  readonly doubtfulAfterMs?: number;
  /** Logins answered no, in a row, after which the keeper stops asking: accounts get locked. Default 2. */
  readonly refusalsBeforePause?: number;
  /** First silence after that; each further refusal doubles it up to four hours. Default 15 minutes. */
  readonly pauseMs?: number;
}

interface Session {
  readonly token: string;
  readonly sinceMs: number;
  /** The later of two has the greater one, whichever process opened it. */
  readonly generation: number;
  /** They answered at least once under it as one answers a known caller. */
  served: boolean;
}

/** Nobody was asked, because we keep silent: after their "no", or after sessions that they forgot at once. */
type Silent = 'silent-refused' | 'silent-fruitless';

/** A refusal that is about the request and not the session costs at most one login in this time. */
const DENIED_AFTER_MS = 5_000;
const LONGEST_PAUSE_MS = 4 * 3_600_000;
/** Rest between tries that people ask for of a refused credential; each further refusal doubles it. */
const ASKED_AGAIN_MS = 5 * 60_000;
const FRUITLESS_PAUSE_MS = 5_000;
const LONGEST_FRUITLESS_PAUSE_MS = 5 * 60_000;
/** A login may take this much longer than its requests before another process may take it over. */
const LOGIN_MARGIN_MS = 5_000;

/**
 * Keeps one session for all callers of all processes: one login in flight however many wait for it, reuse until it
 * fails, and a failure gives up exactly the session that it happened under, never a newer one. What all processes must
 * agree on (the session, refusals, silence) is stored through the context; the copy here spares an ordinary call the
 * look, and a stale one is found when they say so: then the store is asked before they are. A login that does not
 * succeed is `not-sent`, because no command was sent. Two fresh sessions in a row that are refused at once silence
 * the keeper for a few seconds: a portal that forgets its sessions is not answered with a storm of logins.
 */
export function createSessionKeeper(rules: SessionRules): SessionKeeper {
  const name = rules.name ?? 'session';
  const doubtfulAfterMs = rules.doubtfulAfterMs ?? 60_000;
  const refusalsBeforePause = rules.refusalsBeforePause ?? 2;
  const pauseMs = rules.pauseMs ?? 15 * 60_000;

  let current: Session | undefined;
  let pending: Promise<Session | NotSent | Silent> | undefined;
  /** Sessions up to this generation failed here: none of them is taken from the store again. */
  let givenUp = 0;
  let fruitless = 0;
  /** Silence of this process alone: after fruitless logins, or after a refusal that could not be stored. */
  let silentUntilMs = 0;
  let silentBecause: Silent = 'silent-fruitless';
  let shown = rules.credential();

  /** A wait that doubles with each refusal beyond those that are borne. */
  function doubled(ms: number, refusals: number): number {
    return Math.min(ms * 2 ** Math.max(0, refusals - refusalsBeforePause), LONGEST_PAUSE_MS);
  }

  /** What was held against another credential is not held against this one. */
  function heedCredential(): void {
    const now = rules.credential();
    if (now === shown) return;
    shown = now;
    silentUntilMs = 0;
  }

  /** What all processes know, as far as it concerns the credential that is shown now. */
  async function look(context: CallContext): Promise<{ version: number; standing: Standing }> {
    const [{ version, text, restedMs }, mark] = await Promise.all([
      context.sessions.load(name),
      context.sessions.mark(rules.credential()),
    ]);
    return { version, standing: readStanding(text, mark, restedMs) };
  }

  function usable({ session }: Standing): Session | undefined {
    if (session === undefined || session.generation <= givenUp) return undefined;
    // Whoever opened it counts whether it was fruitless.
    current = { ...session, served: true };
    return current;
  }

  /** The stored session, or one new login that no other process makes at the same time. */
  async function acquire(context: CallContext, asked: boolean): Promise<Session | NotSent | Silent> {
    heedCredential();
    const first = await look(context);
    const stored = usable(first.standing);
    if (stored) return stored;
    const silent = asked ? undefined : silenceIn(first.standing, context);
    if (silent) return silent;
    const holdMs = 2 * context.timeoutMs + LOGIN_MARGIN_MS;
    const ended = await context.sessions.alone(
      name,
      { signal: context.signal, holdMs },
      async (waited): Promise<Session | NotSent | Silent> => {
        const { version, standing } = await look(context);
        const found = usable(standing);
        if (found) return found;
        const stillSilent = asked ? undefined : silenceIn(standing, context);
        if (stillSilent) return stillSilent;
        // Another process's login has just failed: that is the answer for those who waited for it, too.
        if (waited && standing.logins !== first.standing.logins) return heardOf(lastFailureOf(standing));
        return login(context, version, standing, asked);
      },
    );
    return ended ?? notSent('cancelled-before-sending');
  }

  async function login(
    context: CallContext,
    version: number,
    before: Standing,
    asked: boolean,
  ): Promise<Session | NotSent> {
    const save = (after: Partial<Standing>): Promise<boolean> =>
      context.sessions
        .save(name, JSON.stringify({ ...before, logins: before.logins + 1, ...after }), version)
        .catch(() => false);
    // A login may be asked twice, whatever it opens the way for: their "not now" is believed.
    const answer = await rules.login({ ...context, oneOff: false });
    if (answer.kind === 'session') {
      const session = { token: answer.token, sinceMs: context.steady(), generation: version + 1 };
      const saved = await save({ session, refusals: 0, silentUntilMs: 0, restUntilMs: 0, failure: undefined });
      // What could not be stored serves this process, and gives way to whatever others stored meanwhile.
      current = { ...session, generation: saved ? session.generation : version, served: false };
      return current;
    }
    if (answer.kind === 'failed') {
      if (!context.signal.aborted) await save({ failure: answer.why });
      return loginFailed(answer.why, answer.retryAfterMs);
    }
    const refusals = before.refusals + 1;
    const pauses = refusals >= refusalsBeforePause;
    const pause = doubled(pauseMs, refusals);
    const rest = doubled(ASKED_AGAIN_MS, refusals);
    const saved = await save({
      refusals,
      failure: 'login-refused',
      ...(pauses ? { silentUntilMs: context.steady() + pause } : {}),
      ...(pauses && asked ? { restUntilMs: context.steady() + rest } : {}),
    });
    if (!saved) silence(context, pauseMs, 'silent-refused');
    return pauses ? { ...notSent('login-refused', asked ? rest : pause), ours: true } : notSent('login-refused');
  }

  function silenceIn(standing: Standing, context: CallContext): Silent | undefined {
    if (left(standing.silentUntilMs, context) > 0) return 'silent-refused';
    return left(silentUntilMs, context) > 0 ? silentBecause : undefined;
  }

  function silence(context: CallContext, ms: number, because: Silent): void {
    silentUntilMs = context.steady() + ms;
    silentBecause = because;
  }

  async function open(context: CallContext, asked = false): Promise<Session | NotSent> {
    for (;;) {
      if (current) return current;
      if (context.signal.aborted) return notSent('cancelled-before-sending');
      if (pending) {
        const shared = await orAborted(pending, context.signal);
        if (shared === undefined) return notSent('cancelled-before-sending');
        if (isSilence(shared)) {
          // Whoever keeps silent has not tried: a person's try is still to be made.
          if (asked) continue;
          return saidOf(shared);
        }
        // The one who asked may have been cancelled; that is no reason for those who waited to fail.
        if ('token' in shared) return shared;
        if (shared.reason !== 'cancelled-before-sending') return heardOf(shared);
        continue;
      }
      const mine = acquire(context, asked)
        .catch(() => notSent('login-failed'))
        .then((answer) => (isSession(answer) || !context.signal.aborted ? answer : notSent('cancelled-before-sending')))
        .finally(() => {
          pending = undefined;
        });
      pending = mine;
      const opened = await mine;
      return isSilence(opened) ? saidOf(opened) : opened;
    }
  }

  function giveUp(session: Session, plainly: boolean, context: CallContext): void {
    if (current !== session) return;
    current = undefined;
    givenUp = Math.max(givenUp, session.generation);
    if (!plainly || session.served) return;
    fruitless += 1;
    if (fruitless >= 2)
      silence(
        context,
        Math.min(FRUITLESS_PAUSE_MS * 2 ** (fruitless - 2), LONGEST_FRUITLESS_PAUSE_MS),
        'silent-fruitless',
      );
  }

  function heed(session: Session, sign: SessionSign): void {
    if (sign !== 'served') return;
    session.served = true;
    fruitless = 0;
  }

  function isDoubtful(session: Session, sign: SessionSign, context: CallContext): boolean {
    if (sign === 'expired') return true;
    const age = context.steady() - session.sinceMs;
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
      if (context.oneOff && first.sign !== 'expired') return { kind: 'answered', answer: first.answer };
      const renewed = await open(context);
      if (!('token' in renewed)) return { kind: 'no-session', outcome: renewed, before: first.answer };
      const second = await speak(renewed.token);
      heed(renewed, second.sign);
      if (second.sign === 'expired') giveUp(renewed, true, context);
      return { kind: 'answered', answer: second.answer, before: first.answer };
    },
    async renew(context) {
      heedCredential();
      const known = await look(context).catch(() => undefined);
      if (known === undefined) return notSent('login-failed');
      const restMs = left(known.standing.restUntilMs, context);
      if (restMs > 0) return { ...saidOf('silent-refused'), retryAfterMs: restMs, ours: true };
      current = undefined;
      givenUp = Math.max(givenUp, known.standing.session?.generation ?? 0);
      fruitless = 0;
      const session = await open(context, true);
      if (!('token' in session)) return session;
      silentUntilMs = 0;
      return undefined;
    },
  };
}

function isSession(answer: Session | NotSent | Silent): answer is Session {
  return typeof answer === 'object' && 'token' in answer;
}

const isSilence = (answer: Session | NotSent | Silent): answer is Silent => typeof answer === 'string';

/** What is said while we keep silent: what they said last. */
const saidOf = (silent: Silent): NotSent =>
  silent === 'silent-refused' ? heardOf(notSent('login-refused')) : notSent('login-failed');

/** What another process's login came to. It may be another program's, and name what this one does not know. */
function lastFailureOf({ failure }: Standing): NotSent {
  const known = LOGIN_FAILURES.find((each) => each === failure);
  if (known === undefined) return notSent('login-failed');
  return known === 'login-refused' ? notSent(known) : loginFailed(known);
}

const LOGIN_FAILURES: readonly NotSent['reason'][] = [
  'connection-refused',
  'dns',
  'tls',
  'rate-limited',
  'unavailable',
  'client-error',
  'login-refused',
  'timeout',
  'connection-lost',
  'server-error',
  'unreadable',
  'transport',
];

/** Milliseconds left. A clock set back must not prolong a wait beyond what was meant. */
function left(untilMs: number, context: CallContext): number {
  const ms = untilMs - context.steady();
  return ms <= LONGEST_PAUSE_MS ? Math.max(0, ms) : 0;
}

/**
 * One answered login is one refusal, however many waited for it: the others say that they only heard of it. Nor are they
 * told to wait as long as we keep silent: that silence may end early, their own wait would not.
 */
function heardOf(outcome: NotSent): NotSent {
  return outcome.reason === 'login-refused' ? { ...notSent('login-refused'), heard: true } : outcome;
}
