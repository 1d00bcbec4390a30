import { describe, expect, it, vi } from 'vitest';
import type { CallContext, PeerSessions } from '../adapter.ts';
import { memorySessions } from './memory-sessions.ts';
import { createSessionKeeper, type LoginAnswer, type SessionSign, type Spoken } from './session.ts';

/** A keeper whose logins are scripted, a clock that the test moves, and counts of what was asked. */
function bench(
  script: (n: number) => LoginAnswer | Promise<LoginAnswer> = (n) => ({ kind: 'session', token: `s${n}` }),
  credential = () => 'mat-khau',
  sessions: PeerSessions = memorySessions(),
) {
  let at = Date.UTC(2022, 11, 1);
  const counts = { logins: 0, spoken: [] as string[] };
  const keeper = createSessionKeeper({
    login: async () => {
      counts.logins += 1;
      return script(counts.logins);
    },
    credential,
  });
  const context = (signal = new AbortController().signal): CallContext => ({
    sessions,
    transport: { send: () => Promise.reject(new Error('not used')) },
    signal,
    timeoutMs: 1000,
    oneOff: false,
    wall: () => 0,
    steady: () => at,
    traceparent: undefined,
    keep: () => undefined,
  });
  return {
    counts,
    context,
    keeper,
    pass: (ms: number) => {
      at += ms;
    },
    speak: (sign: SessionSign | ((token: string) => SessionSign), ctx = context(), repeatable = true) =>
      keeper.converse({ ...ctx, oneOff: !repeatable }, async (token): Promise<Spoken<string>> => {
        counts.spoken.push(token);
        const said = typeof sign === 'string' ? sign : sign(token);
        return { sign: said, answer: `${said} under ${token}` };
      }),
  };
}
const session = (n: number): LoginAnswer => ({ kind: 'session', token: `s${n}` });

describe('one session for all', () => {
  it('logs in once for all who wait, and reuses what it got', async () => {
    let open: (answer: LoginAnswer) => void = () => undefined;
    const b = bench((n) => (n === 1 ? new Promise((resolve) => (open = resolve)) : session(n)));
    const all = Promise.all(Array.from({ length: 20 }, () => b.speak('served')));
    await vi.waitFor(() => expect(b.counts.logins).toBe(1));
    open(session(1));
    expect(new Set((await all).map((kept) => kept.kind))).toEqual(new Set(['answered']));
    await b.speak('served');
    expect(b.counts.logins).toBe(1);
    expect(b.counts.spoken).toHaveLength(21);
  });

  it('does not let those who wait fail because the one who asked was cancelled', async () => {
    const abort = new AbortController();
    const b = bench((n) => {
      if (n > 1) return session(n);
      abort.abort();
      return { kind: 'failed', why: 'tls' };
    });
    const leader = b.speak('served', b.context(abort.signal));
    const waiter = b.speak('served');
    expect(await leader).toEqual({
      kind: 'no-session',
      outcome: { kind: 'not-sent', reason: 'cancelled-before-sending' },
    });
    expect(await waiter).toMatchObject({ kind: 'answered', answer: 'served under s2' });
  });

  it('lets one who waits go when it is cancelled itself', async () => {
    const abort = new AbortController();
    const b = bench(() => new Promise(() => undefined));
    void b.speak('served');
    const waiter = b.speak('served', b.context(abort.signal));
    abort.abort();
    expect(await waiter).toMatchObject({ kind: 'no-session', outcome: { reason: 'cancelled-before-sending' } });
  });
});

