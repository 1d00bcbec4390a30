import type { ListedOrder, OrderList, OrderListQuestion } from '../../contracts/domain/payment.ts';
import { utf8 } from '../crypto/bytes.ts';
import type { QueryAnswer } from '../delivery/sending/query.ts';
import type { RoomParts } from '../room.ts';
import { gatewayOrders } from './sources/gateway-orders.ts';
import { problemAt, type Told } from './sources/source.ts';
import type { TakeIn, ToTakeIn } from './take-in.ts';

const SYSTEM = 'vietcombank';
const LIST_ORDERS = 'list-orders';
export const ORDERS_SOURCE = 'vietcombank-orders';
/**
 * Days of making that are asked for to know what was paid on the last of them. The gateway lists orders by the day they
 * were made, and one that is made without a limit can be paid for seven days (WIRE.md 6.2). Ours have a limit, which the
 * checksum does not cover: whether it was heeded, nothing says.
 */
export const ORDERS_DAYS = 8;
/** A list without an end is none; 8.000 orders where a page has 20. */
const MOST_PAGES = 400;
/** For all pages together: whoever waits for them would take a longer silence for the end of the connection. */
const LONGEST_FETCH_MS = 100_000;
/** How long a page waits for room in the lane that payers' questions go by, too. */
const PATIENCE_MS = 10_000;
const DAY_MS = 86_400_000;

export interface ToFetch {
  /** `YYYY-MM-DD` in Vietnam: the last day of making that is asked for. */
  readonly day: string;
  readonly actor: string;
  /** Ends the asking. */
  readonly signal: AbortSignal;
  readonly remember?: ToTakeIn['remember'];
}

export type Fetched =
  | Awaited<ReturnType<TakeIn>>
  /** A page could not be had: nothing is kept of the others. */
  | { readonly kind: 'not-had'; readonly answer: QueryAnswer };

export type FetchOrders = (given: ToFetch) => Promise<Fetched>;

/**
 * Asks Vietcombank's gateway for its orders of some days, page by page, and takes the list in like a file: whole or not
 * at all. It asks for orders of every status, because one that was paid and given back has another by now; what was paid
 * of them counts, in the first list that has it.
 */
export const createFetchOrders =
  ({ queries, platform }: Pick<RoomParts, 'queries' | 'platform'>, takeIn: TakeIn): FetchOrders =>
  async ({ day, actor, signal, remember }) => {
    const stop = new AbortController();
    const cancel = platform.after(LONGEST_FETCH_MS, () => stop.abort());
    const days = { from: dayBefore(day, ORDERS_DAYS - 1), to: day };
    try {
      const asked = await pagesOf(queries, days, AbortSignal.any([signal, stop.signal]));
      if (asked.kind !== 'pages') return asked;
      const { pages } = asked;
      return await takeIn({
        ...{ file: inOnePiece(canonical(days, pages)), source: ORDERS_SOURCE, account: null, preview: false },
        ...{ actor, remember },
        opened: { source: ORDERS_SOURCE, side: 'orders', format: 'gateway-orders', told: asOne(gatewayOrders(pages)) },
      });
    } finally {
      cancel();
    }
  };

/** Civil days, both included. */
interface Days {
  readonly from: string;
  readonly to: string;
}

async function pagesOf(
  queries: RoomParts['queries'],
  days: Days,
  signal: AbortSignal,
): Promise<
  | { readonly kind: 'pages'; readonly pages: readonly OrderList[] }
  | Extract<Fetched, { readonly kind: 'not-had' | 'unreadable' }>
> {
  const pages: OrderList[] = [];
  let listed = 0;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const question: OrderListQuestion = { from: beginOf(days.from), to: beginOf(days.to), page };
    const answer = await queries.run(SYSTEM, LIST_ORDERS, question, { signal, patienceMs: PATIENCE_MS });
    if (answer.kind !== 'completed') return { kind: 'not-had', answer };
    const list = answer.result as OrderList;
    pages.push(list);
    listed += list.orders.length;
    // A total that is another by now cannot become right again: the list is refused for it.
    if (list.orders.length === 0 || list.total !== pages[0]?.total || listed >= list.total)
      return { kind: 'pages', pages };
  }
  return { kind: 'unreadable', problems: [problemAt(listed, null, `has more than ${MOST_PAGES} pages`)] };
}

/** The same days with the same orders are the same text, on whatever pages and in whatever order they came. */
function canonical({ from, to }: Days, pages: readonly OrderList[]): Uint8Array {
  const orders = pages
    .flatMap((page) => page.orders)
    .map(({ reference, token, amountVnd, status, createdAt, paidAt, refundedAt }: ListedOrder) =>
      JSON.stringify([token, reference, amountVnd, status, createdAt, paidAt, refundedAt]),
    )
    .sort();
  return utf8([JSON.stringify([ORDERS_SOURCE, from, to]), ...orders].join('\n'));
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
async function* asOne(told: readonly Told[]): AsyncGenerator<readonly Told[]> {
  yield told;
}

/** Epoch milliseconds of its first moment in Vietnam. */
const beginOf = (day: string): number => Date.parse(`${day}T00:00:00+07:00`);
const dayBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
