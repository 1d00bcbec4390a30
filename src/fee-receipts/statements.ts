import type { FeeReceiptState } from '../../contracts/domain/fee-receipt-state.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { commands, type Statement, sql } from '../store/engine.ts';

export interface FeeReceiptRow {
  readonly id: string;
  readonly payment: string;
  readonly dossier: string;
  /** The payment's. */
  readonly reference: string;
  readonly subject: string;
  readonly state: FeeReceiptState;
  /** How many receipts were issued: the number of the one that stands. */
  readonly n: number;
  /** What that one says, whole đồng; 0 while none stands. */
  readonly amount: number;
  /** The reference of the act under way; null while there is none. */
  readonly act: string | null;
  readonly code: string | null;
  readonly number: string | null;
  readonly form: string | null;
  readonly series: string | null;
  readonly paid_at: number;
  readonly issued_at: number | null;
  /** `ReceiptIssued` of the last that was issued, sealed. */
  readonly receipt: string | null;
  /** Its kept PDF. */
  readonly file: string | null;
  /** When something is to be done about it, steady ms; null: nothing. */
  readonly due_at: number | null;
  /** How often its PDF was asked for. */
  readonly tries: number;
  readonly version: number;
  /** Steady now, where it was read. */
  readonly now: number;
}
export type Operation = 'issue-receipt' | 'replace-receipt' | 'cancel-receipt';
export interface ActRow {
  readonly reference: string;
  readonly receipt: string;
  readonly operation: Operation;
  /** Of the receipt that it makes, or cancels. */
  readonly n: number;
  readonly amount: number;
}

const RECEIPT = `r.id, r.payment, r.dossier, r.reference, r.subject, r.state, r.n, r.amount, r.act, r.code, r.number, r.form, r.series, r.paid_at,
  r.issued_at, r.receipt, r.file, r.due_at, r.tries, r.version, {now} as now`;

export const receiptOfPayment = (payment: string): Statement =>
  sql(`select ${RECEIPT} from fee_receipt r where r.payment = ?1`, payment);

/** The longest due first; what an act is under way for waits for its end. */
export const dueReceipts = (limit: number): Statement =>
  sql(
    `select ${RECEIPT} from fee_receipt r where r.due_at is not null and r.due_at <= {now} and (r.act is null or r.state = 'uncertain')
      order by r.due_at, r.id limit cast(?1 as bigint)`,
    limit,
  );

export const actsBy = (column: 'reference' | 'receipt', values: readonly string[]): Statement =>
  sql(
    `select a.reference, a.receipt, a.operation, a.n, a.amount from json_each(?1) v join fee_receipt_act a on a.${column} = v.value->>'is'`,
    commands(values.map((is) => ({ is }))),
  );
export const receiptsById = (ids: readonly string[]): Statement =>
  sql(
    `select ${RECEIPT} from json_each(?1) v join fee_receipt r on r.id = v.value->>'is'`,
    commands([...new Set(ids)].map((is) => ({ is }))),
  );

const FEED = 'payments';
export const feedPosition = (): Statement => sql('select f.position from fee_receipt_feed f where f.name = ?1', FEED);

/**
 * From here on the feed is followed, unless it is already. What stands, or may stand, is judged anew, whatever became of its
 * last step: what was told of its payment before is passed over.
 */
export const beginFeed = (head: number, token: string): Statement[] => [
  sql(
    'insert into fee_receipt_feed (name, position, written_by) values (?1, cast(?2 as bigint), ?3) on conflict (name) do nothing',
    ...[FEED, head, token],
  ),
  sql(
    `update fee_receipt set due_at = {now}, version = version + 1
      where (amount > 0 or state = 'uncertain') and exists (select 1 from fee_receipt_feed f where f.name = ?1 and f.written_by = ?2)`,
    FEED,
    token,
  ),
];

/** A payment that money came for, or went back from. */
export interface MovedPayment {
  readonly id: string;
  readonly payment: string;
  /** When it was told, epoch milliseconds. */
  readonly at: number;
}

/** Moves on over the position that was read, with what the events between mean: new receipts are due, others are judged anew. */
export const followFeed = (
  { from, to }: { readonly from: number; readonly to: number },
  moved: readonly MovedPayment[],
  channels: readonly string[],
  token: string,
): Statement[] => [
  sql(
    'update fee_receipt_feed set position = cast(?2 as bigint), written_by = ?3 where name = ?1 and position = cast(?4 as bigint)',
    ...[FEED, to, token, from],
  ),
  ...(moved.length === 0 ? [] : fallDue(commands(moved), commands(channels.map((is) => ({ is }))), token)),
];

