import type { Loop } from '../loop.ts';
import type { RoomParts } from '../room.ts';
import type { EventBody } from './event.ts';
import { createFanOut } from './fan-out.ts';
import { createFeed, type Feed } from './feed.ts';
import { createSequencer } from './sequencer.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';

/** The feed, the subscriptions, and what works for them in the background. */
export interface Events {
  readonly feed: Feed;
  readonly subscriptions: Subscriptions;
  readonly loops: readonly Loop[];
  /** Something was committed that may have raised an event. Without it events wait a second at most. */
  wake(): void;
}

export function createEvents(
  parts: Pick<RoomParts, 'engine' | 'vault' | 'platform' | 'dispatcher' | 'owner' | 'mayCall'> & {
    readonly body: EventBody;
    readonly failed: (error: unknown) => void;
    /** Told of an address that is not what was sealed. */
    readonly unreadable?: (error: unknown) => void;
  },
): Events {
  const feed = createFeed(parts);
  const fanOut = createFanOut(parts);
  const sequencer = createSequencer({
    ...parts,
    placed: (head) => {
      feed.announce(head);
      fanOut.wake();
    },
  });
  return {
    feed,
    subscriptions: createSubscriptions({ ...parts, changed: fanOut.wake }),
    loops: [sequencer, fanOut],
    wake: sequencer.wake,
  };
}
