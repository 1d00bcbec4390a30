import type { FeeReceiptState } from '../../contracts/domain/fee-receipt-state.ts';
import type { ReceiptIssued } from '../../contracts/domain/receipt.ts';
import { type Happening, happened, raise } from '../chronicle/raise.ts';
import { sealJson, subjectKeys } from '../crypto/subject-keys.ts';
import { clearId } from '../payments/clear-words.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { feeReceiptEvents } from './event-types.ts';
import { keyOf } from './order.ts';
import { type ActRow, type FeeReceiptRow, lineOf } from './statements.ts';
import { RECEIPT, receiptRow } from './tables.ts';

/** How a step ended. */
export interface Ended {
  readonly row: FeeReceiptRow;
  readonly act: ActRow;
  readonly state: FeeReceiptState;
  /** Of one that was issued. */
  readonly receipt?: ReceiptIssued;
  /** Their code, where they said no. */
  readonly code?: string | null;
  /** It goes on by itself: whatever is said of the act later counts. */
  readonly open?: true;
  /** Until it is looked at again, milliseconds; undefined: not before something happens. */
  readonly waitMs?: number;
  readonly actor: string;
}

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault'>;

/**
 * A receipt as it stands after the step that is under way for it; a step that came to an end before changes nothing.
 * `stream`: by whose stamp the commit depends; null where it depends on none.
 */
export async function stepEnded(
  { engine, platform, vault }: Parts,
  { row, act, state, receipt, code = null, open, waitMs, actor }: Ended,
  stream: string | null,
  token: string,
): Promise<Statement[]> {
  const subject = (await subjectKeys(engine, [row.subject])).get(row.subject);
  const sealed = await sealJson(vault, subject, RECEIPT, receiptRow(row.id, act.n), receipt);
  const [number, form, series] = await Promise.all(
    [receipt?.number, receipt?.form, receipt?.series].map((text) => (text === undefined ? null : clearId(vault, text))),
  );
  const amount = receipt !== undefined ? act.amount : state === 'cancelled' ? 0 : null;
  const type = receipt !== undefined ? feeReceiptEvents.issued : feeReceiptEvents.cancelled;
  const told = happened(platform, type, {
    ...{ system: 'receipts', ref: row.dossier },
    data: {
      ...{ feeReceipt: row.id, payment: row.payment, dossierCode: row.dossier, key: keyOf(row.reference, act.n) },
      ...{ number: number ?? row.number ?? '', amountVnd: amount ?? 0 },
    },
  });
  const events: readonly (Happening & { readonly receipt: string })[] = [{ ...told, receipt: row.id }];
  return [
    sql(
      `update fee_receipt set state = ?4, act = case when cast(?5 as bigint) = 1 then act else null end, code = ?6,
          due_at = case when cast(?7 as bigint) is null and due_at is not null then due_at else {now} + cast(?7 as bigint) end,
          amount = coalesce(cast(?8 as bigint), amount), version = version + 1, written_by = ?2
        where id = ?1 and act = ?3 and (?9 = '' or exists (select 1 from stream g where g.id = ?9 and g.written_by = ?2))`,
      ...[row.id, token, act.reference, state, open ? 1 : 0, code, waitMs ?? null, amount, stream ?? ''],
    ),
    ...(receipt === undefined
      ? []
      : [
          sql(
            `update fee_receipt set n = cast(?3 as bigint), number = ?4, form = ?5, series = ?6, receipt = ?7, issued_at = {at}, file = null, tries = 0
              where id = ?1 and written_by = ?2`,
            ...[row.id, token, act.n, number ?? null, form ?? null, series ?? null, sealed],
          ),
        ]),
    ...(state === row.state ? [] : [lineOf(row, state, actor, token)]),
    ...(amount === null
      ? []
      : [raise(events, `join fee_receipt r on r.id = v.value->>'receipt' and r.written_by = ?2`, token)]),
  ];
}
