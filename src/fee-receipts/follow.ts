import { countOfEvents, type EventRow, eventsBetween, placedEvent } from '../events/event.ts';
import { endOfLook, headOf } from '../events/statements.ts';
import { paymentEvents } from '../payments/event-types.ts';
import { withoutReceipts } from '../payments/receipted.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { feedPosition, followFeed } from './statements.ts';

/** Events of payments that one commit takes up. */
const AT_ONCE = 200;
/** Positions that are passed over in memory before they are written down, when none of them is asked for. */
const PASSED_UNWRITTEN = 500;

const TYPES = [paymentEvents.paid.name, paymentEvents.refunded.name];

/** How far the feed stands behind. */
interface Behind {
  /** Events of payments that are not taken up. */
  readonly count: number;
  /** When the oldest of them was told, epoch milliseconds. */
  readonly since: number;
}

export interface Following {
  /** Whether events stand behind what was taken up or passed over. */
  isBehind(): Promise<boolean>;
  /** One step along the feed; answers whether more is to be taken up at once. */
  step(): Promise<boolean>;
}

/** What stands to be taken up, from the position in the store; undefined: nothing does. */
export async function howFarBehind(
  engine: Pick<RoomParts['engine'], 'all'>,
  position: number,
): Promise<Behind | undefined> {
  const [row] = await engine.all<{ count: number; since: number | null }>(countOfEvents(position, TYPES));
  if (row === undefined || row.since === null) return undefined;
  return { count: Number(row.count), since: Number(row.since) };
}

/** Along the feed of events, from where the store says: position and what it means for receipts are one commit, so that no payment is left out. */
export function createFollowing({ engine, platform }: Pick<RoomParts, 'engine' | 'platform'>): Following {
  let passed = 0;
  const read = async () => {
    const [row] = await engine.all<{ position: number }>(feedPosition());
    return row && { from: Number(row.position), head: await headOf(engine) };
  };

  return {
    async isBehind() {
      const feed = await read();
      return feed !== undefined && Math.max(feed.from, passed) < feed.head;
    },
    async step() {
      const feed = await read();
      if (feed === undefined || feed.from >= feed.head) return false;
      const { from, head } = feed;
      const upTo = await endOfLook(engine, from, head, true);
      const found = await engine.all<EventRow>(eventsBetween(from, upTo, TYPES, AT_ONCE));
      const to = found.length < AT_ONCE ? upTo : (found.at(-1)?.position ?? upTo);
      if (found.length === 0 && to === head && to - from < PASSED_UNWRITTEN) {
        passed = to;
        return false;
      }
      // The first is when the money came: a payment may be told twice.
      const moved = new Map<string, { readonly id: string; readonly payment: string; readonly at: number }>();
      for (const event of found.map(placedEvent)) {
        const { payment } = paymentEvents.paid.data.parse(event.data);
        if (!moved.has(payment)) moved.set(payment, { id: newId(platform, 'frc'), payment, at: event.at });
      }
      await engine.batch(followFeed({ from, to }, [...moved.values()], withoutReceipts, newId(platform, 't')));
      return to < head;
    },
  };
}
