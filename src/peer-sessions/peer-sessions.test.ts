import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallContext, PeerSessions } from '../../adapters/adapter.ts';
import { createSessionKeeper, type LoginAnswer, type SessionSign } from '../../adapters/kit/session.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { onlySqlite } from '../../test/kit/store.ts';
import { sql } from '../store/engine.ts';
import { createPeerSessions } from './peer-sessions.ts';
import { restsMoved } from './statements.ts';

const PASSWORD = 'mat-khau-bi-mat';
/** The first silence of a keeper that is told nothing else. */
const PAUSE_MS = 15 * 60_000;
let on: Ground;
let logins: number;
let answer: (n: number) => LoginAnswer | Promise<LoginAnswer>;

beforeEach(async () => {
  on = await ground();
  logins = 0;
  answer = (n) => ({ kind: 'session', token: `phien-bi-mat-${n}` });
});
afterEach(() => on.engine.close());

/** Sessions as one process has them: what it waits for comes with the next turn. */
function sessionsOf(base: Pick<Ground, 'engine' | 'vault' | 'platform'> = on, system = 'national-portal') {
  const platform = {
    ...base.platform,
    after: (_ms: number, run: () => void) => {
      const timer = setImmediate(run);
      return () => clearImmediate(timer);
    },
  };
  return createPeerSessions({ ...base, platform })(system);
}

function start(sessions: PeerSessions = sessionsOf()) {
  const keeper = createSessionKeeper({
    login: async () => answer(++logins),
    credential: () => PASSWORD,
  });
  const context = (signal = new AbortController().signal): CallContext => ({
    sessions,
    transport: { send: () => Promise.reject(new Error('not used')) },
    signal,
    timeoutMs: 1_000,
    oneOff: false,
    wall: () => on.platform.wall(),
    steady: () => on.platform.steady(),
    traceparent: undefined,
    keep: () => undefined,
  });
  return {
    context,
    speak: async (sign: (token: string) => SessionSign = () => 'served') => {
      const kept = await keeper.converse(context(), async (token) => ({
        sign: sign(token),
        answer: token,
      }));
      return kept.kind === 'answered' ? kept.answer : kept.outcome;
    },
  };
}

