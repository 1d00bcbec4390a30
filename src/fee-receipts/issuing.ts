import type { ReceiptWord } from '../../contracts/domain/receipt.ts';
import type { Files } from '../files/files.ts';
import { createLoop, type Loop } from '../loop.ts';
import { receiptedPayment } from '../payments/receipted.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { Refused } from '../routes/problem.ts';
import { fetchDocument, isGivenUp, triedInVain } from './document.ts';
import { createFollowing } from './follow.ts';
import { stepEnded } from './issued.ts';
import { keyOf } from './order.ts';
import { RECEIPTS } from './settled.ts';
import { ACTOR, type ActRow, actsBy, dueReceipts, type FeeReceiptRow, move, postpone } from './statements.ts';
import { beginStep, nextOperation } from './steps.ts';

const IDLE_MS = 1_000;
const LEASE_MS = 120_000;
const AT_ONCE = 20;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Parts = Pick<
  RoomParts,
  'engine' | 'platform' | 'vault' | 'queries' | 'owner' | 'failed' | 'log' | 'wake' | 'fileStore'
>;

/**
 * Follows the feed of events, and does what is due for each receipt: what was collected is read as it stands then, so that
 * events that came late, twice or in one go lead to the same. One step of a receipt is under way at a time.
 */
export function createIssuing(parts: Parts, files: Pick<Files, 'keepFile'>): Loop {
  const { engine, platform } = parts;
  const following = createFollowing(parts);
  const failed = parts.failed('e-receipts for fees could not be seen to');
  const due = () => engine.all<FeeReceiptRow>(dueReceipts(AT_ONCE));
  const wait = async (row: FeeReceiptRow, waitMs: number | null): Promise<void> =>
    void (await engine.batch([postpone(row, { waitMs }, newId(platform, 't'))]));

  async function seeTo(row: FeeReceiptRow, signal: AbortSignal): Promise<void> {
    if (row.state === 'uncertain') return askAfter(row, signal);
    const payment = await receiptedPayment(parts, row.payment);
    if (payment === undefined) return wait(row, null);
    const { collectedVnd } = payment;
    if (collectedVnd === null) return wait(row, HOUR);
    const operation = nextOperation(row, collectedVnd);
    if (operation !== undefined) return beginStep(parts, row, payment, operation, collectedVnd);
    // The money went back before anything was issued.
    if (row.state === 'due')
      return void (await engine.batch(move(row, { state: 'cancelled', act: null }, newId(platform, 't'))));
    if (row.state !== 'issued' || row.file !== null || isGivenUp(row) || parts.fileStore === undefined)
      return wait(row, null);
    await fetchDocument(parts, files, row, payment.subject, signal).catch((error: unknown) => {
      // What is silent is told by the files already, and passes.
      if (isPlaceSilent(error)) return wait(row, 5 * MINUTE);
      failed(error);
      return triedInVain(parts, row);
    });
  }

  /** A person stated that it was issued, or something else came about while nobody could tell: they are asked by the key. */
  async function askAfter(row: FeeReceiptRow, signal: AbortSignal): Promise<void> {
    const [act] = await engine.all<ActRow>(actsBy('reference', [row.act ?? '']));
    if (act === undefined || act.operation === 'cancel-receipt') return wait(row, null);
    const answer = await parts.queries.run(RECEIPTS, 'ask-receipt', { key: keyOf(row.reference, act.n) }, { signal });
    const receipt = answer.kind === 'completed' ? (answer.result as ReceiptWord).receipt : null;
    if (receipt === null) return wait(row, HOUR);
    const ended = { row, act, receipt, state: 'issued' as const, waitMs: 0, actor: ACTOR };
    const token = newId(platform, 't');
    await engine.batch(await stepEnded(parts, ended, null, token));
  }

  return createLoop({
    name: 'fee-receipts',
    platform,
    lease: { engine, owner: parts.owner, forMs: LEASE_MS },
    turn: async ({ mine, stopping }) => {
      const nothing = !(await following.isBehind()) && (await due()).length === 0;
      if (nothing || !(await mine())) return IDLE_MS;
      const more = await following.step();
      const rows = await due();
      for (const row of rows) {
        if (stopping.aborted || !(await mine())) return IDLE_MS;
        await seeTo(row, stopping).catch(async (error: unknown) => {
          failed(error);
          await wait(row, MINUTE);
        });
      }
      return more || rows.length === AT_ONCE ? 0 : IDLE_MS;
    },
    failed,
  });
}

const isPlaceSilent = (error: unknown): boolean =>
  error instanceof Refused && error.refusal.problem === 'files-unavailable';
