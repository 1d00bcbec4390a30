import { expect } from 'vitest';
import type { Vault } from '../../src/crypto/vault.ts';
import { webDigest } from '../../src/crypto/vault-web.ts';
import { dossierColumns } from '../../src/dossiers/held.ts';
import { exportJournal } from '../../src/journal/export.ts';
import { holdAgainst } from '../../src/journal/held.ts';
import type { Verdict } from '../../src/journal/verdict.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { verifyExport } from '../../src/journal/verify-export.ts';
import { journalled } from '../../src/runtime/journalled.ts';
import { type Engine, sql } from '../../src/store/engine.ts';
import { storeKind } from './store.ts';

/**
 * What the product wrote is sound, here and in an export, and each kind of reference that moves from a state to another
 * says which states it has: a new one is declared by its room (`journalled`). `held`: of the whole product, which has
 * written every row itself; the store is then held against the journal too, and against what is sealed where there is a
 * vault.
 */
export async function checkJournal(
  engine: Pick<Engine, 'all' | 'scan' | 'serial'>,
  { held, vault }: { readonly held: boolean; readonly vault?: Pick<Vault, 'open'> },
): Promise<void> {
  const keys = await engine.all<{ public_key: string }>(sql('select distinct public_key from seal'));
  const publicKeys = keys.map((row) => row.public_key);
  const told = { digest: webDigest, kinds: journalled.kinds, publicKeys };
  // A moment may lie between: the lines that came meanwhile are judged by the next check.
  const exported: string[] = [];
  for await (const part of exportJournal(engine, { publicKey: publicKeys.join(' '), now: 0 })) exported.push(part);
  // Whatever a kit says of it: where several connections write, a number may be nobody's.
  const serial = engine.serial && storeKind !== 'postgres';
  expect(faultOf(await verifyJournal(engine, { ...told, consecutive: serial }))).toBeUndefined();
  expect(faultOf(await verifyExport(parts(exported), told))).toBeUndefined();
  const also = vault === undefined ? [] : [dossierColumns(vault)];
  if (held) expect(await holdAgainst(engine, { ...told, journalled, also })).toEqual({ count: 0, first: [] });
  const moving = await engine.all<{ ref: string }>(
    sql('select distinct ref from journal where from_state is not null order by ref'),
  );
  expect(moving.filter(({ ref }) => !journalled.kinds.some(({ prefix }) => ref.startsWith(prefix)))).toEqual([]);
}

const faultOf = (verdict: Verdict): Verdict | undefined => (verdict.ok ? undefined : verdict);

async function* parts(exported: readonly string[]): AsyncGenerator<string> {
  yield* exported;
}
