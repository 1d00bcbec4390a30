import type { ReceiptFile } from '../../contracts/domain/payment.ts';
import type { ReceiptIssued } from '../../contracts/domain/receipt.ts';
import { openJson } from '../crypto/subject-keys.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import type { Files } from '../files/files.ts';
import { RECEIPT_WAITS_MS } from '../payments/receipts.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { keyOf } from './order.ts';
import { RECEIPTS } from './settled.ts';
import { ACTOR, type FeeReceiptRow, keepDocument, postpone } from './statements.ts';
import { RECEIPT, receiptRow } from './tables.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** It did not come in days, and is not asked for any more. */
export const isGivenUp = ({ file, tries }: Pick<FeeReceiptRow, 'file' | 'tries'>): boolean =>
  file === null && tries > RECEIPT_WAITS_MS.length;

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'queries' | 'log'>;

/** Fetches the PDF of an issued receipt and keeps it under the payment's subject. A try counts where they were asked. */
export async function fetchDocument(
  parts: Parts,
  files: Pick<Files, 'keepFile'>,
  row: FeeReceiptRow,
  subject: SubjectKey,
  signal: AbortSignal,
): Promise<void> {
  const { engine, platform, vault } = parts;
  const wait = (waitMs: number | null, asked = false) =>
    engine.batch([postpone(row, { waitMs, asked }, newId(platform, 't'))]);
  const issued = await openJson<ReceiptIssued>(vault, subject, RECEIPT, receiptRow(row.id, row.n), row.receipt);
  if (issued === null) return void (await wait(null));
  const answer = await parts.queries.run(RECEIPTS, 'fetch-receipt-file', issued, { signal });
  if (answer.kind === 'completed') {
    const { pdf } = answer.result as ReceiptFile;
    const token = newId(platform, 't');
    const name = `bien-lai-${keyOf(row.reference, row.n)}.pdf`;
    const file = await files.keepFile(
      { subject, name, contentType: 'application/pdf', bytes: pdf, actor: ACTOR },
      { table: 'fee_receipt', column: 'id', row: row.id, token },
    );
    await engine.batch([...keepDocument(row, file.id, token), ...file.statements]);
    return;
  }
  if (signal.aborted) return;
  if (answer.kind === 'not-configured') return void (await wait(HOUR));
  if (answer.kind === 'held') return void (await wait(Math.max(answer.retryAfterMs ?? 0, MINUTE)));
  await triedInVain(parts, row);
}

/** Waits for the next try, or gives up. */
export async function triedInVain({ engine, platform, log }: Parts, row: FeeReceiptRow): Promise<void> {
  const waitMs = RECEIPT_WAITS_MS[row.tries] ?? null;
  await engine.batch([postpone(row, { waitMs, asked: true }, newId(platform, 't'))]);
  if (waitMs === null)
    log.error('the document of an e-receipt is given up: it did not come in days', { payment: row.payment });
}
