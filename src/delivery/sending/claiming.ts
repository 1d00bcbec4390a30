import type { Platform } from '../../platform.ts';
import type { Engine } from '../../store/engine.ts';
import type { DeliveryObserver } from '../observer.ts';
import type { RoomOperations } from '../operations.ts';
import type { Systems } from '../systems.ts';
import {
  type Candidate,
  type ClaimCommand,
  type Claimed,
  type ClaimedExchange,
  candidates,
  claim,
  followers,
  type Idle,
} from './claim-statements.ts';
import type { PreparedCall } from './deliver.ts';
import { type Prepared, prepare, travelsAlone } from './prepare.ts';
import type { Ready } from './wire-call.ts';

/** The share of every claim that goes to the oldest. */
const OLDEST_SHARE = 0.25;
/** Streams that one claim takes at most; with what follows them twice as many exchanges. */
const CLAIM_LIMIT = 240;
/** What one stream takes at most of any text of a claim: its names, those of its exchange and of its call. */
const STREAM_BYTES = 1_024;

/** What a lane has for a claim. */
export interface Room {
  /** Calls that may go on the wire beside each other. */
  readonly places: number;
  /** Calls that may be made, in whole tokens; at least `places`. */
  readonly tokens: number;
  /** The lane's breaker is open: one stream goes, to see how they are. */
  readonly probe: boolean;
}

/**
 * Takes what is due in one commit, with the record of the calls that carry it: it is read and put together before, and
 * claimed as it was seen. What somebody wrote meanwhile is left for the next look. Where a stream's desired state goes,
 * what comes behind it is taken with it.
 */
export type ClaimDue = (room: Room) => Promise<Prepared>;

export function createClaims(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly systems: Systems;
  readonly operations: RoomOperations;
  readonly observer: DeliveryObserver;
  readonly lane: string;
  readonly system: string;
  readonly owner: string;
  readonly leaseMs: number;
  readonly batchSize: number;
  readonly token: () => string;
}): ClaimDue {
  const { engine, platform, lane, owner, leaseMs, batchSize } = parts;

  /** Streams whose turn has come, as many as find a place; who has to travel alone takes one to himself. */
  async function dueNow({ places, probe }: Room): Promise<(Candidate | Idle)[]> {
    const { commands, textBytes } = engine.limits;
    const most = Math.max(1, Math.min(CLAIM_LIMIT, Math.floor(commands / 2), Math.floor(textBytes / STREAM_BYTES)));
    const limit = probe ? 1 : Math.min(places * batchSize, most);
    const oldest = Math.min(limit, Math.floor(limit * OLDEST_SHARE + platform.random()));
    const rows = await engine.all<Candidate | Idle>(candidates(lane, limit, oldest));
    const waited = rows.filter(({ oldest: is }) => is === 1).sort((a, b) => (a.due_at ?? 0) - (b.due_at ?? 0));
    const others = rows.filter(({ oldest: is }) => is !== 1);
    let free = places * batchSize;
    const placed = new Set(
      // Where not all find a place, those who have waited longest come first as often as is their share.
      (platform.random() < OLDEST_SHARE ? [...waited, ...others] : [...others, ...waited]).filter((row) => {
        free -= row.id !== null && travelsAlone(row) ? batchSize : 1;
        return free >= 0;
      }),
    );
    return rows.filter((row) => placed.has(row));
  }

  /** The same calls, each with those that carry what comes behind it, as far as tokens reach. */
  async function withFollowers(calls: readonly PreparedCall[], { tokens, probe }: Room): Promise<PreparedCall[]> {
    const leads = new Map(probe ? [] : calls.flatMap((call) => call.ready.filter(leadsOn).map(streamAnd(call))));
    if (leads.size === 0 || tokens <= calls.length) return [...calls];
    const behind = await engine.all<Candidate>(
      followers([...leads].map(([stream, { lead, version }]) => ({ stream, lead, version }))),
    );
    const prepared = await prepare(parts, behind, { probe, apart: ({ stream }) => leads.get(stream)?.call });
    let left = tokens - calls.length;
    const after = Map.groupBy(prepared.calls, ({ ready }) => leads.get(ready[0]?.item.stream ?? '')?.call);
    return calls.map((call) => {
      const followedBy = (after.get(call) ?? []).filter(({ recorded }) => recorded !== undefined).slice(0, left);
      left -= followedBy.length;
      return { ...call, followedBy };
    });
  }

  return async (room) => {
    const rows = await dueNow(room);
    const due = rows.filter((row): row is Candidate => row.id !== null);
    const { calls, uncalled } = await prepare(parts, due, { probe: room.probe });
    const going = await withFollowers(
      calls.length <= room.places ? calls : turned(calls, platform.random()).slice(0, room.places),
      room,
    );
    const plan = planned(going);
    for (const { item } of uncalled) plan.exchanges.push(without(item));
    const places = new Map(plan.exchanges.map((each) => [each.stream, plan.places.get(each.stream) ?? NO_PLACE]));
    const streams: ClaimCommand[] = rows
      .filter(({ id, stream }) => id === null || places.has(stream))
      .map((row, index) => ({
        ...{ stream: row.stream, epoch: row.epoch, writtenBy: row.written_by, doubt: row.doubt, nth: index + 1 },
        ...(places.get(row.stream) ?? NO_PLACE),
      }));
    if (streams.length === 0) return { calls: [], uncalled: [] };
    const answer = await engine.batch(
      claim({
        ...{ lane, token: parts.token(), owner, leaseMs, batchSize, streams, exchanges: plan.exchanges },
        calls: going.flatMap((call) => [call, ...call.followedBy]).flatMap(opened),
      }),
    );
    const taken = new Set(answer.at(-1)?.map(({ exchange }) => exchange as string));
    const have = ({ item }: { readonly item: Claimed }): boolean => taken.has(item.id);
    const having = (call: PreparedCall): PreparedCall => ({
      ...call,
      ready: call.ready.filter(have),
      followedBy: call.followedBy.map(having).filter(({ ready }) => ready.length > 0),
    });
    return { calls: going.map(having).filter(({ ready }) => ready.length > 0), uncalled: uncalled.filter(have) };
  };
}

