import type { SlipState } from '../../contracts/domain/tax-state.ts';
import type { LandTaxQuestion, TransferSlip } from '../../contracts/domain/transfer-slip.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { openJson, sealJson, subjectKeys } from '../crypto/subject-keys.ts';
import { blindIndexFrom, subjectsFrom } from '../crypto/subject-rows.ts';
import { enqueueActs, sealAct } from '../delivery/acts/queued.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import type { Stamped } from '../routes/route.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import { SLIP_CONTENT, type SlipContent } from './contents.ts';
import { headsFor } from './heads.ts';
import { newQuestions, type QuestionRow, questionsAsked, questionsOf } from './questions.ts';
import { LAND_TAX, type SlipRow, slipById, slipsOf } from './slip-rows.ts';

export const SEND_SLIP = 'send-slip';

/** What is asked once a slip was taken (WIRE-2.md 3.4a): the notice, and the sum that is owed. */
const ASKED_AFTER_A_SLIP: readonly LandTaxQuestion[] = ['notice', 'obligation'];

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
  const hashes = await vault.mac('identity', numbersIn(request));
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
      // Named by the dossier, so that whoever looks for its persons finds them; the act's own row would name the slip.
      subjectsFrom(
        {
          ...{ id: 's.subject', kind: `'tax'`, ref: 's.dossier', salt: '?3', epoch: '?4' },
          source: 'from tax_slip s where s.id = ?1 and s.written_by = ?2',
        },
        ...[id, token, subject.salt, subject.epoch],
      ),
      indexLandUsers(id, hashes, token),
      ...enqueueActs({ acts: [{ ...act, stampedRow: id }], stampedBy: { table: 'tax_slip', column: 'id' }, token }),
      slipLine(id, null, 'sending', actor, token),
      remember(id, { table: 'tax_slip', column: 'id', row: id, token }),
      sql('select s.id from tax_slip s where s.id = ?1 and s.written_by = ?2', id, token),
    ]);
    if ((answers.at(-1)?.length ?? 0) > 0) return { taken: id };
  }
  throw new Error('what is known of a dossier’s taxes was changed by others too often while a slip was taken');
}

function numbersIn({ content: { landUser, transfer } }: SlipRequest): readonly string[] {
  const people = [landUser, transfer?.from].filter((one) => one != null);
  const numbers = people.flatMap(({ identityNumber, taxCode }) => [identityNumber, taxCode]);
  return [...new Set(numbers.filter((one) => one !== null))];
}

const indexLandUsers = (slip: string, hashes: readonly string[], token: string): Statement =>
  blindIndexFrom(
    {
      ...{ hash: `v.value->>'hash'`, subject: 's.subject' },
      source: 'from json_each(?3) v join tax_slip s on s.id = ?1 and s.written_by = ?2 where true',
    },
    ...[slip, token, commands(hashes.map((hash) => ({ hash })))],
  );

export const slipLine = (id: string, from: string | null, to: string, actor: string, token: string): Statement =>
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
  // Whose persons were erased is asked about no more: nothing would ever end its waiting.
  const isErased = key === undefined || kept === null;
  const state = settled.state === 'awaiting' && isErased ? 'answered' : settled.state;
  const asks =
    settled.state === 'awaiting' && asked.length === 0 && key !== undefined && kept !== null
      ? await newQuestions(parts, row, key, kept, ASKED_AFTER_A_SLIP)
      : [];
  const moved = state !== row.state;
  return [
    sql(
      `update tax_slip set state = ?4, code = ?5, written_by = ?2 where id = ?3
          and exists (select 1 from stream g where g.id = ?1 and g.written_by = ?2)`,
      ...[settled.stream, token, row.id, state, settled.code],
    ),
    ...questionsAsked(row.id, asks, token),
    ...(moved ? [slipLine(row.id, row.state, state, `system:${LAND_TAX}`, token)] : []),
  ];
}

/**
 * Asks once more what nobody answered or they refused: the slip stands there, and what they said no to may be another
 * thing tomorrow. False where nothing of it is to be asked again.
 */
export async function askAgain(
  parts: Parts,
  id: string,
  actor: string,
  remember: (id: string, only: Stamped) => Statement,
): Promise<boolean> {
  const { engine, platform, vault } = parts;
  const [row] = await engine.all<SlipRow>(slipById(id));
  if (row === undefined || !(ASKABLE as readonly string[]).includes(row.state)) return false;
  const asked = await engine.all<QuestionRow>(questionsOf(id));
  const open = ASKED_AFTER_A_SLIP.filter((question) => {
    const states = asked.filter((each) => each.question === question).map(({ state }) => state);
    return states.length > 0 && states.every((state) => state === 'unanswered' || state === 'refused');
  });
  const key = (await subjectKeys(engine, [row.subject])).get(row.subject);
  const kept = await openJson<SlipContent>(vault, key, SLIP_CONTENT, row.id, row.content);
  if (open.length === 0 || key === undefined || kept === null) return false;
  const asks = await newQuestions(parts, row, key, kept, open);
  const token = newId(platform, 't');
  const answers = await engine.batch([
    // Judged by as many questions as were seen: whoever asked meanwhile has asked.
    sql(
      `update tax_slip set state = 'awaiting', written_by = ?2 where id = ?1 and state = ?3
          and (select count(*) from tax_question q where q.slip = tax_slip.id) = cast(?4 as bigint)`,
      ...[id, token, row.state, asked.length],
    ),
    ...questionsAsked(id, asks, token),
    ...(row.state === 'awaiting' ? [] : [slipLine(id, row.state, 'awaiting', actor, token)]),
    remember(id, { table: 'tax_slip', column: 'id', row: id, token }),
    sql('select s.id from tax_slip s where s.id = ?1 and s.written_by = ?2', id, token),
  ]);
  return (answers.at(-1)?.length ?? 0) > 0;
}
/** A slip that they took. */
const ASKABLE = ['awaiting', 'answered', 'refused'] as const satisfies readonly SlipState[];
