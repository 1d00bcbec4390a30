import type { QuestionState, SlipState } from '../../contracts/domain/tax-state.ts';
import type {
  LandTaxAnswer,
  LandTaxAsk,
  LandTaxQuestion,
  SignatureStrength,
  TransferSlip,
} from '../../contracts/domain/transfer-slip.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { raiseFrom } from '../chronicle/raise.ts';
import { openJson, sealJson, subjectKeys } from '../crypto/subject-keys.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import { enqueueActs, sealAct } from '../delivery/acts/queued.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import type { Stamped } from '../routes/route.ts';
import { type Statement, sql } from '../store/engine.ts';
import { taxEvents } from './event-types.ts';
import { headsFor } from './heads.ts';

export const LAND_TAX = 'land-tax';
export const SEND_SLIP = 'send-slip';
export const ASK_TAX = 'ask-tax';
export const FETCH_ANSWER = 'fetch-tax-answer';

/** What is asked once a slip was taken (WIRE-2.md 3.4a): the notice, and the sum that is owed. */
const ASKED_AFTER_A_SLIP: readonly LandTaxQuestion[] = ['notice', 'obligation'];

/** What is sealed of a slip: by it the questions after it are asked. */
type SlipContent = Pick<TransferSlip, 'certificateNumber' | 'slipNumber'>;
const SLIP_CONTENT = 'tax_slip.content';
export const ANSWER = 'tax_question.answer';

export interface SlipRow {
  readonly id: string;
  readonly dossier: string;
  readonly subject: string;
  readonly occasion: TransferSlip['occasion'];
  readonly defer_debt: number;
  readonly state: SlipState;
  readonly code: string | null;
  readonly exchange: string;
  readonly created_at: number;
  readonly content: string;
}
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

const SLIP =
  's.id, s.dossier, s.subject, s.occasion, s.defer_debt, s.state, s.code, s.exchange, s.created_at, s.content';
export const slipById = (id: string): Statement => sql(`select ${SLIP} from tax_slip s where s.id = ?1`, id);
export const slipsOf = (dossier: string): Statement =>
  sql(`select ${SLIP} from tax_slip s where s.dossier = ?1 order by s.created_at, s.id`, dossier);
const QUESTION =
  'q.id, q.slip, q.question, q.exchange, q.state, q.code, q.asked_at, q.answered_at, q.total_due, q.total_remaining, q.signature';
export const questionsOf = (slip: string): Statement =>
  sql(`select ${QUESTION} from tax_question q where q.slip = ?1 order by q.asked_at, q.id`, slip);

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault'>;

/** A slip as the province hands it over. */
export type SlipRequest = Omit<TransferSlip, 'id' | 'occasion'>;

/** Tries to take a slip on while others of its dossier come and go. */
const ROUNDS = 10;

/**
 * Takes a slip on: on disk when it settles, and sent in the background, as a supplement where one was taken before. One of
 * a dossier goes at a time, since nothing keeps the order of two that are on their way: `open` is in the way.
 */
export async function takeSlip(
  parts: Parts,
  request: SlipRequest,
  actor: string,
  remember: (id: string, only: Stamped) => Statement,
): Promise<{ readonly taken: string } | { readonly open: string }> {
  const { engine, platform, vault } = parts;
  const { dossierCode, certificateNumber, slipNumber } = request;
  const id = newId(platform, 'slip');
  const subject = { ...vault.newSubject(), kind: 'tax' };
  const kept: SlipContent = { certificateNumber, slipNumber };
  const content = (await sealJson(vault, subject, SLIP_CONTENT, id, kept)) ?? '';
  for (let round = 0; round < ROUNDS; round++) {
    // Read first: what is read after it can only be newer, and then its version has moved on.
    const [head] = await headsFor(parts, [dossierCode]);
    const before = await engine.all<SlipRow>(slipsOf(dossierCode));
    const open = before.find(({ state }) => state === 'sending' || state === 'uncertain');
    if (open !== undefined) return { open: open.id };
    const occasion = before.some(({ state }) => state !== 'refused') ? 'supplement' : 'first';
    const input: TransferSlip = { ...request, id, occasion };
    const act = await sealAct(parts, { system: LAND_TAX, operation: SEND_SLIP, reference: id, input, subject, actor });
    const token = newId(platform, 't');
    const answers = await engine.batch([
      sql(
        'update tax_head set version = version + 1, written_by = ?2 where dossier = ?1 and version = cast(?3 as bigint)',
        ...[dossierCode, token, head?.version ?? 0],
      ),
      sql(
        `insert into tax_slip (id, dossier, subject, occasion, defer_debt, state, exchange, created_at, created_by, content, written_by)
         select ?3, h.dossier, ?4, ?5, cast(?6 as bigint), 'sending', ?7, {at}, ?8, ?9, ?2 from tax_head h where h.dossier = ?1 and h.written_by = ?2`,
        ...[dossierCode, token, id, subject.id, occasion, request.deferDebt ? 1 : 0, act.exchange, actor, content],
      ),
      ...enqueueActs({ acts: [{ ...act, stampedRow: id }], stampedBy: { table: 'tax_slip', column: 'id' }, token }),
      slipLine(id, null, 'sending', actor, token),
      remember(id, { table: 'tax_slip', column: 'id', row: id, token }),
      sql('select s.id from tax_slip s where s.id = ?1 and s.written_by = ?2', id, token),
    ]);
    if ((answers.at(-1)?.length ?? 0) > 0) return { taken: id };
  }
  throw new Error('what is known of a dossier’s taxes was changed by others too often while a slip was taken');
}

