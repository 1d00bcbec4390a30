import type { LanePolicy } from '../../adapters/adapter.ts';
import { sealedBytes } from '../crypto/format.ts';
import type { SubjectKey, Vault } from '../crypto/vault.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import { cancelAll, giveUpOldest, prune } from '../delivery/old-exchanges.ts';
import { dropLane, laneName } from '../delivery/sending/lanes.ts';
import { dueNext, enqueue } from '../delivery/statements.ts';
import { createLoop, type Loop, type Turn } from '../loop.ts';
import { newId, type Platform } from '../platform.ts';
import { type Engine, sql } from '../store/engine.ts';
import { slices, utf8Bytes } from '../store/limits.ts';
import { type EventBody, type EventRow, eventsBetween, placedEvent } from './event.ts';
import { ABOUT_SUBSCRIPTIONS } from './event-types.ts';
import { endOfLook, headOf, KEPT_DELIVERIES, LIST, type SubscriptionRow, WAITING_AT_MOST } from './statements.ts';
import { DELIVER_EVENT, SUBSCRIBER, SUBSCRIBER_LANE, streamOf } from './subscriber.ts';

const NAME = 'fan-out';
/** The work of one subscription in one turn takes far less. */
const LEASE_MS = 10_000;
const IDLE_MS = 1_000;
/** What has as much waiting as it may is looked at again after this. */
const FULL_MS = 200;
/** Positions that are passed over in memory before they are written down, when none of them is asked for. */
const PASSED_UNWRITTEN = 500;
/** Bytes of what is said of a delivery beside its payload: ids, the hash, the names of members. */
const AN_EXCHANGE_BYTES = 1_000;
const LANE_GRACE_MS = 5_000;
/** Deliveries after which a subscription's old ones are looked at. */
const PRUNED_EVERY = 100;
/** Deliveries that the others pass, of each subscription; the oldest beyond are given up where later ones were taken. */
export const PASSED_KEPT = 100;

/**
 * Puts events on their way to subscribers: moves each subscription along the feed and enqueues what it asked for, in
 * order, a bounded number at a time. Position and exchanges are one batch, guarded by the position it was read at, so
 * that no event is left out or enqueued twice, whatever dies (I1). One process enqueues at a time, so that others do
 * not prepare what that guard then refuses; each runs the lanes. To be woken when events were placed, or subscriptions
 * came or went.
 */