describe('expiry', () => {
  it('is answered with one new login and one repeat, at any age', async () => {
    const b = bench();
    await b.speak('served');
    expect(await b.speak((token) => (token === 's1' ? 'expired' : 'served'))).toEqual({
      kind: 'answered',
      answer: 'served under s2',
      before: 'expired under s1',
    });
    expect(b.counts).toEqual({ logins: 2, spoken: ['s1', 's1', 's2'] });
  });

  it('may hide behind an unrecognised failure of a session older than a minute, not of a young one', async () => {
    const b = bench();
    await b.speak('served');
    b.pass(59_999);
    expect(await b.speak('unrecognised')).toEqual({ kind: 'answered', answer: 'unrecognised under s1' });
    b.pass(1);
    expect(await b.speak('unrecognised')).toMatchObject({ answer: 'unrecognised under s2' });
    expect(b.counts.logins).toBe(2);
    // The new one is young: the next failure costs no login.
    await b.speak('unrecognised');
    expect(b.counts.logins).toBe(2);
  });

  it('is suspected too when our clock was set back', async () => {
    const b = bench();
    await b.speak('served');
    b.pass(-3_600_000);
    await b.speak('unrecognised');
    expect(b.counts.logins).toBe(2);
  });

  it('gives up exactly the session that failed, never a newer one', async () => {
    const b = bench();
    await b.speak('served');
    const fail = (token: string): SessionSign => (token === 's1' ? 'expired' : 'served');
    const answers = await Promise.all(Array.from({ length: 10 }, () => b.speak(fail)));
    expect(answers.every((kept) => kept.kind === 'answered' && kept.answer === 'served under s2')).toBe(true);
    expect(b.counts.logins).toBe(2);
  });

  it('never costs a call more than one repeat, and a system that forgets sessions no storm of logins', async () => {
    const b = bench();
    for (let n = 0; n < 50; n++) await b.speak('expired');
    expect(b.counts.logins).toBeLessThanOrEqual(3);
    expect(await b.speak('expired')).toMatchObject({ kind: 'no-session', outcome: { reason: 'login-failed' } });
    b.pass(5_000);
    await b.speak('served');
    expect(await b.speak('served')).toMatchObject({ kind: 'answered' });
  });

  it('of a forbidden request costs at most one login in five seconds', async () => {
    const b = bench();
    await b.speak('served');
    for (let n = 0; n < 40; n++) {
      b.pass(500);
      await b.speak('denied');
    }
    expect(b.counts.logins).toBeLessThanOrEqual(5);
  });

  it('is not seen in silence, such as a timeout, however old the session is', async () => {
    const b = bench();
    await b.speak('served');
    b.pass(3_600_000);
    await b.speak('silent');
    expect(b.counts.logins).toBe(1);
  });
});

