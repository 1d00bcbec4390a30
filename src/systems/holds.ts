import type { SystemView } from './system.ts';

/** What keeps a system's lanes from sending though a person acted; until when in epoch milliseconds, null where nobody knows. */
export interface LaneHold {
  readonly lane: string | null;
  readonly why: 'paused' | 'breaker-open' | 'told-to-wait' | 'downtime' | 'credential-rests';
  readonly until: number | null;
}

/** Everything that still holds a system, lane by lane; `restsUntil`: its refused credential is not tried before. */
export function holdsOf({ lanes }: Pick<SystemView, 'lanes'>, restsUntil: number | null, at: number): LaneHold[] {
  const held: LaneHold[] = [];
  if (restsUntil !== null) held.push({ lane: null, why: 'credential-rests', until: restsUntil });
  for (const { name: lane, paused, breaker, notBefore, told, downtime } of lanes) {
    if (paused !== null) held.push({ lane, why: 'paused', until: null });
    if (breaker.openUntil !== null && breaker.openUntil > at)
      held.push({ lane, why: 'breaker-open', until: breaker.openUntil });
    const waits = notBefore ?? told?.until ?? null;
    if (waits !== null) held.push({ lane, why: 'told-to-wait', until: waits });
    if (downtime.until !== null) held.push({ lane, why: 'downtime', until: downtime.until });
  }
  return held;
}
