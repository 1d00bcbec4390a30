import { describe, expect, it } from 'vitest';
import type { CallContext } from '../adapter.ts';
import { type Conversation, createSessionKeeper, type LoginAnswer, type SessionSign } from './session.ts';

/** A keeper whose logins are scripted, a clock that the test moves, and counts of what was asked. */
function bench(
  script: (n: number) => LoginAnswer | Promise<LoginAnswer> = (n) => ({ kind: 'session', token: `s${n}` }),
  credential?: () => string,
) {
  let at = Date.UTC(2022, 11, 1);
  const counts = { logins: 0, spoken: [] as string[] };
  const keeper = createSessionKeeper({
    login: async () => {
      counts.logins += 1;
      return script(counts.logins);
    },
    ...(credential === undefined ? {} : { credential }),
  });
  const context = (signal = new AbortController().signal): CallContext => ({
    transport: { send: () => Promise.reject(new Error('not used')) },
    signal,
    timeoutMs: 1000,
    oneOff: false,
    now: () => at,
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
    speak: (sign: SessionSign | ((token: string) => SessionSign), ctx = context()) =>
      keeper.converse(ctx, async (token): Promise<Conversation<string>> => {
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
    await Promise.resolve();
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
      return { kind: 'failed' };
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
    // One answer is one refusal: who hears of it without having asked reports a login that failed.
    // Our own silence is no wait for others: it may end before.
    expect(await b.speak('served')).toEqual({
      kind: 'no-session',
      outcome: { kind: 'not-sent', reason: 'login-failed' },
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

  it('is tried once when a person asks, and however often they ask not again before a rest that doubles', async () => {
    const b = bench(() => ({ kind: 'refused' }));
    for (let n = 0; n < 5; n++) await b.speak('served');
    const ask = () => b.keeper.renew(b.context());
    expect(await ask()).toEqual({ kind: 'not-sent', reason: 'login-refused', retryAfterMs: 1_800_000 });
    for (let n = 0; n < 50; n++) expect(await ask()).toMatchObject({ reason: 'login-failed', retryAfterMs: 600_000 });
    expect(b.counts.logins).toBe(3);
    b.pass(600_000);
    expect(await ask()).toMatchObject({ reason: 'login-refused' });
    b.pass(1_199_999);
    expect(await ask()).toEqual({ kind: 'not-sent', reason: 'login-failed', retryAfterMs: 1 });
    expect(b.counts.logins).toBe(4);
    // Nobody else tries it meanwhile: the refusal went on counting.
    await b.speak('served');
    expect(b.counts.logins).toBe(4);
  });

  it('keeps its silence when a person asks and they cannot be reached', async () => {
    const b = bench((n) => ({ kind: n <= 2 ? 'refused' : 'failed' }));
    for (let n = 0; n < 2; n++) await b.speak('served');
    expect(await b.keeper.renew(b.context())).toEqual({ kind: 'not-sent', reason: 'login-failed' });
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
    await Promise.resolve();
    answer({ kind: 'refused' });
    const reasons = (await all).map((kept) => kept.kind === 'no-session' && kept.outcome.reason);
    expect(reasons.filter((reason) => reason === 'login-refused')).toHaveLength(1);
    expect(reasons.filter((reason) => reason === 'login-failed')).toHaveLength(7);
    expect(b.counts.logins).toBe(1);
  });

  it('for reasons of the network counts towards nothing', async () => {
    const b = bench((n) => (n <= 5 ? { kind: 'failed', retryAfterMs: n === 1 ? 3_000 : undefined } : session(n)));
    expect(await b.speak('served')).toEqual({
      kind: 'no-session',
      outcome: { kind: 'not-sent', reason: 'login-failed', retryAfterMs: 3_000 },
    });
    for (let n = 2; n <= 5; n++) await b.speak('served');
    expect(await b.speak('served')).toMatchObject({ kind: 'answered' });
  });

  it('after a doubtful answer hands both on', async () => {
    const b = bench((n) => (n === 1 ? session(1) : { kind: 'failed' }));
    expect(await b.speak('expired')).toEqual({
      kind: 'no-session',
      outcome: { kind: 'not-sent', reason: 'login-failed' },
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
