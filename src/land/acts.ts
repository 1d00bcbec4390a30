import type { LandState } from '../../contracts/domain/land-state.ts';
import { blindIndexFrom, subjectsFrom } from '../crypto/subject-rows.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import { enqueueActs, sealAct } from '../delivery/acts/queued.ts';
import { actOperation } from '../delivery/acts/sealed-input.ts';
import type { RoomOperation, SettledExchange } from '../delivery/operations.ts';
import { clearCode } from '../payments/clear-words.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import { begin, landChange } from './change.ts';

export const LAND_SYSTEM = 'land-system';

/** What it is told, and how a dossier stands once it took that. */
export const landActs = {
  'receive-dossier': 'received',
  'supplement-dossier': 'processing',
  'dossier-returned': 'result-returned',
  'wrong-result': 'redoing',
} as const satisfies Readonly<Record<string, LandState>>;
export type LandAct = keyof typeof landActs;

export type LandActState = 'sending' | 'done' | 'refused' | 'uncertain' | 'not-sent';
export interface LandActRow {
  readonly id: string;
  readonly dossier: string;
  readonly act: LandAct;
  readonly exchange: string;
  readonly state: LandActState;
  readonly code: string | null;
  readonly created_at: number;
}
const ACT = 'a.id, a.dossier, a.act, a.exchange, a.state, a.code, a.created_at';
export const actsOf = (dossier: string): Statement =>
  sql(`select ${ACT} from land_act a where a.dossier = ?1 order by a.created_at, a.id`, dossier);
const actById = (id: string): Statement => sql(`select ${ACT} from land_act a where a.id = ?1`, id);

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault'>;

export interface LandInput {
  readonly [field: string]: unknown;
  readonly applicant?: { readonly identityNumber: string | null };
}

/** The commit that takes on what the land system is to be told. `input` names the dossier as its receipt number. */
export async function newLandAct(
  parts: Parts,
  act: LandAct,
  dossier: string,
  input: LandInput,
  actor: string,
): Promise<{ readonly id: string; statements(token: string): readonly Statement[] }> {
  const id = newId(parts.platform, 'land');
  const subject = { ...parts.vault.newSubject(), kind: 'land' };
  const sealed = await sealAct(parts, {
    ...{ system: LAND_SYSTEM, operation: act, reference: id, subject, actor },
    input: { receiptNumber: dossier, ...input },
  });
  const number = input.applicant?.identityNumber ?? null;
  const hashes = await parts.vault.mac('identity', number === null ? [] : [number]);
  return {
    id,
    statements: (token) => [
      begin(dossier, token),
      sql(
        `insert into land_act (id, dossier, act, exchange, state, created_at, created_by, written_by) values (?1, ?2, ?3, ?4, 'sending', {at}, ?5, ?6)`,
        ...[id, dossier, act, sealed.exchange, actor, token],
      ),
      ...subjectOf(id, subject, hashes, token),
      ...enqueueActs({ acts: [{ ...sealed, stampedRow: id }], stampedBy: { table: 'land_act', column: 'id' }, token }),
    ],
  };
}

/**
 * Whose data an act holds, found by the dossier's code and by the person's number. What comes later of the dossier names
 * nobody, and is found by the number under which the dossier was handed over.
 */
const subjectOf = (
  act: string,
  subject: SubjectKey,
  hashes: readonly string[],
  token: string,
): readonly Statement[] => [
  subjectsFrom(
    {
      ...{ id: '?3', kind: `'land'`, ref: 'a.dossier', salt: '?4', epoch: '?5' },
      source: 'from land_act a where a.id = ?1 and a.written_by = ?2',
    },
    ...[act, token, subject.id, subject.salt, subject.epoch],
  ),
  ...(hashes.length === 0
    ? []
    : [
        blindIndexFrom(
          {
            ...{ hash: `v.value->>'hash'`, subject: '?3' },
            source: 'from json_each(?4) v join land_act a on a.id = ?1 and a.written_by = ?2 where true',
          },
          ...[act, token, subject.id, commands(hashes.map((hash) => ({ hash })))],
        ),
      ]),
  ...['blind_index', 'blind_index_new'].map((index) =>
    blindIndexFrom(
      {
        ...{ hash: 'n.hash', subject: '?3' },
        source: `from land_act a join land_act o on o.dossier = a.dossier and o.id <> a.id join exchange x on x.id = o.exchange
           join ${index} n on n.subject = x.subject where a.id = ?1 and a.written_by = ?2`,
      },
      ...[act, token, subject.id],
    ),
  ),
];

function stateOf({ state }: SettledExchange): LandActState {
  switch (state) {
    case 'delivered':
      return 'done';
    case 'rejected':
      return 'refused';
    case 'cancelled':
      return 'not-sent';
    case 'uncertain':
    case 'dead':
      return 'uncertain';
    default:
      return 'sending';
  }
}

/**
 * What we said is as old as our saying it: a word of theirs since then stands. Before they received it they said nothing,
 * and their times have whole seconds.
 */
const saidAt = ({ act, created_at }: LandActRow): number =>
  act === 'receive-dossier' ? 0 : Math.floor(created_at / 1_000) * 1_000;

/**
 * What the receiving itself leads to where they did not take it; nothing else says how the dossier stands. One that they
 * have is not lost by being handed over once more.
 */
const UNRECEIVED: Readonly<Partial<Record<LandActState, LandState>>> = { refused: 'refused', uncertain: 'uncertain' };
const NOT_THERE: readonly LandState[] = ['sending', 'refused', 'uncertain'];

export const landOperation = (parts: Parts): RoomOperation =>
  actOperation(parts, async (settled, token) => {
    const statements = await Promise.all(settled.map((each) => settledAct(parts, each, token)));
    return {
      statements: statements.flat(),
      tookHold: { table: 'land_act', column: 'id', rowOf: ({ key }) => key },
    };
  });

async function settledAct(parts: Parts, each: SettledExchange, token: string): Promise<readonly Statement[]> {
  const [row] = await parts.engine.all<LandActRow>(actById(each.key));
  if (row === undefined) return [];
  const state = stateOf(each);
  const code = each.outcome?.kind === 'rejected' ? clearCode(each.outcome.code) : null;
  const leadsTo = state === 'done' ? landActs[row.act] : row.act === 'receive-dossier' ? UNRECEIVED[state] : undefined;
  const change =
    leadsTo === undefined
      ? undefined
      : await landChange(
          parts,
          row.dossier,
          {
            ...{ state: leadsTo, saidMs: saidAt(row) },
            ...(state === 'done' ? {} : { only: NOT_THERE }),
            // Their end may bear a later time than our giving it out.
            ...(leadsTo === 'result-returned' ? { always: ['completed'] as const } : {}),
          },
          { only: { table: 'stream', row: each.stream }, system: LAND_SYSTEM, actor: `system:${LAND_SYSTEM}` },
        );
  return [
    ...(change?.statements(token) ?? []),
    // Where the dossier moved on meanwhile it is told again, and judged by what stands then.
    sql(
      `update land_act set state = ?4, code = ?5, written_by = ?2 where id = ?3 and exists (select 1 from stream g where g.id = ?1 and g.written_by = ?2)
          ${change === undefined ? '' : 'and exists (select 1 from land_dossier l where l.code = land_act.dossier and l.written_by = ?6)'}`,
      ...[each.stream, token, row.id, state, code],
      ...(change === undefined ? [] : [change.stamp]),
    ),
  ];
}
