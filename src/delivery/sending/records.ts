import { type Engine, type Row, StoreUnavailable } from '../../store/engine.ts';
import { grouped } from '../../store/group.ts';
import { bytesOfAll, commandBytes } from '../../store/limits.ts';
import type { OnSettled, SettledExchange } from '../operations.ts';
import type { Stamped, WatchOpening } from '../watches/watch-statements.ts';
import { type AttemptCommand, type CallCommand, type CallEnd, openCalls } from './call-statements.ts';
import { type EventCommand, type RoomWrites, type SettleCommand, settle } from './settle-statements.ts';

export interface OpenCall {
  readonly call: CallCommand;
  readonly attempts: readonly AttemptCommand[];
}
export interface CallSettlement {
  readonly items: readonly SettleCommand[];
  readonly events: readonly EventCommand[];
  readonly calls: readonly CallEnd[];
  readonly watches: readonly (WatchOpening & { readonly only: Stamped })[];
  /** What their rooms are to write with it. */
  readonly rooms: readonly { readonly onSettled: OnSettled; readonly settled: SettledExchange }[];
}
/** Settlements of one commit. A stream has one exchange in each at most. */
export interface Settlements {
  /** Settled first: their streams stay with their owner, who has more of them in hand. */
  readonly kept: CallSettlement;
  readonly last: CallSettlement;
}

/** Opening and settling of calls; those of one event-loop turn share a batch. */
export interface Records {
  /** Ids of the exchanges whose attempt now stands in the store; the others were lost to another owner. */
  open(call: OpenCall): Promise<ReadonlySet<string>>;
  /** Ids of the exchanges that were settled; the others are fenced: their stream's epoch has moved on. */
  settle(settlements: Settlements): Promise<ReadonlySet<string>>;
}

/**
 * Bytes that a settlement adds to the longest text of its batch, at most. Twice what an event, a watch or a room is told
 * has: data stand in quotes in there, and a room writes what it reads as it is or sealed.
 */
export const settlementBytes = ({ items, events, calls, watches, rooms }: CallSettlement): number =>
  Math.max(
    bytesOfAll(items),
    bytesOfAll(calls),
    2 * bytesOfAll(events.map((event) => ({ ...event, type: event.type.name }))),
    2 * bytesOfAll(watches),
    2 * bytesOfAll(rooms.map(({ settled }) => settled)),
  );

/** In as few batches, in order, as give no stream two exchanges in one stage: a late owner and who took over may meet here. */
function apart(group: readonly Settlements[]): Settlements[][] {
  const batches: Settlements[][] = [];
  let streams = new Set<string>();
  for (const each of group) {
    const own = [
      ...each.kept.items.map(({ stream }) => `kept ${stream}`),
      ...each.last.items.map(({ stream }) => stream),
    ];
    if (batches.length === 0 || own.some((stream) => streams.has(stream))) {
      batches.push([]);
      streams = new Set();
    }
    batches.at(-1)?.push(each);
    for (const stream of own) streams.add(stream);
  }
  return batches;
}

const NOTHING: CallSettlement = { items: [], events: [], calls: [], watches: [], rooms: [] };
export const together = (some: readonly CallSettlement[]): CallSettlement =>
  some.length === 0
    ? NOTHING
    : {
        items: some.flatMap(({ items }) => items),
        events: some.flatMap(({ events }) => events),
        calls: some.flatMap(({ calls }) => calls),
        watches: some.flatMap(({ watches }) => watches),
        rooms: some.flatMap(({ rooms }) => rooms),
      };

/** What a room may take to say what it writes, milliseconds. */
const ROOM_PATIENCE_MS = 3_000;