describe('a login that does not succeed', () => {
  it('answered no twice ends in silence, so that no account is locked', async () => {
    const b = bench(() => ({ kind: 'refused' }));
    expect(await b.speak('served')).toEqual({
      kind: 'no-session',
      outcome: { kind: 'not-sent', reason: 'login-refused' },
    });
    expect(await b.speak('served')).toMatchObject({ outcome: { reason: 'login-refused', retryAfterMs: 900_000 } });
    // One answer is one refusal: who hears of it without having asked says so, and it is not counted again.
    // Our own silence is no wait for others: it may end before.
    expect(await b.speak('served')).toEqual({
      kind: 'no-session',
      outcome: { kind: 'not-sent', reason: 'login-refused', heard: true },
    });
    for (let n = 0; n < 20; n++) await b.speak('served');
    expect(b.counts.logins).toBe(2);
    b.pass(900_000);
    await b.speak('served');
    await b.speak('served');
    expect(b.counts.logins).toBe(3);
    b.pass(900_000);
    await b.speak('served');
    expect(b.counts.logins).toBe(3);
    expect(b.counts.spoken).toEqual([]);
  });

  it('is really tried again by a renewal, which ends the silence when it is granted', async () => {
    const b = bench((n) => (n <= 2 ? { kind: 'refused' } : session(n)));
    for (let n = 0; n < 5; n++) await b.speak('served');
    expect(b.counts.logins).toBe(2);
    expect(await b.keeper.renew(b.context())).toBeUndefined();
    expect(await b.speak('served')).toMatchObject({ kind: 'answered', answer: 'served under s3' });
  });

  it('is tried for a person, also while a call is just finding out that we keep silent', async () => {
    const b = bench((n) => (n <= 2 ? { kind: 'refused' } : session(n)));
    for (let n = 0; n < 2; n++) await b.speak('served');
    const [call, asked] = await Promise.all([b.speak('served'), b.keeper.renew(b.context())]);
    expect(call).toMatchObject({ outcome: { reason: 'login-refused', heard: true } });
    expect(asked).toBeUndefined();
    expect(b.counts.logins).toBe(3);
  });

  it('is tried once when a person asks, and however often they ask not again before a rest that doubles', async () => {
    const b = bench(() => ({ kind: 'refused' }));
    for (let n = 0; n < 5; n++) await b.speak('served');
    const ask = () => b.keeper.renew(b.context());
    expect(await ask()).toEqual({ kind: 'not-sent', reason: 'login-refused', retryAfterMs: 600_000, ours: true });
    for (let n = 0; n < 50; n++)
      expect(await ask()).toMatchObject({ reason: 'login-refused', heard: true, retryAfterMs: 600_000 });
    expect(b.counts.logins).toBe(3);
    b.pass(600_000);
    expect(await ask()).toMatchObject({ reason: 'login-refused' });
    b.pass(1_199_999);
    expect(await ask()).toEqual({
      kind: 'not-sent',
      reason: 'login-refused',
      heard: true,
      retryAfterMs: 1,
      ours: true,
    });
    expect(b.counts.logins).toBe(4);
    // Nobody else tries it meanwhile: the refusal went on counting.
    await b.speak('served');
    expect(b.counts.logins).toBe(4);
  });

  it('keeps its silence when a person asks and they cannot be reached', async () => {
    const b = bench((n) => (n <= 2 ? { kind: 'refused' } : { kind: 'failed', why: 'dns' }));
    for (let n = 0; n < 2; n++) await b.speak('served');
    expect(await b.keeper.renew(b.context())).toEqual({ kind: 'not-sent', reason: 'dns', during: 'login' });
    await b.speak('served');
    expect(b.counts.logins).toBe(3);
  });

  it('is held against the credential that was refused, never against another', async () => {
    let password = 'cu';
    const b = bench(
      (n) => (password === 'moi' ? session(n) : { kind: 'refused' }),
      () => password,
    );
    for (let n = 0; n < 5; n++) await b.speak('served');
    await b.keeper.renew(b.context());
    await b.keeper.renew(b.context());
    expect(b.counts.logins).toBe(3);
    password = 'sai';
    for (let n = 0; n < 5; n++) await b.speak('served');
    expect(b.counts.logins).toBe(5);
    password = 'moi';
    expect(await b.keeper.renew(b.context())).toBeUndefined();
    expect(await b.speak('served')).toMatchObject({ answer: 'served under s6' });
  });

  it('answered no once is reported once, however many waited for it', async () => {
    let answer: (said: LoginAnswer) => void = () => undefined;
    const b = bench(() => new Promise((resolve) => (answer = resolve)));
    const all = Promise.all(Array.from({ length: 8 }, () => b.speak('served')));
    await vi.waitFor(() => expect(b.counts.logins).toBe(1));
    answer({ kind: 'refused' });
    const outcomes = (await all).flatMap((kept) => (kept.kind === 'no-session' ? [kept.outcome] : []));
    expect(outcomes.map(({ reason }) => reason)).toEqual(Array(8).fill('login-refused'));
    expect(outcomes.filter(({ heard }) => heard !== true)).toHaveLength(1);
    expect(b.counts.logins).toBe(1);
  });

  it('for reasons of the network counts towards nothing', async () => {
    const b = bench((n) =>
      n <= 5 ? { kind: 'failed', why: 'unavailable', retryAfterMs: n === 1 ? 3_000 : undefined } : session(n),
    );
    expect(await b.speak('served')).toEqual({
      kind: 'no-session',
      outcome: { kind: 'not-sent', reason: 'unavailable', retryAfterMs: 3_000, during: 'login' },
    });
    for (let n = 2; n <= 5; n++) await b.speak('served');
    expect(await b.speak('served')).toMatchObject({ kind: 'answered' });
  });

  it('after a doubtful answer hands both on', async () => {
    const b = bench((n) => (n === 1 ? session(1) : { kind: 'failed', why: 'timeout' }));
    expect(await b.speak('expired')).toEqual({
      kind: 'no-session',
      outcome: { kind: 'not-sent', reason: 'timeout', during: 'login' },
      before: 'expired under s1',
    });
  });

  it('that throws is a failed one', async () => {
    const b = bench(() => {
      throw new Error('broken');
    });
    expect(await b.speak('served')).toMatchObject({ outcome: { reason: 'login-failed' } });
  });
});