const slipLine = (id: string, from: string | null, to: string, actor: string, token: string): Statement =>
  journalLines(
    {
      ...{ id: `'tax-slip:' || s.id || ':' || ?2`, ref: `'tax-slip:' || s.id`, to: '?3', actor: '?4' },
      ...(from === null ? {} : { from: '?5' }),
      source: 'from tax_slip s where s.id = ?1 and s.written_by = ?2',
    },
    ...(from === null ? [id, token, to, actor] : [id, token, to, actor, from]),
  );

/** How a slip stands after its settlement, and, once it was taken, the questions that follow it. */
export async function slipSettled(
  parts: Parts,
  settled: { readonly id: string; readonly stream: string; readonly state: SlipState; readonly code: string | null },
  token: string,
): Promise<readonly Statement[]> {
  const { engine, vault } = parts;
  const [row] = await engine.all<SlipRow>(slipById(settled.id));
  if (row === undefined) return [];
  const asked = await engine.all<QuestionRow>(questionsOf(row.id));
  const key = (await subjectKeys(engine, [row.subject])).get(row.subject);
  const kept = await openJson<SlipContent>(vault, key, SLIP_CONTENT, row.id, row.content);
  const asks =
    settled.state === 'awaiting' && asked.length === 0 && key !== undefined && kept !== null
      ? await Promise.all(ASKED_AFTER_A_SLIP.map((question) => ask(parts, row, key, kept, question)))
      : [];
  const moved = settled.state !== row.state;
  return [
    sql(
      `update tax_slip set state = ?4, code = ?5, written_by = ?2 where id = ?3
          and exists (select 1 from stream g where g.id = ?1 and g.written_by = ?2)`,
      ...[settled.stream, token, row.id, settled.state, settled.code],
    ),
    ...asks.flatMap(({ id, question, act }) => [
      sql(
        `insert into tax_question (id, slip, question, exchange, state, asked_at, written_by)
         select ?3, s.id, ?4, ?5, 'sending', {at}, ?2 from tax_slip s where s.id = ?1 and s.written_by = ?2`,
        ...[row.id, token, id, question, act.exchange],
      ),
    ]),
    ...(asks.length === 0
      ? []
      : enqueueActs({
          acts: asks.map(({ id, act }) => ({ ...act, stampedRow: id })),
          stampedBy: { table: 'tax_question', column: 'id' },
          token,
        })),
    ...(moved ? [slipLine(row.id, row.state, settled.state, `system:${LAND_TAX}`, token)] : []),
  ];
}

async function ask(parts: Parts, slip: SlipRow, key: SubjectKey, kept: SlipContent, question: LandTaxQuestion) {
  const id = newId(parts.platform, 'ask');
  const input: LandTaxAsk = { id, slipId: slip.id, question, dossierCode: slip.dossier, ...kept };
  const act = await sealAct(parts, {
    ...{ system: LAND_TAX, operation: ASK_TAX, reference: id, input },
    ...{ subject: { ...key, kind: 'tax' }, actor: `system:${LAND_TAX}` },
  });
  return { id, question, act };
}

/** What became of a question, in the commit whose stamp is `only`. */
export interface QuestionMove {
  readonly id: string;
  readonly slip: string;
  readonly state: QuestionState;
  readonly code: string | null;
  readonly answer: LandTaxAnswer | null;
}

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
      `update tax_slip set written_by = ?2, state = case when exists (select 1 from tax_question q where q.slip = tax_slip.id and q.state = 'answered') then 'answered' else 'refused' end
        where id = ?1 and state = 'awaiting' and exists (select 1 from tax_question q where q.slip = tax_slip.id and q.written_by = ?2)
          and not exists (select 1 from tax_question q where q.slip = tax_slip.id and q.state in ('sending', 'asked', 'uncertain'))
          and exists (select 1 from tax_question q where q.slip = tax_slip.id and q.state in ('answered', 'refused'))`,
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
