import type { TaxKind } from '../../contracts/domain/tax.ts';
import type { DueFinding, DueState } from '../../contracts/domain/tax-state.ts';
import { blindIndexFrom, subjectsFrom } from '../crypto/subject-rows.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import { commands, type Statement, sql } from '../store/engine.ts';

export interface HeadRow {
  readonly dossier: string;
  readonly version: number;
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
}
/** The rows by which the dues of these dossiers are judged, with the keys of their persons. */
export const headsOf = (dossiers: readonly string[]): Statement =>
  sql(
    `select h.dossier, h.version, h.subject, u.salt, u.epoch from json_each(?1) v join tax_head h on h.dossier = v.value->>'is'
       join subject u on u.id = h.subject`,
    commands(dossiers.map((is) => ({ is }))),
  );

/** Makes those that are not there, and gives a new subject to those whose persons were erased. */
export const makeHeads = (
  heads: readonly { readonly dossier: string; readonly subject: SubjectKey }[],
  token: string,
): Statement[] => {
  const rows = commands(heads.map(({ dossier, subject }) => ({ ...subject, dossier })));
  return [
    sql(
      `insert into tax_head (dossier, subject, version, written_by) select v.value->>'dossier', v.value->>'id', 0, ?2 from json_each(?1) v where true
       on conflict (dossier) do update set subject = excluded.subject, version = tax_head.version + 1, written_by = excluded.written_by
        where exists (select 1 from subject u where u.id = tax_head.subject and u.salt is null)`,
      rows,
      token,
    ),
    subjectsFrom(
      {
        ...{ id: 'h.subject', kind: `'tax'`, ref: 'h.dossier', salt: `v.value->>'salt'`, epoch: `v.value->>'epoch'` },
        source: `from json_each(?1) v join tax_head h on h.dossier = v.value->>'dossier' and h.subject = v.value->>'id' and h.written_by = ?2`,
      },
      rows,
      token,
    ),
  ];
};

/** First of a commit: a dossier's dues are written where nobody judged them since, and what it comes with took hold. */
export const stampHeads = (
  heads: readonly Pick<HeadRow, 'dossier' | 'version'>[],
  only: { readonly table: 'inbound' | 'watch'; readonly row: string },
  token: string,
): Statement =>
  sql(
    `update tax_head set version = tax_head.version + 1, written_by = ?2 from json_each(?1) v
      where tax_head.dossier = v.value->>'dossier' and tax_head.version = cast(v.value->>'version' as bigint)
        and exists (select 1 from ${only.table} g where g.id = ?3 and g.written_by = ?2)`,
    commands(heads.map(({ dossier, version }) => ({ dossier, version }))),
    token,
    only.row,
  );

export interface DueRow {
  readonly id: string;
  readonly dossier: string;
  readonly decision: string;
  readonly place: number;
  readonly kind: TaxKind;
  readonly chapter: string | null;
  readonly sub_item: string | null;
  readonly treasury_code: string | null;
  readonly treasury_account: string | null;
  readonly due: number;
  readonly exempt: number;
  readonly paid: number;
  readonly remaining: number;
  readonly proven: number;
  /** 1: the land user asked that it be recorded as a debt. */
  readonly deferred: number;
  readonly due_date: string | null;
  readonly state: DueState;
  readonly finding: DueFinding | null;
  readonly notice: string;
  readonly told_at: number;
  readonly content: string;
  /** A keyed digest of the content, by which the same told again is known. */
  readonly said: string;
  /** Under which the content is sealed: of the dossier's persons as they stood then. */
  readonly subject: string;
}
const DUE = `d.id, d.dossier, d.decision, d.place, d.kind, d.chapter, d.sub_item, d.treasury_code, d.treasury_account, d.due, d.exempt, d.paid,
  d.remaining, d.proven, d.deferred, d.due_date, d.state, d.finding, d.notice, d.told_at, d.content, d.said, d.subject`;

export const duesOf = (dossiers: readonly string[]): Statement =>
  sql(
    `select ${DUE} from json_each(?1) v join tax_due d on d.dossier = v.value->>'is'
      order by d.told_at, d.decision, d.place, d.id`,
    commands(dossiers.map((is) => ({ is }))),
  );

