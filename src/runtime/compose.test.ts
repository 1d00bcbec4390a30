import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PortalState } from '../../mocks/national-portal/state.ts';
import { smallDossier } from '../../test/kit/body.ts';
import { platformOf, seeded, VirtualClock } from '../../test/kit/delivery/virtual-clock.ts';
import { HOUSE_KEY, type HouseOptions, house } from '../../test/kit/house.ts';
import { portalTransport } from '../../test/kit/portal-transport.ts';
import { practice } from '../../test/practice/adapter/index.ts';
import { practiceRoom } from '../../test/practice/room/room.ts';
import { openSqlite } from '../store/engine/sqlite.ts';
import { type Engine, sql } from '../store/engine.ts';
import type { Composed } from './compose.ts';

const CODE = 'H02.15.03-260601-0001';
let clock: VirtualClock;
let engine: Engine;
let commits: string[] = [];
let timers = 0;
let portal: PortalState;
let errors: string[] = [];
/** Reads that hold these words never come back. */
let hangsAt: string | undefined;

beforeEach(() => {
  clock = new VirtualClock();
  const store = openSqlite({ file: ':memory:', steadyMs: () => clock.now });
  commits = [];
  timers = 0;
  errors = [];
  hangsAt = undefined;
  engine = {
    ...store,
    all: (statement) =>
      hangsAt !== undefined && statement.sql.includes(hangsAt) ? new Promise(() => {}) : store.all(statement),
    batch: (statements) => {
      commits.push(statements.map((each) => each.sql).join('; '));
      return store.batch(statements);
    },
  };
  portal = new PortalState();
});
afterEach(() => engine.close());

const idle = async () => {
  for (let n = 0; n < 20; n++) await new Promise<void>((resolve) => setImmediate(resolve));
};
async function advance(ms: number): Promise<void> {
  const until = clock.now + ms;
  await idle();
  while (clock.step(until)) await idle();
  clock.now = until;
}
/** Time passes while it works, as far as it waits: in small steps, so that what merely takes a while here takes no time there. */
async function passing<Answer>(work: Promise<Answer>): Promise<Answer> {
  let over = false;
  const ended = work.finally(() => {
    over = true;
  });
  for (await idle(); !over; await idle()) {
    // What is computed elsewhere (keys, digests) is no work of the store: time passes once that had its turn, too.
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (!over) clock.step(clock.now + 1_000);
  }
  return ended;
}

async function gateway(more: HouseOptions = {}): Promise<Composed> {
  const { username, password, unit, dstcode } = portal.settings;
  const base = platformOf(clock, seeded(1));
  const platform = {
    ...base,
    after: (ms: number, run: () => void) => {
      timers += 1;
      const cancel = base.after(ms, () => {
        timers -= 1;
        cancelled = true;
        run();
      });
      let cancelled = false;
      return () => {
        if (!cancelled) timers -= 1;
        cancelled = true;
        cancel();
      };
    },
  };
  const environment = {
    NATIONAL_PORTAL_URL: 'http://127.0.0.1:9/VXPAdapter/RestService/forward',
    NATIONAL_PORTAL_USERNAME: username,
    NATIONAL_PORTAL_PASSWORD: password,
    NATIONAL_PORTAL_UNIT: unit,
    NATIONAL_PORTAL_DSTCODE: dstcode,
    ...more.environment,
  };
  return house({
    ...{ engine, platform, transport: portalTransport(portal) },
    onError: (sentence, fields) => errors.push(`${sentence} ${JSON.stringify(fields)}`),
    ...more,
    environment,
  });
}
const headers = { authorization: `Bearer ${HOUSE_KEY}`, 'content-type': 'application/json' };
const accept = async ({ app }: Composed, code = CODE) =>
  (
    await app.fetch(
      new Request(`http://gateway/v1/dossiers/${code}`, {
        method: 'PUT',
        headers,
        body: JSON.stringify(smallDossier(code, 1)),
      }),
    )
  ).status;
const states = async () =>
  (await engine.all<{ state: string }>(sql('select distinct state from exchange order by state'))).map((x) => x.state);
const count = async (of: string) => (await engine.all<{ n: number }>(sql(`select count(*) as n from ${of}`)))[0]?.n;

