import type {
  ReceiptIssued,
  ReceiptToCancel,
  ReceiptToIssue,
  ReceiptToReplace,
} from '../../contracts/domain/receipt.ts';
import { openJson } from '../crypto/subject-keys.ts';
import { enqueueActs, sealAct } from '../delivery/acts/queued.ts';
import type { ReceiptedPayment } from '../payments/receipted.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { keyOf, receiptToCancel, receiptToIssue } from './order.ts';
import { RECEIPTS, UNDER_WAY } from './settled.ts';
import { ACTOR, type ActRow, actsBy, type FeeReceiptRow, insertAct, move, type Operation } from './statements.ts';
import { RECEIPT, receiptRow } from './tables.ts';

/** What leads from the receipt that stands to one that says what was collected; undefined: they agree. */
export function nextOperation({ amount }: FeeReceiptRow, collectedVnd: number): Operation | undefined {
  if (amount === collectedVnd) return undefined;
  if (amount === 0) return 'issue-receipt';
  return collectedVnd === 0 ? 'cancel-receipt' : 'replace-receipt';
}

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'wake'>;

/**
 * Begins a step for a receipt, in one commit with its act, over the version that it was judged by. What is sent is fixed
 * here: a step that never arrived is begun anew under another reference, and under the same key of a receipt.
 */
export async function beginStep(
  parts: Parts,
  row: FeeReceiptRow,
  payment: ReceiptedPayment,
  operation: Operation,
  collectedVnd: number,
): Promise<void> {
  const { engine, platform, vault } = parts;
  const n = operation === 'cancel-receipt' ? row.n : row.n + 1;
  const former = await openJson<ReceiptIssued>(vault, payment.subject, RECEIPT, receiptRow(row.id, row.n), row.receipt);
  const input = inputOf(operation, former, {
    by: receiptToIssue(row, payment, n, collectedVnd),
    cancel: (of) => receiptToCancel(row, of, platform.wall()),
  });
  const begun = (await engine.all<ActRow>(actsBy('receipt', [row.id]))).filter(
    (act) => act.operation === operation && act.n === n,
  );
  const again = begun.length === 0 ? '' : `.${begun.length + 1}`;
  const reference = `${keyOf(row.reference, n)}${operation === 'cancel-receipt' ? '-HUY' : ''}${again}`;
  const act = await sealAct(parts, {
    ...{ system: RECEIPTS, operation, reference, input, actor: ACTOR },
    subject: { ...payment.subject, kind: 'payment' },
  });
  const token = newId(platform, 't');
  await engine.batch([
    ...move(row, { state: UNDER_WAY[operation], act: reference }, token),
    insertAct({ reference, receipt: row.id, operation, n, amount: collectedVnd }, act.exchange, token),
    ...enqueueActs({
      acts: [{ ...act, stampedRow: row.id }],
      stampedBy: { table: 'fee_receipt', column: 'id' },
      token,
    }),
  ]);
  parts.wake(`${RECEIPTS}/command`);
}

function inputOf(
  operation: Operation,
  former: ReceiptIssued | null,
  { by, cancel }: { readonly by: ReceiptToIssue; readonly cancel: (of: ReceiptIssued) => ReceiptToCancel },
): ReceiptToIssue | ReceiptToCancel | ReceiptToReplace {
  if (operation === 'issue-receipt') return by;
  if (former === null) throw new Error('a receipt that stands has a number');
  return operation === 'cancel-receipt' ? cancel(former) : { ...cancel(former), by };
}