describe('sessions of a system, for two processes over one store', () => {
  it('one login is in flight for both, and both speak under what it brought', async () => {
    let open: (said: LoginAnswer) => void = () => undefined;
    answer = () => new Promise((resolve) => (open = resolve));
    const [a, b] = [start(), start()];
    const both = Promise.all([a.speak(), b.speak()]);
    await vi.waitFor(() => expect(logins).toBe(1));
    for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(logins).toBe(1);
    open({ kind: 'session', token: 'phien-bi-mat-1' });
    expect(await both).toEqual(['phien-bi-mat-1', 'phien-bi-mat-1']);
    expect(logins).toBe(1);
  });

  it('a process that starts again speaks under the stored session, without a login', async () => {
    await start().speak();
    expect(await start().speak()).toBe('phien-bi-mat-1');
    expect(logins).toBe(1);
  });

  it('what one found expired and renewed, the other uses without a login', async () => {
    const [a, b] = [start(), start()];
    await Promise.all([a.speak(), b.speak()]);
    const ended = (token: string): SessionSign => (token === 'phien-bi-mat-1' ? 'expired' : 'served');
    expect(await a.speak(ended)).toBe('phien-bi-mat-2');
    expect(await b.speak(ended)).toBe('phien-bi-mat-2');
    expect(logins).toBe(2);
  });

  it('an ordinary call reads nothing from the store', async () => {
    const a = start();
    await a.speak();
    const reads = vi.spyOn(on.engine, 'all');
    const writes = vi.spyOn(on.engine, 'batch');
    for (let n = 0; n < 10; n++) await a.speak();
    expect(reads).not.toHaveBeenCalled();
    expect(writes).not.toHaveBeenCalled();
  });

  it('refusals are counted for both, and outlast a process', async () => {
    answer = () => ({ kind: 'refused' });
    for (let n = 0; n < 4; n++) await start().speak();
    expect(logins).toBe(2);
  });

  it.each([60_000, 3_600_000, 86_400_000])(
    'a silence keeps what it had left over a restart of the machine, %i ms by the wall, and no more',
    async (gapMs) => {
      answer = () => ({ kind: 'refused' });
      for (let n = 0; n < 3; n++) await start().speak();
      on.pass(PAUSE_MS - 10_000);
      // What `resumeClock` does where nobody knows how long the machine was away.
      on.pass(gapMs);
      await on.engine.batch([restsMoved(gapMs)]);
      await start().speak();
      expect(logins).toBe(2);
      on.pass(10_001);
      await start().speak();
      expect(logins).toBe(3);
      // It was saved anew: nothing of the former move is left on it.
      on.pass(2 * PAUSE_MS + 1);
      await start().speak();
      expect(logins).toBe(4);
    },
  );

  it('what had ended before the machine was started anew stays ended', async () => {
    answer = (n) => (n <= 2 ? { kind: 'refused' } : { kind: 'session', token: 'phien-bi-mat' });
    for (let n = 0; n < 2; n++) await start().speak();
    on.pass(PAUSE_MS + 1 + 3_600_000);
    await on.engine.batch([restsMoved(3_600_000)]);
    expect(await start().speak()).toBe('phien-bi-mat');
  });

  it('a holder that died with the login is taken over when its lease has ended, and what it brings late is refused', async () => {
    const dead = sessionsOf();
    let wake: (() => void) | undefined;
    const stuck = dead.alone('session', { signal: new AbortController().signal, holdMs: 7_000 }, async () => {
      const { version } = await dead.load('session');
      await new Promise<void>((resolve) => (wake = resolve));
      return dead.save('session', 'too late', version);
    });
    await vi.waitFor(() => expect(wake).toBeDefined());
    const b = start();
    const waiting = b.speak();
    for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(logins).toBe(0);
    on.pass(7_001);
    expect(await waiting).toBe('phien-bi-mat-1');
    wake?.();
    expect(await stuck).toBe(false);
    expect(await start().speak()).toBe('phien-bi-mat-1');
    expect(logins).toBe(1);
  });

  it('who is cancelled while waiting for another process’s login does nothing', async () => {
    const sessions = sessionsOf();
    const abort = new AbortController();
    const work = vi.fn(async () => 'done');
    await sessions.alone('session', { signal: new AbortController().signal, holdMs: 60_000 }, async () => {
      const waiting = sessions.alone('session', { signal: abort.signal, holdMs: 60_000 }, work);
      abort.abort();
      expect(await waiting).toBeUndefined();
    });
    expect(work).not.toHaveBeenCalled();
    expect(await sessions.alone('session', { signal: new AbortController().signal, holdMs: 1 }, work)).toBe('done');
  });

  it('systems and names know nothing of each other', async () => {
    const [portal, tax] = [sessionsOf(), sessionsOf(on, 'tax')];
    expect(await portal.save('session', 'of the portal', 0)).toBe(true);
    expect(await portal.save('session', 'again', 0)).toBe(false);
    expect(await tax.load('session')).toEqual({ version: 0, text: undefined, restedMs: 0 });
    expect(await portal.load('other')).toEqual({ version: 0, text: undefined, restedMs: 0 });
    // Nor can a row be passed off as another's.
    await on.engine.batch([
      sql(
        `insert into peer_session (name, version, sealed, saved_at, written_by)
         select 'tax/session', version, sealed, saved_at, written_by from peer_session`,
      ),
    ]);
    expect(await tax.load('session')).toEqual({ version: 1, text: undefined, restedMs: 0 });
  });
});

describe('at rest', () => {
  it.runIf(onlySqlite)(
    'I6: neither token nor password stands anywhere in the store (SQLite lists its tables)',
    async () => {
      const a = start();
      await a.speak();
      await a.speak((token) => (token === 'phien-bi-mat-1' ? 'expired' : 'served'));
      const tables = await on.rows(`select name from sqlite_master where type = 'table'`);
      const held = await Promise.all(tables.map(({ name }) => on.rows(`select * from "${String(name)}"`)));
      const text = JSON.stringify(held);
      expect(text).toContain('national-portal/session');
      expect(text).not.toContain('bi-mat');
      expect(await on.rows('select * from journal')).toEqual([]);
    },
  );

  it('a text that does not open is no session: a login follows, and nothing fails', async () => {
    await start().speak();
    await on.engine.batch([sql(`update peer_session set sealed = 'AAAA'`)]);
    expect(await start().speak()).toBe('phien-bi-mat-2');
    // Under other keys, likewise.
    const other = await ground();
    try {
      expect(await start(sessionsOf({ ...on, vault: other.vault })).speak()).toBe('phien-bi-mat-3');
    } finally {
      await other.engine.close();
    }
    expect(logins).toBe(3);
  });
});
