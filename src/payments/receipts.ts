import type { ReceiptFile } from '../../contracts/domain/payment.ts';
import { subjectKeys } from '../crypto/subject-keys.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import type { Files } from '../files/files.ts';
import { createLoop, type Loop } from '../loop.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { Refused } from '../routes/problem.ts';
import type { Statement } from '../store/engine.ts';
import { questionOf } from './asking.ts';
import { channelNamed, FETCH_RECEIPT } from './channel.ts';
import { type DueReceipt, dueReceipts, giveUpReceipt, keepReceipt, postponeReceipt } from './receipt-statements.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A receipt waits well: it may be made long after its payment. */
const LOOK_EVERY_MS = 30_000;
const LEASE_MS = 120_000;
/** Fewer than the places of a query's lane: what somebody waits for finds one. */
const AT_ONCE = 2;

/** Waits after each try: 1, 5, 15 and 60 minutes, then every six hours up to three days. */
export const RECEIPT_WAITS_MS: readonly number[] = [
  ...[MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR],
  ...Array<number>(11).fill(6 * HOUR),
];

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'queries' | 'owner' | 'failed' | 'log' | 'wakeWatches'>;

/**
 * Fetches the receipts that are due and keeps them under the payment's subject. A try counts where they were asked: while
 * nothing could be asked, or our own place takes nothing, none is given up.
 */
export function createFetching(parts: Parts, files: Pick<Files, 'keepFile'>): Loop {
  const { engine, platform, log } = parts;
  const failed = parts.failed('receipts could not be fetched');
  const look = () => engine.all<DueReceipt>(dueReceipts(AT_ONCE));
  const write = async (statements: (token: string) => readonly Statement[]): Promise<void> =>
    void (await engine.batch(statements(newId(platform, 't'))));

  async function triedInVain(due: DueReceipt): Promise<void> {
    const waitMs = RECEIPT_WAITS_MS[due.tries];
    if (waitMs !== undefined) return write((token) => postponeReceipt(due, true, waitMs, token));
    await write((token) => giveUpReceipt(due, token));
    log.error('a receipt is given up: it did not come in days', { payment: due.payment });
  }

  async function keep(due: DueReceipt, subject: SubjectKey, pdf: Uint8Array): Promise<void> {
    const token = newId(platform, 't');
    const name = `bien-lai-${due.reference}.pdf`;
    const file = await files.keepFile(
      { subject, name, contentType: 'application/pdf', bytes: pdf, actor: 'receipts' },
      { table: 'payment_receipt', column: 'payment', row: due.payment, token },
    );
    await engine.batch([...keepReceipt(due, file.id, token), ...file.statements]);
  }

  async function fetch(due: DueReceipt, signal: AbortSignal): Promise<void> {
    const subject = (await subjectKeys(engine, [due.subject])).get(due.subject);
    if (subject === undefined) return write((token) => giveUpReceipt(due, token));
    const { system } = channelNamed(due.channel);
    const question = await questionOf(parts, due.reference);
    const answer = await parts.queries.run(system ?? '', FETCH_RECEIPT, question, { signal });
    if (answer.kind === 'completed') return keep(due, subject, (answer.result as ReceiptFile).pdf);
    if (signal.aborted) return;
    if (answer.kind === 'not-configured') return write((token) => postponeReceipt(due, false, HOUR, token));
    if (answer.kind !== 'held') return triedInVain(due);
    const waitMs = Math.max(answer.retryAfterMs ?? 0, MINUTE);
    return write((token) => postponeReceipt(due, false, waitMs, token));
  }

  return createLoop({
    name: 'receipts',
    platform,
    lease: { engine, owner: parts.owner, forMs: LEASE_MS },
    firstAfterMs: LOOK_EVERY_MS,
    turn: async ({ mine, stopping }) => {
      if ((await look()).length === 0 || !(await mine())) return LOOK_EVERY_MS;
      // Seen again: whoever had the lease before may have fetched them.
      const rows = await look();
      const ended = await Promise.allSettled(
        rows.map((due) =>
          fetch(due, stopping).catch((error: unknown) => {
            if (isPlaceSilent(error)) return write((token) => postponeReceipt(due, false, 5 * MINUTE, token));
            failed(error);
            return triedInVain(due);
          }),
        ),
      );
      for (const each of ended) if (each.status === 'rejected') throw each.reason;
      return rows.length === AT_ONCE && !stopping.aborted ? 0 : LOOK_EVERY_MS;
    },
    failed,
  });
}

/** It is told by the files already, and passes. */
const isPlaceSilent = (error: unknown): boolean =>
  error instanceof Refused && error.refusal.problem === 'files-unavailable';
