import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import type { OperationPolicy } from '../../adapters/adapter.ts';
import { backedUp, madeUpKeys } from '../../test/kit/backup.ts';
import { delivered, resumed } from '../../test/kit/events.ts';
import { standing } from '../../test/kit/exchanges.ts';
import { type Receiver, receiver } from '../../test/kit/receiver.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { onlySqlite } from '../../test/kit/store.ts';
import { isPublicAddress } from '../addresses.ts';
import { happened, raise } from '../chronicle/raise.ts';
import { miscounted } from '../delivery/counting.ts';
import { createDispatcher, type Dispatcher } from '../delivery/dispatcher.ts';
import { systemPaused } from '../delivery/event-types.ts';
import { prune } from '../delivery/old-exchanges.ts';
import { createLanes } from '../delivery/sending/lanes.ts';
import { createSystems } from '../delivery/systems.ts';
import { createInterventions } from '../exchanges/interventions/interventions.ts';
import { createPeerSessions } from '../peer-sessions/peer-sessions.ts';
import { restore } from '../runtime/node/restore.ts';
import { createUndiciTransport } from '../runtime/node/transport.ts';
import { sql } from '../store/engine.ts';
import { createEvents, type Events } from './events.ts';
import { originRule } from './origins.ts';
import { eventBody } from './routes/view.ts';
import { KEPT_DELIVERIES } from './statements.ts';
import { subscriberSystem } from './subscriber.ts';
import { subscriberOperations } from './subscriber-operations.ts';
import { createSubscriptions, SUBSCRIPTIONS_AT_MOST, type SubscriptionCaller } from './subscriptions.ts';

interface Desk {
  readonly on: Ground;
  readonly room: Events;
  readonly dispatcher: Dispatcher;
  raise(...refs: string[]): Promise<void>;
}
const stopped = ({ loops }: Events) => Promise.all(loops.map((loop) => loop.stop(1_000)));
const OPERATOR = { id: 'operator-1', role: 'operator' } as const;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function hook(): Promise<Receiver> {
  const made = await receiver();
  closing.push(made.close);
  return made;
}

/** Events, dispatcher and a real wire over one store. */
async function desk(origins: readonly string[], on?: Ground, policy: Partial<OperationPolicy> = {}): Promise<Desk> {
  const base = on ?? (await ground());
  const mayCall = originRule(origins);
  const transport = createUndiciTransport();
  const publicTransport = createUndiciTransport({ mayReach: isPublicAddress });
  const systems = createSystems([
    subscriberSystem({ mayCall, publicTransport, policy: { scheduleMs: [20], timeoutMs: 2_000, ...policy } }),
  ]);
  const dispatcher = createDispatcher({
    ...base,
    systems,
    transport,
    sessions: createPeerSessions(base),
    owner: 'p1',
    lanes: createLanes(base.engine),
    operations: subscriberOperations(base),
  });
  const room = createEvents({
    body: eventBody,
    ...base,
    dispatcher,
    mayCall,
    owner: 'p1',
    failed: (error) => {
      throw error;
    },
  });
  await dispatcher.start();
  for (const loop of room.loops) loop.start();
  closing.push(
    () => transport.close(),
    () => publicTransport.close(),
    () => dispatcher.stop(1_000),
    () => stopped(room),
  );
  return {
    on: base,
    room,
    dispatcher,
    raise: async (...refs) => {
      for (const ref of refs) {
        // Events of the same millisecond have no order.
        base.pass(2);
        await base.engine.batch([raise([delivered(base.platform, ref)])]);
      }
      room.wake();
    },
  };
}
const refs = (to: Receiver, status?: number) =>
  to.received
    .filter((each) => status === undefined || each.status === status)
    .map((each) => (JSON.parse(each.body) as { ref: string }).ref);
