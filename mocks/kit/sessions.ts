import { randomUUID } from 'node:crypto';
import type { SessionCounters } from './simulation.ts';

/** How logins behave; all of it can be changed while the system runs. */
export interface SessionSettings {
  username: string;
  password: string;
  /** A session ends after this time, this many calls, or never. */
  sessionTtlMs: number | null;
  sessionMaxCalls: number | null;
  /** A new login ends the older sessions of the same user. */
  singleSession: boolean;
  /** Wrong passwords in a row after which the account is locked, and for how long. */
  lockAfter: number | null;
  lockMs: number;
}

/** Sessions last for ever and no account is locked, unless a system says otherwise. */
export const LASTING_SESSIONS = {
  sessionTtlMs: null,
  sessionMaxCalls: null,
  singleSession: false,
  lockAfter: null,
  lockMs: 60_000,
} as const;

/** For a system that knows no logins. */
export const NO_SESSIONS = { live: 0, endAll: () => undefined, end: () => undefined } as const;

type LoginResult = { readonly session: string } | { readonly refused: 'wrong' | 'locked' };

interface Session {
  readonly user: string;
  readonly at: number;
  calls: number;
}

/** Logins and what they open. Lifetime and lock are settings, because systems seldom publish either. */
export class SessionBook {
  readonly #settings: SessionSettings;
  readonly #counters: SessionCounters;
  readonly #clock: () => number;
  readonly #sessions = new Map<string, Session>();
  #wrongInARow = 0;
  #lockedUntil = 0;

  constructor(settings: SessionSettings, counters: SessionCounters, clock: () => number) {
    this.#settings = settings;
    this.#counters = counters;
    this.#clock = clock;
  }

  /** Every session that is open: what must stand nowhere else. */
  get tokens(): readonly string[] {
    return [...this.#sessions.keys()];
  }

  login(username: unknown, password: unknown): LoginResult {
    const now = this.#clock();
    const { lockAfter, lockMs, singleSession } = this.#settings;
    if (now < this.#lockedUntil) return this.#refuse('locked');
    if (username !== this.#settings.username || password !== this.#settings.password) {
      this.#wrongInARow += 1;
      if (lockAfter !== null && this.#wrongInARow >= lockAfter) this.#lockedUntil = now + lockMs;
      return this.#refuse('wrong');
    }
    this.#wrongInARow = 0;
    if (singleSession) this.#sessions.clear();
    const session = randomUUID();
    this.#sessions.set(session, { user: this.#settings.username, at: now, calls: 0 });
    this.#counters.logins += 1;
    return { session };
  }

  /** True when the session is live; counts the call against it. */
  use(session: unknown): boolean {
    const held = typeof session === 'string' ? this.#sessions.get(session) : undefined;
    if (held === undefined) return false;
    const { sessionTtlMs, sessionMaxCalls } = this.#settings;
    const tooOld = sessionTtlMs !== null && this.#clock() - held.at >= sessionTtlMs;
    if (tooOld || (sessionMaxCalls !== null && held.calls >= sessionMaxCalls)) {
      this.end(session);
      return false;
    }
    held.calls += 1;
    return true;
  }

  end(session: unknown): void {
    if (typeof session === 'string' && this.#sessions.delete(session)) this.#counters.sessionsExpired += 1;
  }

  endAll(): void {
    this.#counters.sessionsExpired += this.#sessions.size;
    this.#sessions.clear();
  }

  get live(): number {
    return this.#sessions.size;
  }

  #refuse(refused: 'wrong' | 'locked'): LoginResult {
    this.#counters.loginsRefused += 1;
    return { refused };
  }
}