describe('without background time', () => {
  it('I1: what was accepted is delivered, told and sealed within one call, and nothing goes on after it', async () => {
    const composed = await gateway();
    expect(await passing(accept(composed))).toBe(202);
    expect(await passing(composed.work(clock.now + 60_000))).toBe(true);
    expect(errors).toEqual([]);
    expect(portal.dossiers.size).toBe(1);
    expect(await states()).toEqual(['delivered']);
    expect(await count('event')).toBeGreaterThan(0);
    expect(await count('event where position is null')).toBe(0);
    expect(await count('journal where position > (select coalesce(max(last), 0) from seal)')).toBe(0);
    // Nobody holds anything: another process may go on at once.
    expect(await count('stream where owner is not null')).toBe(0);
    expect(await count(`lease where until > ${clock.now}`)).toBe(0);
    const before = commits.length;
    await advance(3_600_000);
    expect(commits.length).toBe(before);
  });

  it('is ready between two calls', async () => {
    const composed = await gateway();
    await passing(composed.work(clock.now + 60_000));
    await advance(3_600_000);
    const ready = await composed.app.fetch(new Request('http://gateway/readyz'));
    expect(ready.status).toBe(200);
  });

  it('where the time given holds no request, nothing is sent and more is to do', async () => {
    const composed = await gateway();
    await passing(accept(composed));
    await passing(composed.work(clock.now + 2_000));
    expect(await passing(composed.work(clock.now + 2_000))).toBe(false);
    expect(portal.dossiers.size).toBe(0);
    expect(await states()).toEqual(['pending']);
    expect(await count('stream where owner is not null')).toBe(0);
    expect(await passing(composed.work(clock.now + 60_000))).toBe(true);
    expect(portal.dossiers.size).toBe(1);
  });

  it('a backlog is worked off, call after call, at the rate of its lane', async () => {
    const composed = await gateway({
      environment: {
        NATIONAL_PORTAL_POLICY: JSON.stringify({ ratePerSecond: 1, burst: 1, batchSize: 1, timeoutMs: 1_000 }),
      },
    });
    for (let n = 0; n < 12; n++) await passing(accept(composed, `H02.15.03-260601-01${String(n).padStart(2, '0')}`));
    const rounds: boolean[] = [];
    while (rounds.at(-1) !== true && rounds.length < 20) rounds.push(await passing(composed.work(clock.now + 5_000)));
    expect(portal.dossiers.size).toBe(12);
    expect(rounds[0]).toBe(false);
    expect(rounds.at(-1)).toBe(true);
    expect(errors).toEqual([]);
  });

  it('is not for a gateway that works in the background', async () => {
    const composed = await gateway();
    await composed.start();
    await expect(composed.work(clock.now + 1_000)).rejects.toThrow('background');
    await passing(composed.stop(0));
  });
});

describe('with background time', () => {
  it('a sweep that never once ended a turn shows as silent too', async () => {
    const composed = await gateway();
    hangsAt = 'h.lease_until < {now}';
    await composed.start();
    await advance(40_000);
    const answer = await passing(Promise.resolve(composed.app.fetch(new Request('http://gateway/readyz'))));
    expect(await answer.json()).toMatchObject({
      status: 'not-ready',
      checks: expect.arrayContaining([expect.objectContaining({ name: 'dispatcher', ok: false })]),
    });
    hangsAt = undefined;
    await passing(composed.stop(0));
  });

  it.each([
    ['dispatcher', 'h.lease_until < {now}'],
    ['dispatcher', 'min(s.due_at)'],
    ['sealer', 'from journal where position >'],
    ['sequencer', 'from event where position is null'],
  ])('a %s that hangs in its turn shows as silent', async (name, at) => {
    const composed = await gateway();
    await composed.start();
    const ready = async () => {
      const answer = await passing(Promise.resolve(composed.app.fetch(new Request('http://gateway/readyz'))));
      const body = (await answer.json()) as { readonly checks: readonly { name: string; ok: boolean }[] };
      return [answer.status, ...body.checks.flatMap((check) => (check.ok ? [] : [check.name]))];
    };
    await advance(60_000);
    expect(await ready()).toEqual([200]);
    hangsAt = at;
    await advance(60_000);
    expect(await ready()).toEqual([503, name]);
  });

  it('an idle gateway of all rooms writes next to nothing in a minute, and for no lease', async () => {
    const composed = await gateway({
      rooms: [practiceRoom],
      adapters: [practice as never],
      environment: {
        PRACTICE_URL: 'http://127.0.0.1:9/',
        PRACTICE_USERNAME: 'u',
        PRACTICE_PASSWORD: 'p',
        PRACTICE_SIGNING_KEY: 's',
        PRACTICE_ALLOW: '127.0.0.1',
      },
    });
    await composed.start();
    // The catalogues are fetched, what that brought is sealed.
    await advance(60_000);
    commits = [];
    await advance(60_000);
    expect(commits).toEqual([]);
    await passing(composed.stop(0));
    expect(timers).toBe(0);
  });
});