const fallDue = (moved: string, channels: string, token: string): Statement[] => [
  sql(
    `update fee_receipt set due_at = {now}, version = fee_receipt.version + 1 from json_each(?1) v
      where fee_receipt.payment = v.value->>'payment' and exists (select 1 from fee_receipt_feed f where f.name = ?3 and f.written_by = ?2)`,
    ...[moved, token, FEED],
  ),
  sql(
    `insert into fee_receipt (id, payment, dossier, reference, subject, state, n, amount, paid_at, due_at, tries, version, written_by)
     select v.value->>'id', p.id, p.dossier, p.reference, p.subject, 'due', 0, 0, cast(v.value->>'at' as bigint), {now}, 0, 1, ?2
       from json_each(?1) v join payment p on p.id = v.value->>'payment' and p.state in ('paid', 'partly-refunded')
       join json_each(?4) c on c.value->>'is' = p.channel join fee_receipt_feed f on f.name = ?3 and f.written_by = ?2 where true
     on conflict (payment) do nothing`,
    ...[moved, token, FEED, channels],
  ),
  journalLines(
    {
      ...{ id: `'fee-receipt:' || r.id || ':' || ?2`, ref: `'fee-receipt:' || r.id`, to: 'r.state', actor: '?3' },
      source: `from json_each(?1) v join fee_receipt r on r.id = v.value->>'id' and r.written_by = ?2`,
    },
    ...[moved, token, ACTOR],
  ),
];

export const ACTOR = 'fee-receipts';

/** It goes from one state to another, over the version that it was judged by. `act`: what begins with it. */
export const move = (
  row: Pick<FeeReceiptRow, 'id' | 'version' | 'state'>,
  to: { readonly state: FeeReceiptState; readonly act: string | null },
  token: string,
): Statement[] => [
  sql(
    `update fee_receipt set state = ?3, act = ?4, due_at = null, code = null, version = version + 1, written_by = ?2
      where id = ?1 and version = cast(?5 as bigint)`,
    ...[row.id, token, to.state, to.act, row.version],
  ),
  ...(row.state === to.state ? [] : [lineOf(row, to.state, ACTOR, token)]),
];

export const insertAct = (act: ActRow, exchange: string, token: string): Statement =>
  sql(
    `insert into fee_receipt_act (reference, receipt, operation, n, amount, exchange, state, written_by)
     select ?3, r.id, ?4, cast(?5 as bigint), cast(?6 as bigint), ?7, 'sending', ?2 from fee_receipt r where r.id = ?1 and r.written_by = ?2`,
    ...[act.receipt, token, act.reference, act.operation, act.n, act.amount, exchange],
  );

export const lineOf = (
  row: Pick<FeeReceiptRow, 'id' | 'state'>,
  to: FeeReceiptState,
  actor: string,
  token: string,
): Statement =>
  journalLines(
    {
      ...{ id: `'fee-receipt:' || r.id || ':' || ?2`, ref: `'fee-receipt:' || r.id`, from: '?3', to: '?4' },
      ...{ actor: '?5', source: 'from fee_receipt r where r.id = ?1 and r.written_by = ?2' },
    },
    ...[row.id, token, row.state, to, actor],
  );

type Seen = Pick<FeeReceiptRow, 'id' | 'version'>;

/** Looked at again later; null: not before something happens. `asked`: its PDF was, and it counts as a try. */
export const postpone = (
  { id, version }: Seen,
  { waitMs, asked = false }: { readonly waitMs: number | null; readonly asked?: boolean },
  token: string,
): Statement =>
  sql(
    `update fee_receipt set due_at = {now} + cast(?3 as bigint), tries = tries + cast(?4 as bigint), version = version + 1, written_by = ?2
      where id = ?1 and version = cast(?5 as bigint)`,
    ...[id, token, waitMs === null ? null : Math.ceil(waitMs), asked ? 1 : 0, version],
  );

/** Over what was seen: where somebody else kept it meanwhile, another took its place or its payer was erased, nothing is kept. */
export const keepDocument = ({ id, version }: Seen, file: string, token: string): Statement[] => [
  sql(
    `update fee_receipt set file = ?3, due_at = null, version = version + 1, written_by = ?2
      where id = ?1 and version = cast(?4 as bigint) and file is null
        and not exists (select 1 from subject u where u.id = fee_receipt.subject and u.salt is null)`,
    ...[id, token, file, version],
  ),
  journalLines(
    {
      ...{ id: `'fee-receipt:' || r.id || ':' || ?2`, ref: `'fee-receipt:' || r.id`, to: `'document: kept'` },
      ...{ actor: '?3', source: 'from fee_receipt r where r.id = ?1 and r.written_by = ?2' },
    },
    ...[id, token, ACTOR],
  ),
];