export function createFanOut(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  readonly dispatcher: Pick<Dispatcher, 'addLane' | 'removeLane' | 'wake'>;
  readonly lane?: LanePolicy;
  readonly body: EventBody;
  /** Names this process. */
  readonly owner: string;
  readonly failed: (error: unknown) => void;
}): Loop {
  const { engine, vault, platform, dispatcher, body } = parts;
  const lanes = new Set<string>();
  /** The stream's number when its old deliveries were last removed. */
  const pruned = new Map<string, number>();

  async function turn({ mine }: Turn): Promise<number> {
    const rows = await engine.all<SubscriptionRow>(sql(`${LIST} where s.ended_at is null order by s.id`));
    await followLanes(rows);
    if (rows.length === 0) return IDLE_MS;
    const head = await headOf(engine);
    let rest = IDLE_MS;
    for (const row of rows) {
      if (row.salt === null) continue;
      const full = row.waiting >= WAITING_AT_MOST;
      const nextSeq = row.next_seq ?? 0;
      const prunes = nextSeq - (pruned.get(row.id) ?? KEPT_DELIVERIES) >= PRUNED_EVERY;
      if (full) rest = Math.min(rest, FULL_MS);
      const tooMany = row.aside - PASSED_KEPT;
      if ((full || row.position >= head) && !prunes && tooMany <= 0) continue;
      if (!(await mine())) return IDLE_MS;
      if (!full && row.position < head) {
        const more = await advance(row, { id: row.subject, salt: row.salt, epoch: row.epoch }, head);
        if (more) rest = 0;
      }
      if (tooMany > 0) await engine.batch(giveUpOldest(streamOf(row.id), tooMany, NAME, newId(platform, 't')));
      if (prunes) {
        await engine.batch(prune(streamOf(row.id), nextSeq, KEPT_DELIVERIES));
        pruned.set(row.id, nextSeq);
      }
    }
    return rest;
  }

  /** A lane runs for every subscription there is, and for no other. */
  async function followLanes(rows: readonly SubscriptionRow[]): Promise<void> {
    const wanted = new Set(rows.map((row) => row.id));
    for (const id of wanted) {
      if (lanes.has(id)) continue;
      await dispatcher.addLane({ system: SUBSCRIBER, class: id, policy: parts.lane ?? SUBSCRIBER_LANE });
      lanes.add(id);
    }
    for (const id of [...lanes]) {
      if (wanted.has(id)) continue;
      const lane = laneName(SUBSCRIBER, id);
      await dispatcher.removeLane(lane, LANE_GRACE_MS);
      await engine.batch([...cancelAll(streamOf(id), 'fan-out', newId(platform, 't')), dropLane(lane)]);
      lanes.delete(id);
      pruned.delete(id);
    }
  }

  /** Answers whether more is to be put on its way at once. */
  async function advance(row: SubscriptionRow, subject: SubjectKey, head: number): Promise<boolean> {
    const room = WAITING_AT_MOST - row.waiting;
    const types = JSON.parse(row.types) as readonly string[] | null;
    const upTo = await endOfLook(engine, row.position, head, types !== null);
    const found = await engine.all<EventRow>(eventsBetween(row.position, upTo, types, room));
    const texts = found.map((event) => ({ event, text: JSON.stringify(body(placedEvent(event))) }));
    const [taken = []] = slices(texts, ({ text }) => AN_EXCHANGE_BYTES + sealedBytes(utf8Bytes(text)), engine.limits);
    const last = taken.at(-1)?.event;
    // What is said of a receiver is not sent to it: it would be one more thing for it to refuse.
    const events = taken.filter(({ event }) => !isAbout(event) || event.ref !== row.id);
    const isAll = taken.length === found.length && found.length < room;
    const position = isAll || last === undefined ? upTo : last.position;
    if (last === undefined && position === head && position - row.position < PASSED_UNWRITTEN) return false;
    const token = newId(platform, 't');
    const moved = sql(
      'update subscription set position = ?2, written_by = ?3 where id = ?1 and position = ?4 and ended_at is null',
      row.id,
      position,
      token,
      row.position,
    );
    if (events.length === 0) await engine.batch([moved]);
    else {
      const stream = streamOf(row.id);
      const lane = laneName(SUBSCRIBER, row.id);
      const ids = events.map(() => newId(platform, 'x'));
      const sealed = await vault.seal(
        events.map(({ text }, index) => ({ subject, purpose: 'exchange.payload', row: ids[index] ?? '', text })),
      );
      const hashes = await vault.digest(sealed);
      await engine.batch([
        moved,
        ...enqueue({
          streams: [
            {
              stream,
              system: SUBSCRIBER,
              key: row.id,
              lane,
              count: events.length,
              version: 0,
              alreadyThere: false,
              settlesDoubt: true,
            },
          ],
          exchanges: events.map(({ event }, index) => ({
            id: ids[index] ?? '',
            stream,
            back: events.length - index,
            operation: DELIVER_EVENT,
            kind: 'appended',
            version: null,
            subject: subject.id,
            part: isAbout(event) ? 'subscription' : null,
            payload: sealed[index] ?? null,
            hash: hashes[index] ?? null,
            actor: 'fan-out',
          })),
          stampedBy: { table: 'subscription', column: 'id' },
          token,
          mayExist: false,
        }),
        // What is already waiting to be tried again goes first, and not before its time.
        dueNext(stream, token),
      ]);
      dispatcher.wake(lane);
    }
    return position < head;
  }

  return createLoop({
    ...parts,
    name: NAME,
    lease: { engine, owner: parts.owner, forMs: LEASE_MS },
    turn,
  });
}

const isAbout = ({ type }: EventRow): boolean => type.startsWith(ABOUT_SUBSCRIPTIONS);
