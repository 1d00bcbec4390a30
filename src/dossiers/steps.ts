import type { Step } from '../../contracts/domain/dossier.ts';
import { dossierStatus } from '../../contracts/domain/status.ts';
import { epochMs } from '../../contracts/domain/time.ts';

/** Rows that one progress exchange carries (WIRE.md A2.3). */
export const STEPS_AN_EXCHANGE = 10;

const STATUS_INDEX = new Map(dossierStatus.options.map((status, index) => [status, index]));

/**
 * A step's identity in its dossier: time, status and unit. Short, because every dossier keeps the keys of all steps
 * that were ever taken on, and without a person in it.
 */
export function stepKey(step: Step): string {
  return `${epochMs(step.at).toString(36)}.${STATUS_INDEX.get(step.status) ?? 0}.${hash((step.unit ?? '').normalize('NFC')).toString(36)}`;
}

/** The steps of a snapshot that no earlier one had, by time, in groups that one exchange carries. */
export function newSteps(
  steps: readonly Step[],
  known: ReadonlySet<string>,
): { readonly keys: string[]; readonly groups: Step[][] } {
  const keys: string[] = [];
  const fresh: { step: Step; at: number }[] = [];
  const seen = new Set(known);
  for (const step of steps) {
    const key = stepKey(step);
    if (seen.has(key)) continue;
    seen.add(key);
    keys.push(key);
    fresh.push({ step, at: epochMs(step.at) });
  }
  fresh.sort((a, b) => a.at - b.at);
  const groups: Step[][] = [];
  for (let index = 0; index < fresh.length; index += STEPS_AN_EXCHANGE)
    groups.push(fresh.slice(index, index + STEPS_AN_EXCHANGE).map(({ step }) => step));
  return { keys, groups };
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
