import { feeReceiptState } from '../../contracts/domain/fee-receipt-state.ts';
import { movedByLines } from '../chronicle/journalled.ts';
import { revealed } from '../crypto/revealed.ts';
import { subjectKeys } from '../crypto/subject-keys.ts';
import { headOf } from '../events/statements.ts';
import { createFiles } from '../files/files.ts';
import { receiptedPayment } from '../payments/receipted.ts';
import { newId } from '../platform.ts';
import type { RoomDefinition, RoomParts } from '../room.ts';
import { sql } from '../store/engine.ts';
import { feeReceiptEvents } from './event-types.ts';
import { howFarBehind } from './follow.ts';
import { createIssuing } from './issuing.ts';
import { type FindFeeReceipt, feeReceiptRoutes } from './routes.ts';
import { RECEIPTS, receiptOperation, UNDER_WAY } from './settled.ts';
import { beginFeed, type FeeReceiptRow, feedPosition, receiptOfPayment } from './statements.ts';
import { feeReceiptSchema, feeReceiptTables } from './tables.ts';
import { treasuryForm } from './treasury-form.ts';

const receipt = movedByLines('fee-receipt:', 'fee_receipt', feeReceiptState.options);

/** Electronic receipts for fees that were paid by a way that makes none: issued once, and kept to what was collected. */
export const feeReceipts: RoomDefinition = {
  name: 'fee-receipts',
  migrations: [feeReceiptSchema],
  journalled: { kinds: [receipt.kind], held: [receipt.held] },
  tables: feeReceiptTables,
  events: Object.values(feeReceiptEvents),
  create: (parts) => {
    const { engine, platform, log } = parts;
    const files = createFiles(parts);
    const isConfigured = parts.systems.get(RECEIPTS)?.adapter !== undefined;
    const settled = receiptOperation(parts);
    return {
      operations: new Map(Object.keys(UNDER_WAY).map((operation) => [`${RECEIPTS}/${operation}`, settled])),
      loops: isConfigured ? [createIssuing(parts, files)] : [],
      routes: feeReceiptRoutes({ find: findOf(parts), read: readOf(parts), files, purposes: parts.purposes }),
      begin: async () => {
        // A process that issues none leaves the cursor to those that do: what is paid meanwhile gets its receipt later.
        if (!isConfigured) return;
        const [feed] = await engine.all<{ position: number }>(feedPosition());
        // Configured for the first time, it issues none for what is long past.
        if (feed === undefined) return void (await engine.batch(beginFeed(await headOf(engine), newId(platform, 't'))));
        const behind = await howFarBehind(engine, Number(feed.position));
        if (behind === undefined) return;
        log.warn('e-receipts are behind the payments: those that wait are seen to from here on', {
          count: behind.count,
          ageMs: Math.max(0, platform.wall() - behind.since),
        });
      },
    };
  },
};

const findOf =
  ({ engine }: Pick<RoomParts, 'engine'>): FindFeeReceipt =>
  async (id) => {
    const [payment] = await engine.all<{ subject: string }>(sql('select p.subject from payment p where p.id = ?1', id));
    if (payment === undefined) return 'not-found';
    if (!(await subjectKeys(engine, [payment.subject])).has(payment.subject)) return 'erased';
    const [row] = await engine.all<FeeReceiptRow>(receiptOfPayment(id));
    return row ?? 'none';
  };

const readOf =
  (parts: Pick<RoomParts, 'engine' | 'vault' | 'platform'>) =>
  async (row: FeeReceiptRow, seenBy: { readonly actor: string; readonly purpose: string }) => {
    const payment = row.amount === 0 ? undefined : await receiptedPayment(parts, row.payment);
    if (payment === undefined) return undefined;
    await parts.engine.batch([revealed(parts.platform, { ref: `fee-receipt:${row.id}`, ...seenBy })]);
    return treasuryForm(payment.order, payment.byTransfer, row.amount);
  };
