import { type Random, seededRandom } from './random.ts';

/** A callback that a simulated system makes. */
export interface OutgoingCall {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
export interface CallOrder {
  /** Each call goes this many times in all. */
  readonly repeat?: number;
  /** The calls go in a shuffled order. */
  readonly reorder?: boolean;
  /** Calls under way at once. */
  readonly concurrency?: number;
  readonly timeoutMs?: number;
}
export interface CallReply<Call> {
  readonly call: Call;
  /** 1 for the first time this call went, and so on. */
  readonly turn: number;
  /** HTTP status; 0 when there was no answer, and `body` says why. */
  readonly status: number;
  readonly body: string;
  readonly tookMs: number;
}

/** Makes the calls, repeated and shuffled as told, and answers when every reply is in. */
export async function callOut<Call extends OutgoingCall>(
  calls: readonly Call[],
  order: CallOrder,
  seed: number,
): Promise<CallReply<Call>[]> {
  const { repeat = 1, concurrency = 1, timeoutMs = 10_000 } = order;
  const turns = Array.from({ length: repeat }, (_, at) => calls.map((call) => ({ call, turn: at + 1 }))).flat();
  if (order.reorder) shuffle(turns, seededRandom(seed));
  const replies: CallReply<Call>[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let each = turns[next++]; each !== undefined; each = turns[next++]) {
      replies.push({ ...each, ...(await send(each.call, timeoutMs)) });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return replies;
}

async function send(call: OutgoingCall, timeoutMs: number) {
  const begun = performance.now();
  const took = (): number => Math.round(performance.now() - begun);
  try {
    const response = await fetch(call.url, {
      method: call.method,
      headers: call.headers,
      ...(call.body === undefined ? {} : { body: call.body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await response.text();
    return { status: response.status, body, tookMs: took() };
  } catch (error) {
    return { status: 0, body: String(error), tookMs: took() };
  }
}

function shuffle<Item>(items: Item[], random: Random): void {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = random.int(0, last);
    const held = items[last] as Item;
    items[last] = items[other] as Item;
    items[other] = held;
  }
}
