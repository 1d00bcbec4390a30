import { commands, type Engine, sql } from '../store/engine.ts';
import type { SubjectKey, Vault } from './vault.ts';

/** The keys of subjects by id; those that were erased are left out. */
export async function subjectKeys(
  engine: Pick<Engine, 'all'>,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, SubjectKey>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await engine.all<{ id: string; salt: string | null; epoch: number }>(
    sql(
      `select u.id, u.salt, u.epoch from json_each(?1) v join subject u on u.id = v.value->>'id'`,
      commands(wanted.map((id) => ({ id }))),
    ),
  );
  return new Map(
    rows.flatMap(({ id, salt, epoch }): [string, SubjectKey][] => (salt === null ? [] : [[id, { id, salt, epoch }]])),
  );
}

/** A value as JSON, sealed under the subject; null where there is none, or the subject's key is gone. */
export async function sealJson(
  vault: Pick<Vault, 'seal'>,
  subject: SubjectKey | undefined,
  purpose: string,
  row: string,
  value: unknown,
): Promise<string | null> {
  if (subject === undefined || value == null) return null;
  const [sealed = null] = await vault.seal([{ subject, purpose, row, text: JSON.stringify(value) }]);
  return sealed;
}

/** What `sealJson` sealed; null where there is none, or the subject's key is gone. */
export async function openJson<Value>(
  vault: Pick<Vault, 'open'>,
  subject: SubjectKey | undefined,
  purpose: string,
  row: string,
  sealed: string | null,
): Promise<Value | null> {
  if (subject === undefined || sealed === null) return null;
  const [text] = await vault.open([{ subject, purpose, row, sealed }]);
  return text === undefined ? null : (JSON.parse(text) as Value);
}