/** Until something holds; the suite's own time limit ends a wait that is in vain. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
const subscribe = async (at: Desk, url: string, more: object = {}) => {
  const made = await at.room.subscriptions.create({ url, ...more }, OPERATOR);
  if (made === undefined) throw new Error('no subscription was made');
  return made;
};

describe('webhooks', () => {
  it('I7: are signed so that the public library verifies them, and hold the same document as the feed', async () => {
    const to = await hook();
    const at = await desk([new URL(to.url).origin]);
    const { secret, view } = await subscribe(at, to.url);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await at.raise('D1');
    await to.count(1);
    const [got] = to.received;
    const verified = new Webhook(secret).verify(got?.body ?? '', got?.headers as Record<string, string>);
    const items = (await at.room.feed.read({ after: 0, limit: 10 })).items.map(eventBody);
    expect(verified).toEqual(items[0]);
    expect(got?.headers['webhook-id']).toBe(items[0]?.id);
    expect(() =>
      new Webhook('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA').verify(
        got?.body ?? '',
        got?.headers as Record<string, string>,
      ),
    ).toThrow('No matching signature');
    await until(async () => (await at.room.subscriptions.find(view.id, OPERATOR))?.waiting === 0);
    expect(await at.on.rows('select distinct state from exchange')).toEqual([{ state: 'delivered' }]);
    // Deliveries raise no events, or they would feed themselves.
    expect(await at.on.rows('select count(*) as n from event')).toEqual([{ n: 1 }]);
  });

  it('I1, I3: a receiver that fails twice gets everything later, in order, each event under the same id', async () => {
    const to = await hook();
    to.answer = (n) => (n < 2 ? 500 : 200);
    const at = await desk([new URL(to.url).origin]);
    const { view } = await subscribe(at, to.url);
    await at.raise('D1', 'D2', 'D3', 'D4');
    await until(async () => to.received.filter((each) => each.status === 200).length === 4);
    expect(refs(to, 200)).toEqual(['D1', 'D2', 'D3', 'D4']);
    expect(refs(to, 500)).toEqual(['D1', 'D1']);
    expect(new Set(to.received.slice(0, 3).map((each) => each.headers['webhook-id'])).size).toBe(1);
    await until(async () => (await at.room.subscriptions.find(view.id, OPERATOR))?.waiting === 0);
    expect(await at.on.rows('select max(attempts) as n from exchange')).toEqual([{ n: 3 }]);
  });

  it('I1: one that was given up holds no later one back, is seen, and goes when a person sends it again', async () => {
    const to = await hook();
    to.answer = (n) => (n < 1 ? 500 : 200);
    const at = await desk([new URL(to.url).origin], undefined, { giveUpAgeMs: 1 });
    const { view } = await subscribe(at, to.url);
    await at.raise('D1');
    await until(async () => (await at.room.subscriptions.find(view.id, OPERATOR))?.givenUp === 1);
    expect(await at.room.subscriptions.find(view.id, OPERATOR)).toMatchObject({ failing: false, waiting: 0 });
    await at.raise('D2', 'D3');
    await until(async () => refs(to, 200).length === 2);
    const [dead] = await at.on.rows(`select id from exchange where state = 'dead'`);
    const systems = createSystems([]);
    const acts = createInterventions({ ...at.on, systems, filled: () => [], wake: (lane) => at.dispatcher.wake(lane) });
    expect(await acts.retry(String(dead?.id), { actor: 'operator-1', role: 'operator', person: true })).toMatchObject({
      kind: 'done',
    });
    await until(async () => refs(to, 200).length === 3);
    expect(refs(to, 200)).toEqual(['D2', 'D3', 'D1']);
    await until(async () => (await at.room.subscriptions.find(view.id, OPERATOR))?.givenUp === 0);
  });

  it.each([400, 404, 422, 429, 500, 503])(
    'I9: what a receiver refuses by %i is passed by the others, tried again beside them, and told of once',
    async (status) => {
      const [to, other] = [await hook(), await hook()];
      const bad = new Set(['D1', 'D4', 'D7']);
      let mended = false;
      to.answer = (_n, body) => (!mended && bad.has((JSON.parse(body) as { ref: string }).ref) ? status : 200);
      const at = await desk([new URL(to.url).origin, new URL(other.url).origin]);
      const { view } = await subscribe(at, to.url);
      await subscribe(at, other.url, { types: ['subscription.delivery-refused', 'subscription.ended'] });
      await at.raise(...Array.from({ length: 10 }, (_, n) => `D${n}`));
      // A refusal by "too much" makes the receiver's whole lane wait.
      const passing = (async () => {
        while (refs(to, 200).length < 7) {
          at.on.pass(1_000);
          at.dispatcher.wake(`subscriber/${view.id}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();
      await passing;
      expect(refs(to, 200)).toEqual(['D0', 'D2', 'D3', 'D5', 'D6', 'D8', 'D9']);
      const beforeOther = refs(to).slice(0, refs(to).indexOf('D2'));
      expect(beforeOther).toEqual(['D0', 'D1', 'D1', 'D1']);
      await until(async () => {
        const { passed, waiting } = (await at.room.subscriptions.find(view.id, OPERATOR)) ?? {};
        return passed === 3 && waiting === 3;
      });
      expect(await at.room.subscriptions.find(view.id, OPERATOR)).toMatchObject({ failing: true, givenUp: 0 });
      await other.count(1);
      const [told] = other.received.map(({ body }) => JSON.parse(body) as { type: string; ref: string });
      expect(told).toMatchObject({ type: 'subscription.delivery-refused', ref: view.id });
      mended = true;
      while (refs(to, 200).length < 10) {
        at.on.pass(20_000);
        at.dispatcher.wake(`subscriber/${view.id}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(new Set(refs(to, 200).slice(7))).toEqual(bad);
      await until(async () => (await at.room.subscriptions.find(view.id, OPERATOR))?.waiting === 0);
      expect(await at.room.subscriptions.find(view.id, OPERATOR)).toMatchObject({ failing: false, passed: 0 });
      // The one that is failing hears nothing of itself.
      expect(refs(to)).not.toContain(view.id);
      expect(other.received).toHaveLength(1);
      expect(await at.on.rows(`select count(*) as n from event where type = 'subscription.delivery-refused'`)).toEqual([
        { n: 1 },
      ]);
      expect(await at.on.engine.all(miscounted())).toEqual([]);
    },
  );

  it('nothing passes what never reached its receiver, and nothing is told of it', async () => {
    const at = await desk(['http://127.0.0.1:1']);
    const { view } = await subscribe(at, 'http://127.0.0.1:1/nobody');
    await at.raise('D1', 'D2');
    await until(async () => {
      at.on.pass(60_000);
      at.dispatcher.wake(`subscriber/${view.id}`);
      const [row] = await at.on.rows('select max(attempts) as n from exchange');
      return Number(row?.n) > 6;
    });
    expect(await at.on.rows('select max(refusals) as refusals, max(aside) as aside from exchange')).toEqual([
      { refusals: 0, aside: 0 },
    ]);
    expect(await at.on.rows(`select count(*) as n from event where type like 'subscription.%'`)).toEqual([{ n: 0 }]);
  });

  it('two receivers that refuse what is said of each other do not feed each other', async () => {
    const [one, two] = [await hook(), await hook()];
    one.answer = () => 422;
    two.answer = () => 422;
    const at = await desk([new URL(one.url).origin, new URL(two.url).origin]);
    const subscriptions = [await subscribe(at, one.url), await subscribe(at, two.url)];
    await at.raise('D1');
    const passes = async (n: number) =>
      until(async () => {
        at.on.pass(60_000);
        for (const { view } of subscriptions) at.dispatcher.wake(`subscriber/${view.id}`);
        at.room.wake();
        const [row] = await at.on.rows('select count(*) as n from exchange where refusals >= 3');
        return Number(row?.n) >= n;
      });
    // D1 twice, and what is said of the one to the other.
    await passes(4);
    for (let n = 0; n < 20; n++) {
      at.on.pass(60_000);
      for (const { view } of subscriptions) at.dispatcher.wake(`subscriber/${view.id}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await at.on.rows(`select type, count(*) as n from event group by type order by type`)).toEqual([
      { type: 'exchange.delivered', n: 1 },
      { type: 'subscription.delivery-refused', n: 2 },
    ]);
    expect(await at.on.rows('select count(*) as n from exchange')).toEqual([{ n: 4 }]);
  });

  it.each([0, 1, 3])('410 to delivery %i ends the subscription at once, with an event', async (nth) => {
    const [to, other] = [await hook(), await hook()];
    to.answer = (n) => (n === nth ? 410 : 200);
    const at = await desk([new URL(to.url).origin, new URL(other.url).origin]);
    const { view } = await subscribe(at, to.url);
    await subscribe(at, other.url, { types: ['subscription.ended'] });
    await at.raise('D0', 'D1', 'D2', 'D3', 'D4', 'D5');
    await other.count(1);
    expect(JSON.parse(other.received[0]?.body ?? '')).toMatchObject({
      ...{ type: 'subscription.ended', ref: view.id, data: { subscription: view.id, reason: 'gone' } },
    });
    expect(await at.room.subscriptions.find(view.id, OPERATOR)).toBeUndefined();
    await at.raise('D6');
    await until(
      async () => (await at.on.rows(`select name from lane where name = 'subscriber/${view.id}'`)).length === 0,
    );
    expect(to.received).toHaveLength(nth + 1);
    expect(
      await at.on.rows(`select distinct state from exchange where stream = 'subscriber:${view.id}' order by 1`),
    ).toEqual(
      [...(nth < 5 ? ['cancelled'] : []), ...(nth > 0 ? ['delivered'] : []), 'rejected'].map((state) => ({ state })),
    );
    expect(await at.on.rows(`select salt from subject where kind = 'subscription' and salt is null`)).toHaveLength(1);
    expect(await at.on.engine.all(miscounted())).toEqual([]);
  });

  it('I9: one receiver’s failure opens its own breaker and slows no other', async () => {
    const [bad, good] = [await hook(), await hook()];
    bad.answer = () => 500;
    const at = await desk([new URL(bad.url).origin, new URL(good.url).origin]);
    const failing = await subscribe(at, bad.url);
    const fine = await subscribe(at, good.url);
    await at.raise(...Array.from({ length: 10 }, (_, n) => `D${n}`));
    await good.count(10);
    expect(refs(good)).toEqual(Array.from({ length: 10 }, (_, n) => `D${n}`));
    await until(async () => (await at.on.rows(`select name from lane where breaker = 'open'`)).length > 0);
    expect(await at.on.rows(`select name from lane where breaker = 'open'`)).toEqual([
      { name: `subscriber/${failing.view.id}` },
    ]);
    expect(new Set(refs(bad))).toEqual(new Set(['D0', 'D1']));
    expect((await at.room.subscriptions.find(failing.view.id, OPERATOR))?.failing).toBe(true);
    expect((await at.room.subscriptions.find(fine.view.id, OPERATOR))?.failing).toBe(false);
    // A receiver that fails is no news for receivers.
    expect(await at.on.rows(`select id from event where type like 'system.%'`)).toEqual([]);
  });

  it('delivers only the types asked for, from the position asked for', async () => {
    const to = await hook();
    const at = await desk([new URL(to.url).origin]);
    await at.raise('old-1', 'old-2');
    await until(async () => (await at.room.feed.read({ after: 0, limit: 10 })).next === 2);
    await subscribe(at, to.url, { types: ['system.paused'], after: 1 });
    await at.raise('D1');
    at.on.pass(2);
    await at.on.engine.batch([
      raise([
        happened(at.on.platform, systemPaused, { system: 'tax', ref: 'tax', data: { lane: null, reason: 'night' } }),
      ]),
    ]);
    at.room.wake();
    await to.count(1);
    const later = await subscribe(at, to.url, { after: 1 });
    await to.count(4);
    expect(refs(to)[0]).toBe('tax');
    expect(refs(to).slice(1)).toEqual(['old-2', 'D1', 'tax']);
    expect(later.view.position).toBe(1);
  });

  it('signs with both live secrets until one is removed', async () => {
    const to = await hook();
    const at = await desk([new URL(to.url).origin]);
    const { view, secret: first } = await subscribe(at, to.url);
    const { subscriptions } = at.room;
    const second = await subscriptions.addSecret(view.id, OPERATOR);
    if (typeof second === 'string') throw new Error(second);
    expect(await subscriptions.addSecret(view.id, OPERATOR)).toBe('too-many');
    await at.raise('D1');
    await to.count(1);
    const verify = (n: number, secret: string) =>
      new Webhook(secret).verify(to.received[n]?.body ?? '', to.received[n]?.headers as Record<string, string>);
    expect(verify(0, first)).toBeDefined();
    expect(verify(0, second.secret)).toBeDefined();
    expect(await subscriptions.removeSecret(view.id, 1, OPERATOR)).toBe('done');
    expect(await subscriptions.removeSecret(view.id, 2, OPERATOR)).toBe('last');
    await at.raise('D2');
    await to.count(2);
    expect(() => verify(1, first)).toThrow();
    expect(verify(1, second.secret)).toBeDefined();
    // A number is never given twice, so that nobody removes another secret than they mean.
    expect(await subscriptions.addSecret(view.id, OPERATOR)).toMatchObject({ n: 3 });
  });

  it('I6: keeps secrets and payloads sealed, and destroys them when a subscription ends', async () => {
    const to = await hook();
    to.answer = () => 500;
    const at = await desk([new URL(to.url).origin]);
    const { view, secret } = await subscribe(at, to.url);
    await at.raise('D1', 'D2');
    await to.count(1);
    const everything = JSON.stringify([
      await at.on.rows('select * from subscription'),
      await at.on.rows('select * from exchange'),
      await at.on.rows('select * from journal'),
    ]);
    expect(everything).not.toContain(secret.slice(6));
    expect(await at.room.subscriptions.remove(view.id, OPERATOR)).toBe(true);
    expect(await at.room.subscriptions.remove(view.id, OPERATOR)).toBe(false);
    await until(async () => (await at.on.rows(`select name from lane`)).length === 0);
    expect(await at.on.rows('select distinct state from exchange')).toEqual([{ state: 'cancelled' }]);
    expect(await at.on.rows(`select salt, secrets from subject u join subscription s on s.subject = u.id`)).toEqual([
      { salt: null, secrets: '{"next":1,"live":[]}' },
    ]);
    const sent = to.received.length;
    await at.raise('D3');
    await until(async () => (await at.room.feed.read({ after: 2, limit: 10 })).items.length === 1);
    expect(to.received.length).toBe(sent);
    expect(await at.room.subscriptions.find(view.id, OPERATOR)).toBeUndefined();
  });

  it.runIf(onlySqlite)(
    'I1: after a restore (of a file) a receiver gets what it had not taken, hears of it, and gets all that is new, once and in order',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'lienthong-hooks-'));
      closing.push(async () => rmSync(folder, { recursive: true, force: true }));
      const to = await hook();
      const origins = [new URL(to.url).origin];
      const lost = await ground({ file: join(folder, 'lost.db') });
      const before = await desk(origins, lost, { scheduleMs: [1_000] });
      const { view } = await subscribe(before, to.url);
      await before.raise('D1');
      await until(async () => (await before.room.subscriptions.find(view.id, OPERATOR))?.waiting === 0);
      to.answer = (n) => (n === 1 ? 500 : 200);
      await before.raise('D2');
      await until(async () => (await before.room.subscriptions.find(view.id, OPERATOR))?.failing === true);
      const keys = await madeUpKeys();
      await backedUp(join(folder, 'lost.db'), join(folder, 'copy.db'), keys);
      // What the copy does not know of: D2 is taken, D3 comes and is taken too.
      await before.raise('D3');
      await until(async () => refs(to, 200).includes('D3'));
      const { next: read } = await before.room.feed.read({ after: 0, limit: 10 });
      await before.dispatcher.stop(1_000);
      await stopped(before.room);

      await restore({ from: join(folder, 'copy.db'), to: join(folder, 'new.db'), keys });
      const taken = to.received.length;
      const after = await desk(origins, await ground({ file: join(folder, 'new.db'), vault: lost.vault }));
      await after.raise('D4', 'D5');
      await until(async () => refs(to, 200).includes('D5'));
      const bodies = to.received.slice(taken).map(({ body }) => JSON.parse(body) as { type: string; ref: string });
      expect(bodies.map(({ type, ref }) => `${type} ${ref}`)).toEqual([
        'exchange.delivered D2',
        'store.restored store',
        'exchange.delivered D4',
        'exchange.delivered D5',
      ]);
      // D2 under the id that it had, so that the receiver knows it; the others under new ones.
      const ids = to.received.filter(({ status }) => status === 200).map(({ headers }) => headers['webhook-id']);
      expect(new Set(ids).size).toBe(ids.length - 1);
      // The feed's cursor of the lost time goes on too.
      const page = await after.room.feed.read({ after: read, limit: 10 });
      expect(page.items.map(({ ref }) => ref)).toEqual(['store', 'D4', 'D5']);
      expect(page).toMatchObject({ more: false });
    },
  );

  it('keeps a bounded number of settled deliveries, and nothing of the others', async () => {
    const on = await ground();
    const stream = 'subscriber:hook-1';
    const settled = Array.from({ length: 250 }, (_, n) => ({
      id: `x${n}`,
      key: 'hook-1',
      seq: n + 1,
      state: 'delivered',
      operation: 'deliver-event',
      kind: 'appended' as const,
    }));
    await standing(on, settled, { system: 'subscriber' });
    await on.engine.batch([sql(`insert into exchange_payload (exchange, payload) select id, 'sealed' from exchange`)]);
    await on.engine.batch(prune(stream, 251, KEPT_DELIVERIES));
    for (const table of ['exchange', 'exchange_payload', 'attempt'])
      expect(await on.rows(`select count(*) as n from ${table}`), table).toEqual([{ n: 200 }]);
    expect(await on.rows('select min(seq) as n from exchange')).toEqual([{ n: 51 }]);
  });

  it('what was given up stays and is counted, however many were taken after it', async () => {
    const at = await desk(['https://nhan.example.vn']);
    const { view } = await subscribe(at, 'https://nhan.example.vn/hook');
    const delivery = { key: view.id, operation: 'deliver-event', kind: 'appended' as const, version: null };
    const others = Array.from({ length: 450 }, (_, n) => ({
      ...delivery,
      id: `x${n}`,
      seq: n + 2,
      state: 'delivered',
    }));
    await standing(at.on, [{ ...delivery, id: 'dead', seq: 1, state: 'dead' }, ...others], { system: 'subscriber' });
    await at.on.engine.batch(prune(`subscriber:${view.id}`, 452, KEPT_DELIVERIES));
    expect(await at.on.rows('select count(*) as n from exchange')).toEqual([{ n: 201 }]);
    expect((await at.room.subscriptions.find(view.id, OPERATOR))?.givenUp).toBe(1);
  });

  it('a redirect is not followed, and an origin that is no longer allowed is not called', async () => {
    const [to, elsewhere] = [await hook(), await hook()];
    to.answer = () => 302;
    const at = await desk([new URL(to.url).origin]);
    await subscribe(at, to.url);
    await subscribe(at, elsewhere.url);
    await at.raise('D1');
    await to.count(2);
    await until(async () => (await at.on.rows(`select exchange from attempt where code = 'client-error'`)).length > 0);
    expect(elsewhere.received).toEqual([]);
  });

  it('I1: puts each event on its way once, a bounded number at a time, whatever process does it', async () => {
    const on = await ground();
    const to = await hook();
    const origins = [new URL(to.url).origin];
    const at = await desk(origins, on);
    await subscribe(at, to.url);
    await on.engine.batch([raise(Array.from({ length: 450 }, (_, n) => resumed(on.platform, `E${n}`)))]);
    at.room.wake();
    let most = 0;
    await until(async () => {
      const [row] = await on.rows(
        `select count(*) as n from exchange where state in ('pending', 'sending', 'retrying', 'uncertain')`,
      );
      most = Math.max(most, Number(row?.n));
      return to.received.length >= 450;
    });
    expect(most).toBeLessThanOrEqual(200);
    expect(refs(to)).toEqual((await on.rows('select ref from event order by position')).map((row) => row.ref));
  });
});

describe('subscriptions (I7)', () => {
  it('one whose address was moved to another is shown masked and told of, and the others as they are', async () => {
    const on = await ground();
    const told: string[] = [];
    const subscriptions = createSubscriptions({
      ...on,
      mayCall: () => 'public',
      unreadable: (error) => told.push(String(error)),
    });
    const made = [];
    for (const path of ['one', 'two', 'three'])
      made.push(await subscriptions.create({ url: `https://a.example/${path}` }, OPERATOR));
    const [first, second] = made.map((each) => each?.view.id ?? '');
    await on.engine.batch([
      sql(
        'update subscription set address = (select s.address from subscription s where s.id = ?2) where id = ?1',
        ...[first ?? '', second ?? ''],
      ),
    ]);
    const shown = (await subscriptions.list(10, OPERATOR)).map(({ url }) => url);
    expect(shown).toEqual(['…', 'https://a.example/two', 'https://a.example/three']);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('subscription.address');
  });

  it('places are of each principal: whoever fills theirs takes none of others', async () => {
    const on = await ground();
    const { subscriptions } = createEvents({
      body: eventBody,
      ...on,
      dispatcher: { addLane: async () => {}, removeLane: async () => {}, wake: () => {} },
      mayCall: originRule(['http://127.0.0.1:9000']),
      owner: 'p1',
      failed: (error) => {
        throw error;
      },
    });
    const url = 'http://127.0.0.1:9000/hook';
    const create = (by: SubscriptionCaller) => subscriptions.create({ url }, by);
    const other = { id: 'operator-2', role: 'operator' } as const;
    for (let n = 1; n < SUBSCRIPTIONS_AT_MOST; n++) expect(await create(OPERATOR)).toBeDefined();
    const last = await Promise.all([create(OPERATOR), create(OPERATOR)]);
    expect(last.filter((each) => each === undefined)).toHaveLength(1);
    const made = await create(other);
    expect(made).toBeDefined();
    expect(await subscriptions.list(500, other)).toHaveLength(1);
    expect(await subscriptions.remove(made?.view.id ?? '', OPERATOR)).toBe(false);
    const [first] = await subscriptions.list(1, OPERATOR);
    expect(await subscriptions.remove(first?.id ?? '', { id: 'admin-key', role: 'administrator' })).toBe(true);
    expect(await create(OPERATOR)).toBeDefined();
    expect(await subscriptions.list(500, { id: 'admin-key', role: 'administrator' })).toHaveLength(
      SUBSCRIPTIONS_AT_MOST + 1,
    );
  });
});
