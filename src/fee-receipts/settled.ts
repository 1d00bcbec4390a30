import type { FeeReceiptState } from '../../contracts/domain/fee-receipt-state.ts';
import type { ReceiptIssued } from '../../contracts/domain/receipt.ts';
import { actOperation } from '../delivery/acts/sealed-input.ts';
import { type RoomOperation, type SettledExchange, whereStamped } from '../delivery/operations.ts';
import { NEVER_ARRIVED } from '../delivery/rules/question.ts';
import { clearCode } from '../payments/clear-words.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { type Ended, stepEnded } from './issued.ts';
import { type ActRow, actsBy, type FeeReceiptRow, type Operation, receiptsById } from './statements.ts';

export const RECEIPTS = 'receipts';
/** Steps that never arrived are begun anew so many times. */
const BEGUN_AT_MOST = 5;
const AGAIN_AFTER_MS = 60_000;

export const UNDER_WAY: Readonly<Record<Operation, FeeReceiptState>> = {
  'issue-receipt': 'issuing',
  'replace-receipt': 'replacing',
  'cancel-receipt': 'cancelling',
};

/** What the end of a step means for the receipt that it is of. */
export const receiptOperation = (parts: Pick<RoomParts, 'engine' | 'platform' | 'vault'>): RoomOperation =>
  actOperation(parts, async (settled, token) => {
    const { engine } = parts;
    const acts = await engine.all<ActRow>(
      actsBy(
        'reference',
        settled.map(({ key }) => key),
      ),
    );
    const ids = acts.map(({ receipt }) => receipt);
    const rows = new Map((await engine.all<FeeReceiptRow>(receiptsById(ids))).map((row) => [row.id, row]));
    const begun = Map.groupBy(await engine.all<ActRow>(actsBy('receipt', [...rows.keys()])), ({ receipt }) => receipt);
    const statements: Statement[] = [];
    for (const each of settled) {
      const act = acts.find(({ reference }) => reference === each.key);
      const row = rows.get(act?.receipt ?? '');
      if (act === undefined || row === undefined) continue;
      const before = (begun.get(row.id) ?? []).filter(({ operation, n }) => operation === act.operation && n === act.n);
      statements.push(
        sql(
          `update fee_receipt_act set state = ?4, written_by = ?2 where reference = ?3 and ${whereStamped('stream')}`,
          ...[each.stream, token, act.reference, each.state],
        ),
        ...(await stepEnded(
          parts,
          { row, act, ...endOf(each, act, before.length), actor: `system:${RECEIPTS}` },
          each.stream,
          token,
        )),
      );
    }
    return {
      statements,
      tookHold: { table: 'fee_receipt_act', column: 'reference', rowOf: ({ key }) => key },
    };
  });

type End = Pick<Ended, 'state' | 'receipt' | 'code' | 'open' | 'waitMs'>;

function endOf({ state, cause, outcome }: SettledExchange, { operation }: ActRow, begun: number): End {
  switch (state) {
    case 'delivered':
      if (operation === 'cancel-receipt') return { state: 'cancelled', waitMs: 0 };
      // Without their word a person stated it, and nobody has its number: they are asked by its key.
      if (outcome?.kind !== 'completed') return { state: 'uncertain', open: true, waitMs: 0 };
      return { state: 'issued', receipt: outcome.result as ReceiptIssued, waitMs: 0 };
    case 'rejected':
      return { state: 'refused', code: outcome?.kind === 'rejected' ? clearCode(outcome.code) : null };
    case 'cancelled':
      if (cause !== NEVER_ARRIVED || begun >= BEGUN_AT_MOST) return { state: 'refused', code: cause };
      return { state: operation === 'issue-receipt' ? 'due' : 'issued', waitMs: AGAIN_AFTER_MS };
    case 'uncertain':
    case 'dead':
      return { state: 'uncertain', open: true };
    default:
      return { state: UNDER_WAY[operation], open: true };
  }
}