export function createRecords(
  engine: Engine,
  options: {
    readonly owner: string;
    readonly token: () => string;
    /** A room could not say what it writes, or that could not be written: it is told of its acts again later. */
    readonly roomFailed: (error: unknown) => void;
    readonly after: (ms: number, run: () => void) => () => void;
  },
): Records {
  const open = grouped<OpenCall, ReadonlySet<string>>(engine, {
    key: (command) => command.call.id,
    limit: 200,
    bytes: ({ call, attempts }) => commandBytes({ ...call, cost: 1 }) + bytesOfAll(attempts),
    run: async (group) => {
      const rows = await engine.batch(
        openCalls({
          calls: group.map((command) => command.call),
          attempts: group.flatMap((command) => command.attempts),
          token: options.token(),
          owner: options.owner,
        }),
      );
      const held = new Set(rows.at(-1)?.map((row) => row.exchange as string));
      return group.map(
        (command) => new Set(command.attempts.map((attempt) => attempt.exchange).filter((id) => held.has(id))),
      );
    },
  });

  /** A room that does not come back holds nobody else's settlement: it is told again later. */
  function inTime<Value>(answer: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const cancel = options.after(ROOM_PATIENCE_MS, () => reject(new Error('the room did not come back')));
      answer.then(resolve, reject).finally(cancel);
    });
  }

  /** What the rooms write, each asked once for all that is its own. */
  async function roomWrites(rooms: CallSettlement['rooms'], token: string): Promise<RoomWrites[]> {
    const byRoom = Map.groupBy(rooms, ({ onSettled }) => onSettled);
    const writes: RoomWrites[] = [];
    for (const [onSettled, each] of byRoom) {
      const settled = each.map((one) => one.settled);
      try {
        writes.push({ settled, settlement: await inTime(onSettled(settled, token)) });
      } catch (error) {
        options.roomFailed(error);
      }
    }
    return writes;
  }

  const idsOf = (answer: readonly Row[] | undefined): string[] =>
    answer?.flatMap((row) => (row.settled === 1 ? [row.exchange as string] : [])) ?? [];

  async function settleAll(group: readonly Settlements[]): Promise<ReadonlySet<string>> {
    const stages = [
      { keeps: true, token: options.token(), all: together(group.map(({ kept }) => kept)) },
      { keeps: false, token: options.token(), all: together(group.map(({ last }) => last)) },
    ].filter(({ keeps, all }) => !keeps || all.items.length > 0);
    const write = async (rooms: readonly (readonly RoomWrites[])[]) => {
      const written = stages.map(({ keeps, token, all }, stage) =>
        settle({ ...all, rooms: rooms[stage] ?? [], keeps, token, actor: 'dispatcher' }),
      );
      const answers = await engine.batch(written.flat());
      const before = stages.length > 1 ? (written[0]?.length ?? 0) : 0;
      return new Set([...idsOf(before > 0 ? answers[before - 1] : undefined), ...idsOf(answers.at(-1))]);
    };
    const rooms = await Promise.all(stages.map(({ all, token }) => roomWrites(all.rooms, token)));
    try {
      return await write(rooms);
    } catch (error) {
      // What happened is written down, whatever a room's own statements are worth.
      if (rooms.every((each) => each.length === 0) || error instanceof StoreUnavailable) throw error;
      options.roomFailed(error);
      return write([]);
    }
  }

  const settleGroup = grouped<Settlements, ReadonlySet<string>>(engine, {
    key: ({ last, kept }) =>
      last.calls[0]?.id ?? last.items[0]?.exchange ?? kept.calls[0]?.id ?? kept.items[0]?.exchange ?? '',
    limit: 200,
    bytes: ({ kept, last }) => Math.max(settlementBytes(kept), settlementBytes(last)),
    run: async (group) => {
      const settled = new Set<string>();
      for (const some of apart(group)) for (const id of await settleAll(some)) settled.add(id);
      return group.map(
        ({ kept, last }) =>
          new Set([...kept.items, ...last.items].map((item) => item.exchange).filter((id) => settled.has(id))),
      );
    },
  });
  return { open, settle: settleGroup };
}
