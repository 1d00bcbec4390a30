import type { Step } from '../../contracts/domain/dossier.ts';
import {
  type AppendedCommand,
  type BatchOutcome,
  type CallContext,
  completed,
  rejected,
  type SendOutcome,
} from '../adapter.ts';
import { divide, outcomeOf } from './items.ts';
import { commandPolicy } from './policy.ts';
import { type Portal, refusal } from './portal.ts';
import { progressRow } from './record.ts';
import { PROGRESS_ROWS, type ProgressRow, service } from './wire.ts';

export interface SyncProgressInput {
  readonly code: string;
  /** One to ten steps, in order. */
  readonly steps: readonly Step[];
}

/** `CapNhatTienDoHoSoMC`: who did what when, for dossiers that the nation already shows (WIRE.md 1.5). */
export function syncProgress(portal: Portal): AppendedCommand<SyncProgressInput> {
  return {
    kind: 'appended',
    name: 'sync-progress',
    recovery: {
      kind: 'repeatable',
      why: 'A row is known by its time, status and unit: the same one twice is one row.',
    },
    policy: commandPolicy,
    batch: { key: () => 'progress', weight: (input) => input.steps.length, maximumWeight: PROGRESS_ROWS },
    run: (inputs, context) => deliver(portal, inputs, context),
  };
}

async function deliver(
  portal: Portal,
  inputs: readonly SyncProgressInput[],
  context: CallContext,
): Promise<BatchOutcome> {
  const rows = inputs.flatMap((input) => input.steps.map((step) => progressRow(input.code, step)));
  if (rows.length > PROGRESS_ROWS) {
    const tooMany = rejected('too-many-rows', `a call carries at most ${PROGRESS_ROWS} progress rows`, ['/steps']);
    return { kind: 'itemised', outcomes: inputs.map(() => tooMany) };
  }
  if (rows.length === 0) return { kind: 'itemised', outcomes: inputs.map(() => completed({ rows: 0 })) };

  const answer = await portal.call(context, service.syncProgress, { data: rows });
  if (answer.kind !== 'answered') return { kind: 'undivided', outcome: answer };
  const verdicts = divide(
    answer,
    inputs.map((input) => input.code),
  );
  if (!verdicts) return { kind: 'undivided', outcome: refusal(answer) };

  const outcomes: SendOutcome[] = [];
  for (const [index, input] of inputs.entries()) {
    const verdict = verdicts[index];
    if (verdict?.verdict === 'exists' && rows.length > 1) outcomes.push(await rowByRow(portal, input, context));
    else outcomes.push(outcomeOf(verdict, { rows: input.steps.length }));
  }
  return { kind: 'itemised', outcomes };
}

/**
 * They have one of the rows and do not say which, or whether they took the others: each goes alone, in order, until
 * one is refused. A row that they have already is delivered. Where the call's time ends in between, the rest goes with
 * the next try, in which those that were taken count as there.
 */
async function rowByRow(portal: Portal, input: SyncProgressInput, context: CallContext): Promise<SendOutcome> {
  for (const step of input.steps) {
    const row: ProgressRow = progressRow(input.code, step);
    const answer = await portal.call(context, service.syncProgress, { data: [row] });
    if (answer.kind !== 'answered') return answer;
    const outcome = outcomeOf(divide(answer, [input.code])?.[0], { rows: 1 });
    if (outcome.kind !== 'completed') return outcome;
  }
  return completed({ rows: input.steps.length });
}