const NO_PLACE = { place: 0, cost: 0 };

/** Its delivery shows the version that is sent, and there is no doubt to be settled first. */
const leadsOn = ({ item, composed }: Ready): boolean =>
  item.kind === 'collapsing' && !travelsAlone(item) && composed.version !== null && composed.partly !== true;

const streamAnd =
  (call: PreparedCall) =>
  ({ item: { stream, id: lead }, composed: { version } }: Ready) =>
    [stream, { call, lead, version: version ?? 0 }] as const;

const opened = ({ recorded, entry }: PreparedCall) =>
  recorded === undefined ? [] : [{ id: recorded, operation: entry.operation.name }];

const without = ({ stream, id, claimed_from }: Claimed): ClaimedExchange => ({
  ...{ stream, exchange: id, state: claimed_from, behind: null, slot: 0, call: null, version: null },
});

/** The exchanges of calls, and which place each stream has. */
function planned(calls: readonly PreparedCall[]) {
  const exchanges: ClaimedExchange[] = [];
  const places = new Map<string, { readonly place: number; readonly cost: number }>();
  let slot = 0;
  for (const [index, call] of calls.entries()) {
    const leads = new Map(call.ready.map(({ item }) => [item.stream, item.id]));
    for (const each of [call, ...call.followedBy]) {
      slot += 1;
      for (const { item, composed } of each.ready)
        exchanges.push({
          ...without(item),
          ...{ behind: each === call ? null : (leads.get(item.stream) ?? null), slot },
          ...{ call: each.recorded ?? null, version: composed.version },
        });
    }
    for (const stream of leads.keys()) places.set(stream, { place: index + 1, cost: slot });
  }
  return { exchanges, places };
}

/** In turn, begun anywhere, so that what finds no place today is not the same tomorrow. */
const turned = <Item>(items: readonly Item[], random: number): Item[] => {
  const from = Math.floor(random * items.length);
  return [...items.slice(from), ...items.slice(0, from)];
};
