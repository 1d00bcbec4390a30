import type { DowntimeWindow } from '../../../adapters/adapter.ts';
import { VIETNAM_OFFSET_MS } from '../../../contracts/domain/time.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** When the announced downtime that covers `nowMs` ends (epoch ms), or undefined outside of any. */
export function downtimeEnd(windows: readonly DowntimeWindow[], nowMs: number): number | undefined {
  const local = nowMs + VIETNAM_OFFSET_MS;
  const midnight = local - (local % DAY_MS);
  let end: number | undefined;
  // A window that crosses midnight may have begun yesterday.
  for (const start of [midnight - DAY_MS, midnight])
    for (const window of windows) {
      if (window.days.length > 0 && !window.days.includes(new Date(start).getUTCDay())) continue;
      const from = start + minutes(window.from) * MINUTE_MS;
      const length = (minutes(window.to) - minutes(window.from) + 1440) % 1440 || 1440;
      const to = from + length * MINUTE_MS;
      if (from <= local && local < to) end = Math.max(end ?? 0, to - VIETNAM_OFFSET_MS);
    }
  return end;
}

function minutes(time: string): number {
  const [hours = 0, rest = 0] = time.split(':').map(Number);
  return hours * 60 + rest;
}
