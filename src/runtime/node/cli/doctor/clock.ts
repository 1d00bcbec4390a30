import { number } from '../output.ts';
import { bad, type Finding, none, ok } from './finding.ts';

/** This program was written after this and is hardly run after that. */
const EARLIEST = Date.parse('2025-01-01T00:00:00Z');
const LATEST = Date.parse('2100-01-01T00:00:00Z');
/** Dates on the wire are whole seconds, and an answer takes its time. */
const TOLERATED_MS = 30_000;
/** The contract refuses times more than five minutes ahead; the store's newest line may be as new as now. */
const STORE_AHEAD_MS = 60_000;
/** A step is shown for a day. */
const STEP_SHOWN_MS = 86_400_000;

export interface ClockEvidence {
  readonly now: number;
  /** The newest moment that the journal knows. */
  readonly newestInStore: number | undefined;
  /** The newest time that it was set, as the store knows. */
  readonly step: { readonly byMs: number; readonly at: number } | undefined;
  /** What other machines say the time is, by name. */
  readonly others: readonly { readonly name: string; readonly at: number }[];
}

export function clock({ now, newestInStore, step, others }: ClockEvidence): readonly Finding[] {
  const mend = 'đồng bộ đồng hồ máy chủ bằng NTP (chrony, systemd-timesyncd) (synchronise this machine’s clock by NTP)';
  const shown = new Date(now).toISOString();
  if (now < EARLIEST || now > LATEST) return [bad('clock', `năm không hợp lý (implausible year): ${shown}`, mend)];
  if (newestInStore !== undefined && newestInStore > now + STORE_AHEAD_MS)
    return [
      bad(
        'clock',
        `đồng hồ (${shown}) chậm hơn dòng nhật ký mới nhất (behind the newest journal line, ${new Date(newestInStore).toISOString()})`,
        mend,
      ),
    ];
  const set =
    step === undefined || Math.abs(now - step.at) > STEP_SHOWN_MS
      ? ''
      : `; đã bị chỉnh (was set by) ${number(Math.round(step.byMs / 1000))} s, ${new Date(step.at).toISOString()}`;
  const off = others.filter(({ at }) => Math.abs(at - now) > TOLERATED_MS);
  if (off.length > 0)
    return off.map(({ name, at }) =>
      bad('clock', `lệch ${number(Math.round((now - at) / 1000))} giây so với ${name} (seconds off)`, mend),
    );
  if (others.length > 0)
    return [ok('clock', `${shown}; khớp với (agrees with) ${others.map(({ name }) => name).join(', ')}${set}`)];
  // Which of the two was right nobody here can say.
  return set === ''
    ? [none('clock', `${shown}; không có máy nào để so (nothing to compare it with)`)]
    : [bad('clock', `${shown}${set}`, mend)];
}

/** The `Date` of an answer. Sends nothing that the other side could count, and needs no account. */
export async function dateOf(url: string): Promise<number | undefined> {
  try {
    const answer = await fetch(new URL(url).origin, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(5_000),
    });
    const at = Date.parse(answer.headers.get('date') ?? '');
    return Number.isNaN(at) ? undefined : at;
  } catch {
    return undefined;
  }
}
