import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type HeadRow, headsOf, makeHeads } from './statements.ts';

/**
 * The rows by which what is known of these dossiers is judged together, with the key of their persons: made where they are
 * not there, and given a new one where their persons were erased.
 */
export async function headsFor(
  { engine, platform, vault }: Pick<RoomParts, 'engine' | 'platform' | 'vault'>,
  dossiers: readonly string[],
): Promise<readonly HeadRow[]> {
  const found = await engine.all<HeadRow>(headsOf(dossiers));
  const there = new Set(found.filter(({ salt }) => salt !== null).map(({ dossier }) => dossier));
  const missing = dossiers.filter((dossier) => !there.has(dossier));
  if (missing.length === 0) return found;
  await engine.batch(
    makeHeads(
      missing.map((dossier) => ({ dossier, subject: vault.newSubject() })),
      newId(platform, 't'),
    ),
  );
  return engine.all<HeadRow>(headsOf(dossiers));
}
