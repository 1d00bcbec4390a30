import { type Statement, type StoreLimits, sql } from '../store/engine.ts';
import { commandTexts } from '../store/limits.ts';

/** The lists that are kept whole, and the procedures that somebody asked for. */
export type CatalogueKind = 'procedure' | 'agency' | 'field';
export const PROCEDURE_DETAIL = 'procedure-detail';

export interface EntryRow {
  readonly code: string;
  readonly name: string;
  /** JSON of the whole entry. */
  readonly detail: string;
  readonly fetched_at: number;
}
export interface StateRow {
  readonly kind: string;
  readonly fetched_at: number | null;
  readonly tried_at: number | null;
  readonly outcome: string | null;
  readonly at: number;
}

/** Puts a whole list in place of the one held: all of it or nothing, in as many statements as the limits ask for. */
export function replace(
  kind: CatalogueKind,
  entries: readonly { readonly code: string; readonly name: string }[],
  token: string,
  limits: StoreLimits,
): Statement[] {
  const rows = entries.map((entry) => ({ code: entry.code, name: entry.name, detail: JSON.stringify(entry) }));
  return [
    ...commandTexts(rows, limits).map((some) =>
      sql(
        `insert into catalogue_entry (kind, code, name, detail, fetched_at, written_by)
         select ?2, v.value->>'code', v.value->>'name', v.value->>'detail', {at}, ?3 from json_each(?1) v where true
         on conflict (kind, code) do update set name = excluded.name, detail = excluded.detail, fetched_at = excluded.fetched_at, written_by = excluded.written_by`,
        some,
        kind,
        token,
      ),
    ),
    sql('delete from catalogue_entry where kind = ?1 and written_by <> ?2', kind, token),
    tried(kind, 'completed', true),
  ];
}

/** How a try went. What is held stays, with the time it was fetched. */
export const tried = (kind: CatalogueKind, outcome: string, fetched: boolean): Statement =>
  sql(
    `insert into catalogue_state (kind, fetched_at, tried_at, outcome) values (?1, case when cast(?3 as bigint) = 1 then {at} else null end, {at}, ?2)
     on conflict (kind) do update set tried_at = excluded.tried_at, outcome = excluded.outcome,
        fetched_at = case when excluded.fetched_at is null then catalogue_state.fetched_at else excluded.fetched_at end`,
    kind,
    outcome,
    fetched ? 1 : 0,
  );

export const states = (): Statement =>
  sql('select s.kind, s.fetched_at, s.tried_at, s.outcome, {at} as at from catalogue_state s');

export const entries = (kind: string): Statement =>
  sql('select code, name, detail, fetched_at from catalogue_entry where kind = ?1 order by code', kind);

export const detailOf = (code: string): Statement =>
  sql(
    'select code, name, detail, fetched_at, {at} as at from catalogue_entry where kind = ?1 and code = ?2',
    PROCEDURE_DETAIL,
    code,
  );

export const keepDetail = (code: string, name: string, detail: string, token: string): Statement =>
  sql(
    `insert into catalogue_entry (kind, code, name, detail, fetched_at, written_by) values (?1, ?2, ?3, ?4, {at}, ?5)
     on conflict (kind, code) do update set name = excluded.name, detail = excluded.detail, fetched_at = excluded.fetched_at, written_by = excluded.written_by`,
    PROCEDURE_DETAIL,
    code,
    name,
    detail,
    token,
  );