describe('what may not be sent twice', () => {
  const once = (b: ReturnType<typeof bench>, sign: (token: string) => SessionSign) => b.speak(sign, b.context(), false);

  it('I2: is repeated after a plain "expired" alone, once', async () => {
    const b = bench();
    await b.speak('served');
    expect(await once(b, (token) => (token === 's1' ? 'expired' : 'served'))).toEqual({
      kind: 'answered',
      answer: 'served under s2',
      before: 'expired under s1',
    });
    expect(await once(b, () => 'expired')).toMatchObject({ answer: 'expired under s3' });
    expect(b.counts.spoken).toEqual(['s1', 's1', 's2', 's2', 's3']);
  });

  it.each<SessionSign>(['unrecognised', 'denied', 'silent'])(
    'I2: is never repeated after %s, however old the session is',
    async (sign) => {
      const b = bench();
      await b.speak('served');
      b.pass(3_600_000);
      expect(await once(b, () => sign)).toEqual({ kind: 'answered', answer: `${sign} under s1` });
      expect(b.counts).toEqual({ logins: 1, spoken: ['s1', 's1'] });
    },
  );

  it('gives a doubtful session up for the calls that follow', async () => {
    const b = bench();
    await b.speak('served');
    b.pass(60_000);
    await once(b, () => 'unrecognised');
    expect(await b.speak('served')).toMatchObject({ answer: 'served under s2' });
  });
});

