import type { QuestionState, SlipState } from '../../contracts/domain/tax-state.ts';
import type {
  LandTaxAnswer,
  LandTaxAsk,
  LandTaxQuestion,
  SignatureStrength,
} from '../../contracts/domain/transfer-slip.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { raiseFrom } from '../chronicle/raise.ts';
import { sealJson, subjectKeys } from '../crypto/subject-keys.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import { enqueueActs, type SealedAct, sealAct } from '../delivery/acts/queued.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import type { SlipContent } from './contents.ts';
import { taxEvents } from './event-types.ts';
import { LAND_TAX, type SlipRow } from './slip-rows.ts';

export const ASK_TAX = 'ask-tax';
export const FETCH_ANSWER = 'fetch-tax-answer';
const ANSWER = 'tax_question.answer';

export interface QuestionRow {
  readonly id: string;
  readonly slip: string;
  readonly question: LandTaxQuestion;
  readonly exchange: string;
  readonly state: QuestionState;
  readonly code: string | null;
  readonly asked_at: number;
  readonly answered_at: number | null;
  readonly total_due: number | null;
  readonly total_remaining: number | null;
  readonly signature: SignatureStrength | null;
}

const QUESTION =
  'q.id, q.slip, q.question, q.exchange, q.state, q.code, q.asked_at, q.answered_at, q.total_due, q.total_remaining, q.signature';
export const questionsOf = (slip: string): Statement =>
  sql(`select ${QUESTION} from tax_question q where q.slip = ?1 order by q.asked_at, q.id`, slip);

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault'>;

/** A question that is about to be asked. */
export interface NewQuestion {
  readonly id: string;
  readonly question: LandTaxQuestion;
  readonly act: SealedAct;
}

export const newQuestions = (
  parts: Parts,
  slip: SlipRow,
  key: SubjectKey,
  kept: SlipContent,
  questions: readonly LandTaxQuestion[],
): Promise<readonly NewQuestion[]> => Promise.all(questions.map((question) => ask(parts, slip, key, kept, question)));

async function ask(
  parts: Parts,
  slip: SlipRow,
  key: SubjectKey,
  kept: SlipContent,
  question: LandTaxQuestion,
): Promise<NewQuestion> {
  const id = newId(parts.platform, 'ask');
  const input: LandTaxAsk = { id, slipId: slip.id, question, dossierCode: slip.dossier, ...kept };
  const act = await sealAct(parts, {
    ...{ system: LAND_TAX, operation: ASK_TAX, reference: id, input },
    ...{ subject: { ...key, kind: 'tax' }, actor: `system:${LAND_TAX}` },
  });
  return { id, question, act };
}

/** For the commit that stamped their slip: each is sent in the background. */
export const questionsAsked = (slip: string, asks: readonly NewQuestion[], token: string): readonly Statement[] => [
  ...asks.map(({ id, question, act }) =>
    sql(
      `insert into tax_question (id, slip, question, exchange, state, asked_at, written_by)
       select ?3, s.id, ?4, ?5, 'sending', {at}, ?2 from tax_slip s where s.id = ?1 and s.written_by = ?2`,
      ...[slip, token, id, question, act.exchange],
    ),
  ),
  ...(asks.length === 0
    ? []
    : enqueueActs({
        acts: asks.map(({ id, act }) => ({ ...act, stampedRow: id })),
        stampedBy: { table: 'tax_question', column: 'id' },
        token,
      })),
];

/** What became of a question, in the commit whose stamp is `only`. */
export interface QuestionMove {
  readonly id: string;
  readonly slip: string;
  readonly state: QuestionState;
  readonly code: string | null;
  readonly answer: LandTaxAnswer | null;
}

/** SQL: the persons of a slip were erased; nothing more is to be known of it. */
const ERASED = 'exists (select 1 from subject u where u.id = tax_slip.subject and u.salt is null)';

/** A question as it stands now, and its slip, once all its questions have come to an end. */
export async function questionMoved(
  parts: Parts,
  move: QuestionMove,
  only: { readonly table: 'stream' | 'watch'; readonly row: string },
  token: string,
  slip: SlipRow,
): Promise<readonly Statement[]> {
  const { vault, engine } = parts;
  const told = (state: SlipState): string =>
    JSON.stringify(taxEvents.slipAnswered.data.parse({ slip: slip.id, dossierCode: slip.dossier, state }));
  const key = (await subjectKeys(engine, [slip.subject])).get(slip.subject);
  const sealed = await sealJson(vault, key, ANSWER, move.id, move.answer);
  const due = move.answer?.dues.reduce((sum, each) => sum + each.dueVnd, 0) ?? null;
  const remaining = move.answer?.dues.reduce((sum, each) => sum + each.remainingVnd, 0) ?? null;
  return [
    sql(
      `update tax_question set state = ?4, code = ?5, answer = coalesce(?6, answer), total_due = coalesce(cast(?7 as bigint), total_due),
          total_remaining = coalesce(cast(?8 as bigint), total_remaining),
          signature = coalesce(?9, signature), answered_at = case when ?4 = 'answered' then {at} else answered_at end, written_by = ?2
        where id = ?3 and state <> 'answered' and exists (select 1 from ${only.table} g where g.id = ?1 and g.written_by = ?2)`,
      ...[only.row, token, move.id, move.state, move.code, sealed, due, remaining, move.answer?.signature ?? null],
    ),
    sql(
      `update tax_slip set written_by = ?2, state = case when exists (select 1 from tax_question q where q.slip = tax_slip.id and q.state = 'answered') or ${ERASED} then 'answered' else 'refused' end
        where id = ?1 and state = 'awaiting' and exists (select 1 from tax_question q where q.slip = tax_slip.id and q.written_by = ?2)
          and not exists (select 1 from tax_question q where q.slip = tax_slip.id and q.state in ('sending', 'asked', 'uncertain'))
          and (exists (select 1 from tax_question q where q.slip = tax_slip.id and q.state in ('answered', 'refused')) or ${ERASED})`,
      move.slip,
      token,
    ),
    journalLines(
      {
        ...{ id: `'tax-slip:' || q.slip || ':' || ?2 || ':' || q.id`, ref: `'tax-slip:' || q.slip`, actor: '?3' },
        ...{ to: `q.question || ': ' || q.state`, source: 'from tax_question q where q.id = ?1 and q.written_by = ?2' },
      },
      ...[move.id, token, `system:${LAND_TAX}`],
    ),
    journalLines(
      {
        ...{ id: `'tax-slip:' || s.id || ':' || ?2`, ref: `'tax-slip:' || s.id`, from: `'awaiting'`, to: 's.state' },
        ...{ actor: '?3', source: 'from tax_slip s where s.id = ?1 and s.written_by = ?2' },
      },
      ...[move.slip, token, `system:${LAND_TAX}`],
    ),
    raiseFrom(
      taxEvents.slipAnswered,
      {
        ...{ id: '?3', system: `'${LAND_TAX}'`, ref: 's.dossier' },
        data: `case when s.state = 'answered' then ?4 else ?5 end`,
        source: 'from tax_slip s where s.id = ?1 and s.written_by = ?2',
      },
      ...[move.slip, token, newId(parts.platform, 'evt'), told('answered'), told('refused')],
    ),
  ];
}