export type NewDue = Omit<DueRow, 'told_at'>;
/** Dues of the dossiers whose heads this commit stamped. */
export const insertDues = (dues: readonly NewDue[], token: string): Statement =>
  sql(
    `insert into tax_due (id, dossier, subject, decision, place, kind, chapter, sub_item, treasury_code, treasury_account, due, exempt, paid, remaining,
            proven, deferred, due_date, state, finding, notice, told_at, content, said, written_by)
     select v.value->>'id', h.dossier, v.value->>'subject', v.value->>'decision', cast(v.value->>'place' as bigint), v.value->>'kind', v.value->>'chapter', v.value->>'sub_item',
            v.value->>'treasury_code', v.value->>'treasury_account', cast(v.value->>'due' as bigint), cast(v.value->>'exempt' as bigint),
            cast(v.value->>'paid' as bigint), cast(v.value->>'remaining' as bigint), cast(v.value->>'proven' as bigint),
            cast(v.value->>'deferred' as bigint), v.value->>'due_date',
            v.value->>'state', v.value->>'finding', v.value->>'notice', {at}, v.value->>'content', v.value->>'said', ?2
       from json_each(?1) v join tax_head h on h.dossier = v.value->>'dossier' and h.written_by = ?2`,
    commands(dues),
    token,
  );

/** A due that stood before, as it stands now. */
export interface MovedDue {
  readonly id: string;
  readonly from: DueState;
  readonly state: DueState;
  readonly proven: number;
  readonly finding: DueFinding | null;
  readonly replacedBy: string | null;
}
export const moveDues = (dues: readonly MovedDue[], token: string): Statement =>
  sql(
    `update tax_due set state = v.value->>'state', proven = cast(v.value->>'proven' as bigint), finding = v.value->>'finding',
        replaced_by = v.value->>'replacedBy', written_by = ?2
       from json_each(?1) v where tax_due.id = v.value->>'id'
        and exists (select 1 from tax_head h where h.dossier = tax_due.dossier and h.written_by = ?2)`,
    commands(dues),
    token,
  );

export interface ProofRow {
  readonly id: string;
  readonly dossier: string;
  readonly decision: string;
  readonly amount: number;
  readonly said_at: string;
  readonly status: string;
  readonly payment: string | null;
  readonly received_at: number;
  readonly content: string;
  /** Under which the content is sealed. */
  readonly subject: string;
  /** A keyed digest of all that tells one payment from another. */
  readonly identity: string;
  readonly document: DocumentState;
  readonly file: string | null;
}
/** Of the document of a proof: `none`: no address was told; `not-allowed`: the gateway may not call it. */
export type DocumentState = 'none' | 'due' | 'kept' | 'given-up' | 'not-allowed';
export const proofsOf = (dossiers: readonly string[]): Statement =>
  sql(
    `select p.id, p.dossier, p.decision, p.amount, p.said_at, p.status, p.payment, p.received_at, p.content, p.identity, p.document, p.file, p.subject
       from json_each(?1) v join tax_proof p on p.dossier = v.value->>'is' order by p.received_at, p.id`,
    commands(dossiers.map((is) => ({ is }))),
  );

export const proofById = (id: string): Statement =>
  sql(
    `select p.id, p.dossier, p.decision, p.amount, p.said_at, p.status, p.payment, p.received_at, p.content, p.identity, p.document, p.file, p.subject
       from tax_proof p where p.id = ?1`,
    id,
  );

export interface NewProof extends Omit<ProofRow, 'received_at' | 'file'> {
  readonly message: string;
}
export const insertProof = (proof: NewProof, token: string): Statement =>
  sql(
    `insert into tax_proof (id, dossier, subject, decision, amount, said_at, status, payment, message, identity, received_at, content, document, document_due, document_tries, written_by)
     select v.value->>'id', h.dossier, v.value->>'subject', v.value->>'decision', cast(v.value->>'amount' as bigint), v.value->>'said_at', v.value->>'status',
            v.value->>'payment', v.value->>'message', v.value->>'identity', {at}, v.value->>'content', v.value->>'document', {now}, 0, ?2
       from json_each(?1) v join tax_head h on h.dossier = v.value->>'dossier' and h.written_by = ?2`,
    commands([proof]),
    token,
  );

/** The persons of a dossier's dues are found by their numbers. */
export const indexPersons = (dossier: string, hashes: readonly string[], token: string): Statement =>
  blindIndexFrom(
    {
      ...{ hash: `v.value->>'hash'`, subject: 'h.subject' },
      source: 'from json_each(?3) v join tax_head h on h.dossier = ?1 and h.written_by = ?2 where true',
    },
    ...[dossier, token, commands(hashes.map((hash) => ({ hash })))],
  );