describe('processes that share what is stored', () => {
  /** Two keepers with one count of logins, whose tokens only the newest of is known to the system. */
  function pair(script?: (n: number) => LoginAnswer | Promise<LoginAnswer>, credentials = ['mat-khau', 'mat-khau']) {
    const sessions = memorySessions();
    let logins = 0;
    const ask = (n: number) => script?.(n) ?? session(n);
    const [a, b] = credentials.map((credential) =>
      bench(
        () => ask(++logins),
        () => credential,
        sessions,
      ),
    ) as [ReturnType<typeof bench>, ReturnType<typeof bench>];
    return { a, b, sessions, logins: () => logins };
  }

  it('log in once, whoever comes first', async () => {
    const p = pair();
    const all = await Promise.all([p.a, p.b, p.a, p.b].map((each) => each.speak('served')));
    expect(all.map((kept) => kept.kind === 'answered' && kept.answer)).toEqual(Array(4).fill('served under s1'));
    expect(p.logins()).toBe(1);
  });

  it('find what one of them renewed, and log in no second time', async () => {
    const p = pair();
    const fail = (token: string): SessionSign => (token === 's1' ? 'expired' : 'served');
    await p.a.speak('served');
    await p.b.speak('served');
    expect(await p.a.speak(fail)).toMatchObject({ answer: 'served under s2' });
    expect(await p.b.speak(fail)).toMatchObject({ answer: 'served under s2', before: 'expired under s1' });
    expect(p.logins()).toBe(2);
  });

  it('hear of a login that failed while they waited for it, and do not repeat it', async () => {
    let answer: (said: LoginAnswer) => void = () => undefined;
    const p = pair((n) => (n === 1 ? new Promise((resolve) => (answer = resolve)) : session(n)));
    const both = Promise.all([p.a.speak('served'), p.b.speak('served')]);
    await vi.waitFor(() => expect(p.logins()).toBe(1));
    answer({ kind: 'failed', why: 'tls' });
    expect(await both).toMatchObject([
      { outcome: { reason: 'tls', during: 'login' } },
      { outcome: { reason: 'tls', during: 'login' } },
    ]);
    expect(p.logins()).toBe(1);
    expect(await p.b.speak('served')).toMatchObject({ kind: 'answered' });
  });

  it('count refusals together, so that no account is locked', async () => {
    const p = pair(() => ({ kind: 'refused' }));
    for (let n = 0; n < 5; n++) {
      await p.a.speak('served');
      await p.b.speak('served');
    }
    expect(p.logins()).toBe(2);
    // So does one that starts now.
    const later = bench(() => ({ kind: 'refused' }), undefined, p.sessions);
    await later.speak('served');
    expect(later.counts.logins).toBe(0);
    expect(await later.keeper.renew(later.context())).toMatchObject({ reason: 'login-refused' });
    expect(await p.a.keeper.renew(p.a.context())).toMatchObject({
      reason: 'login-refused',
      heard: true,
      retryAfterMs: 600_000,
    });
  });

  it('hear what a login came to that another program made, as far as they know the word', async () => {
    const said = ['tls', 'login-refused', 'a word of a later program', undefined];
    const heard = await Promise.all(
      said.map(async (failure) => {
        const p = pair();
        const busy = p.sessions.alone('session', { signal: new AbortController().signal, holdMs: 1 }, async () => {
          await vi.waitFor(() => expect(waiting).toBe(true));
          const mark = await p.sessions.mark('mat-khau');
          const none = { mark, logins: 1, refusals: 0, silentUntilMs: 0, restUntilMs: 0 };
          await p.sessions.save('session', JSON.stringify({ ...none, failure }), 0);
        });
        let waiting = false;
        const answer = p.a.speak('served');
        setTimeout(() => (waiting = true), 20);
        await busy;
        return answer;
      }),
    );
    expect(heard).toMatchObject([
      { outcome: { reason: 'tls', during: 'login' } },
      { outcome: { reason: 'login-refused', heard: true } },
      { outcome: { reason: 'login-failed' } },
      { outcome: { reason: 'login-failed' } },
    ]);
  });

  it('use no session that another credential opened', async () => {
    const p = pair(undefined, ['cu', 'moi']);
    await p.a.speak('served');
    expect(await p.b.speak('served')).toMatchObject({ answer: 'served under s2' });
  });

  it('go on alone where nothing can be stored, and ask an account no more that refused', async () => {
    const broken: PeerSessions = { ...memorySessions(), save: () => Promise.reject(new Error('disk full')) };
    const b = bench(undefined, undefined, broken);
    await b.speak('served');
    expect(await b.speak('served')).toMatchObject({ answer: 'served under s1' });
    expect(await b.speak((token) => (token === 's1' ? 'expired' : 'served'))).toMatchObject({
      answer: 'served under s2',
    });
    const refusing = bench(() => ({ kind: 'refused' }), undefined, broken);
    for (let n = 0; n < 5; n++) await refusing.speak('served');
    expect(refusing.counts.logins).toBe(1);
  });

  it('are not-sent, and nothing is thrown, where the store cannot be read', async () => {
    const broken: PeerSessions = { ...memorySessions(), load: () => Promise.reject(new Error('gone')) };
    const b = bench(undefined, undefined, broken);
    expect(await b.speak('served')).toMatchObject({ kind: 'no-session', outcome: { reason: 'login-failed' } });
    expect(await b.keeper.renew(b.context())).toEqual({ kind: 'not-sent', reason: 'login-failed' });
    expect(b.counts.logins).toBe(0);
  });
});
