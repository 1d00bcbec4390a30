import type { Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { type EventRow, eventsBetween, type PlacedEvent, placedEvent } from './event.ts';
import { endOfLook, headOf } from './statements.ts';

export interface FeedQuestion {
  /** Position of the last event seen. */
  readonly after: number;
  readonly types?: readonly string[] | undefined;
  readonly limit: number;
}

export interface FeedPage {
  readonly items: readonly PlacedEvent[];
  /** Ask on after this position. */
  readonly next: number;
  /** There is more already. */
  readonly more: boolean;
}

/** The events in the order of their positions. Who asks on from `next` hears every event exactly once. */
export interface Feed {
  read(question: FeedQuestion): Promise<FeedPage>;
  /** The same; without news it waits for some, at most `waitMs`, or until the caller is gone. */
  readOrWait(question: FeedQuestion, waitMs: number, signal: AbortSignal): Promise<FeedPage>;
  /** The newest position has risen to this. */
  announce(head: number): void;
}

/** Questions that wait at the same time; more are answered at once. */
const WAITING_AT_MOST = 2_000;

export function createFeed(parts: { readonly engine: Engine; readonly platform: Platform }): Feed {
  const { engine, platform } = parts;
  const waiting = new Set<() => void>();
  let announced = 0;

  async function read({ after, types, limit }: FeedQuestion): Promise<FeedPage> {
    const head = await headOf(engine);
    const upTo = await endOfLook(engine, after, head, types !== undefined);
    const rows = await engine.scan<EventRow>(eventsBetween(after, upTo, types ?? null, limit));
    const last = rows.at(-1);
    const next = rows.length === limit && last !== undefined ? last.position : Math.max(upTo, after);
    return { items: rows.map(placedEvent), next, more: next < head };
  }

  function news(after: number, ms: number, signal: AbortSignal): Promise<void> {
    if (announced > after || signal.aborted || waiting.size >= WAITING_AT_MOST) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = platform.after(ms, done);
      function done(): void {
        cancel();
        waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      }
      waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  return {
    read,
    readOrWait: async (question, waitMs, signal) => {
      const end = platform.steady() + waitMs;
      let page = await read(question);
      while (page.items.length === 0 && !signal.aborted) {
        const left = end - platform.steady();
        if (!page.more) {
          if (left <= 0 || waiting.size >= WAITING_AT_MOST) return page;
          await news(page.next, left, signal);
        }
        page = await read({ ...question, after: page.next });
      }
      return page;
    },
    announce: (head) => {
      announced = Math.max(announced, head);
      for (const wake of [...waiting]) wake();
    },
  };
}
