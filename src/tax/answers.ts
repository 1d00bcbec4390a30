import type { QuestionState, SlipState } from '../../contracts/domain/tax-state.ts';
import type { LandTaxAnswer } from '../../contracts/domain/transfer-slip.ts';
import { actOperation } from '../delivery/acts/sealed-input.ts';
import type { Judged } from '../delivery/judged.ts';
import type { RoomOperation, SettledExchange } from '../delivery/operations.ts';
import type { RoomWatch, WatchAnswer } from '../delivery/watches/watches.ts';
import { clearCode } from '../payments/clear-words.ts';
import type { RoomParts } from '../room.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import type { LayDues } from './change.ts';
import { type QuestionMove, type QuestionRow, questionMoved } from './questions.ts';
import { LAND_TAX, type SlipRow, slipById } from './slip-rows.ts';
import { slipSettled } from './slips.ts';

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault'>;

/** How a slip stands once it was sent: what nobody can tell stays a person's. */
function slipStateOf({ state }: SettledExchange): SlipState {
  if (state === 'delivered') return 'awaiting';
  if (state === 'rejected' || state === 'cancelled') return 'refused';
  return state === 'uncertain' || state === 'dead' ? 'uncertain' : 'sending';
}

const codeIn = ({ outcome }: SettledExchange): string | null =>
  outcome?.kind === 'rejected' ? clearCode(outcome.code) : null;

/** A slip that settled is followed by its questions. */
export const slipOperation = (parts: Parts): RoomOperation =>
  actOperation(parts, async (settled, token) => ({
    statements: (
      await Promise.all(
        settled.map((each) =>
          slipSettled(
            parts,
            { id: each.key, stream: each.stream, state: slipStateOf(each), code: codeIn(each) },
            token,
          ),
        ),
      )
    ).flat(),
    tookHold: { table: 'tax_slip', column: 'id', rowOf: ({ key }) => key },
  }));

function questionStateOf({ state, outcome }: SettledExchange): QuestionState {
  if (state === 'delivered') return outcome?.kind === 'accepted' ? 'asked' : 'unanswered';
  if (state === 'rejected') return 'refused';
  if (state === 'cancelled' || state === 'dead') return 'unanswered';
  return state === 'uncertain' ? 'uncertain' : 'sending';
}

interface Asked extends QuestionRow {
  readonly row: SlipRow;
}

/** Questions with their slips, by one of their columns. */
async function asked(
  engine: Parts['engine'],
  column: 'id' | 'exchange',
  values: readonly (string | null)[],
): Promise<ReadonlyMap<string, Asked>> {
  const rows = await engine.all<QuestionRow & { by: string }>(
    sql(
      `select q.${column} as by, q.id, q.slip, q.question, q.exchange, q.state, q.code, q.asked_at, q.answered_at, q.total_due, q.total_remaining, q.signature
         from json_each(?1) v join tax_question q on q.${column} = v.value->>'is'`,
      commands(values.flatMap((is) => (is === null ? [] : [{ is }]))),
    ),
  );
  const found = new Map<string, Asked>();
  for (const { by, ...row } of rows) {
    const [slip] = await engine.all<SlipRow>(slipById(row.slip));
    if (slip !== undefined) found.set(by, { ...row, row: slip });
  }
  return found;
}

/** A question that was taken is asked after until its answer is complete. */
export const questionOperation = (parts: Parts): RoomOperation =>
  actOperation(parts, async (settled, token) => {
    const questions = await asked(
      parts.engine,
      'id',
      settled.map(({ key }) => key),
    );
    const statements = await Promise.all(
      settled.map((each) => {
        const question = questions.get(each.key);
        if (question === undefined) return [];
        const move = {
          ...{ id: question.id, slip: question.slip, state: questionStateOf(each), code: codeIn(each) },
          answer: null,
        };
        return questionMoved(parts, move, { table: 'stream', row: each.stream }, token, question.row);
      }),
    );
    return {
      statements: statements.flat(),
      tookHold: { table: 'tax_question', column: 'id', rowOf: ({ key }) => key },
    };
  });

/** An answer whose time is over, and which had to wait for another one of its dossier, is asked for within this. */
const ASKED_ONCE_MORE_MS = 3_600_000;

/** Their complete answers, and their "no". Whatever else they say they are asked again. */
export const answerWatch = (parts: Parts, lay: LayDues): RoomWatch => ({
  async answered(answers, token) {
    const questions = await asked(
      parts.engine,
      'exchange',
      answers.map(({ exchange }) => exchange),
    );
    const closed = new Set<string>();
    const statements: Statement[] = [];
    const judgedBy = new Map<string, readonly Judged[]>();
    const prolonged = new Map<string, number>();
    const laidOver = new Set<string>();
    for (const each of answers) {
      const question = questions.get(each.exchange ?? '');
      const move = question && moveOf(question, each);
      if (question === undefined || move === undefined) continue;
      const { dossier } = question.row;
      const brings = move.answer !== null && question.question === 'notice';
      // Dues are judged by what stood before this turn: a second notice of the dossier would not see those of the first.
      if (brings && laidOver.has(dossier)) {
        if (each.last) prolonged.set(each.watch, ASKED_ONCE_MORE_MS);
        continue;
      }
      const only = { table: 'watch', row: each.watch } as const;
      closed.add(each.watch);
      statements.push(...(await questionMoved(parts, move, only, token, question.row)));
      if (move.answer === null || !brings) continue;
      laidOver.add(dossier);
      const laid = await lay({
        dues: [{ dossier, dues: move.answer.dues, deferred: question.row.defer_debt === 1 }],
        ...{ proofs: [], by: question.id, only, actor: `system:${LAND_TAX}`, system: LAND_TAX },
      });
      statements.push(...laid.statements(token));
      judgedBy.set(each.watch, laid.judgedBy);
    }
    return { closed, statements, judgedBy, prolonged };
  },
  async unanswered(watches, token) {
    const questions = await asked(
      parts.engine,
      'exchange',
      watches.map(({ exchange }) => exchange),
    );
    const statements = await Promise.all(
      watches.map(({ watch, exchange }) => {
        const question = questions.get(exchange ?? '');
        if (question === undefined) return [];
        const move = { id: question.id, slip: question.slip, state: 'unanswered', code: null, answer: null } as const;
        return questionMoved(parts, move, { table: 'watch', row: watch }, token, question.row);
      }),
    );
    return statements.flat();
  },
});

function moveOf({ id, slip }: Asked, { outcome }: WatchAnswer): QuestionMove | undefined {
  if (outcome.kind === 'completed')
    return { id, slip, state: 'answered', code: null, answer: outcome.result as LandTaxAnswer };
  if (outcome.kind === 'rejected') return { id, slip, state: 'refused', code: clearCode(outcome.code), answer: null };
  return undefined;
}
