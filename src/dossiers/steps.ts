import type { Step } from '../../contracts/domain/dossier.ts';
import { dossierStatus } from '../../contracts/domain/status.ts';
import { composed } from '../../contracts/domain/text.ts';
import { epochMs } from '../../contracts/domain/time.ts';

/** Rows that one progress exchange carries (WIRE.md A2.3). */
export const STEPS_AN_EXCHANGE = 10;

const STATUS_INDEX = new Map(dossierStatus.options.map((status, index) => [status, index]));

/**
 * A step's identity in its dossier: time, status and unit. Short, because every dossier keeps the keys of all steps
 * that were ever taken on, and without a person in it.
 */
export function stepKey(step: Step): string {
  return `${epochMs(step.at).toString(36)}.${STATUS_INDEX.get(step.status) ?? 0}.${hash(composed(step.unit ?? '')).toString(36)}`;
}

/** The keys of the steps that no earlier snapshot had, by time, and the same in groups that one exchange carries. */
export function newSteps(
  steps: readonly Step[],
  known: ReadonlySet<string>,
): { readonly keys: string[]; readonly groups: string[][] } {
  const fresh: { key: string; at: number }[] = [];
  const seen = new Set(known);
  for (const step of steps) {
    const key = stepKey(step);
    if (seen.has(key)) continue;
    seen.add(key);
    fresh.push({ key, at: epochMs(step.at) });
  }
  fresh.sort((a, b) => a.at - b.at);
  const keys = fresh.map(({ key }) => key);
  const groups: string[][] = [];
  for (let index = 0; index < keys.length; index += STEPS_AN_EXCHANGE)
    groups.push(keys.slice(index, index + STEPS_AN_EXCHANGE));
  return { keys, groups };
}

/** The steps of a snapshot that have these keys, in the order of the keys. */
export function stepsOf(steps: readonly Step[], keys: readonly string[]): Step[] {
  const byKey = new Map(steps.toReversed().map((step) => [stepKey(step), step]));
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

/** 53-bit mixing hash: two units of one dossier at one moment and status collide about once in 10^16. */
function hash(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
