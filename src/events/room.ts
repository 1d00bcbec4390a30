import type { Vault } from '../crypto/vault.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { createFanOut } from './fan-out.ts';
import { createFeed, type Feed } from './feed.ts';
import type { OriginRule } from './origins.ts';
import { createSequencer } from './sequencer.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';

/** Everything about events in one process: the feed, the subscriptions, and what works for them in the background. */
export interface EventRoom {
  readonly feed: Feed;
  readonly subscriptions: Subscriptions;
  /** After `dispatcher.start()`: lanes of subscriptions are added to a running dispatcher. */
  start(): void;
  /** Something was committed that may have raised an event (`raised.ts`). Without it events wait a second at most. */
  wake(): void;
  /** Before `dispatcher.stop()`. */
  stop(): Promise<void>;
}

export function createEventRoom(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  readonly dispatcher: Pick<Dispatcher, 'addLane' | 'removeLane' | 'wake'>;
  /** Names this process. */
  readonly owner: string;
  readonly mayCall: OriginRule;
  readonly failed: (error: unknown) => void;
}): EventRoom {
  const feed = createFeed(parts);
  const fanOut = createFanOut(parts);
  const subscriptions = createSubscriptions({ ...parts, changed: fanOut.wake });
  const sequencer = createSequencer({
    ...parts,
    placed: (head) => {
      feed.announce(head);
      fanOut.wake();
    },
  });
  return {
    feed,
    subscriptions,
    start: () => {
      sequencer.start();
      fanOut.start();
    },
    wake: sequencer.wake,
    stop: async () => {
      await Promise.all([sequencer.stop(), fanOut.stop()]);
    },
  };
}
