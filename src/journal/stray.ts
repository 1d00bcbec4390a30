import type { Engine, Row } from '../store/engine.ts';
import type { Line, Seal } from './line.ts';
import * as statements from './statements.ts';

/** A line with a position that no seal covers. Lines that were sealed since `last` was read are no such lines. */
export async function findStray(engine: Pick<Engine, 'scan'>, last: Seal | undefined): Promise<Line | undefined> {
  const covered = Math.max(last?.last ?? 0, await newestPosition(engine));
  const [row] = await engine.scan<Row>(statements.placedOutside(covered));
  if (row === undefined) return undefined;
  const line = statements.lineOf(row);
  const sealedMeanwhile =
    line.position !== null && line.position > 0 && line.position <= (await newestPosition(engine));
  return sealedMeanwhile ? undefined : line;
}

async function newestPosition(engine: Pick<Engine, 'scan'>): Promise<number> {
  const [row] = await engine.scan<Row>(statements.lastSeal());
  return row === undefined ? 0 : statements.sealOf(row).last;
}
