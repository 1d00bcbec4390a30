import type { FaultRule } from '../../mocks/kit/faults.ts';
import type { CommonCounters } from '../../mocks/kit/simulation.ts';
import { until } from '../kit/gateway-process.ts';
import type { KilledGateways } from './killed-gateways.ts';

/** A commit of the gateway at which it dies, or what its other side is doing when it is killed. */
export type Strike = { readonly at: string } | { readonly during: FaultRule };

/** Who is called, with its faults. */
export interface Peer {
  addFault(rule: FaultRule): number;
  clearFaults(): void;
  readonly counters: CommonCounters;
  faultsMet(kind: string): number;
}

interface Simulated {
  readonly counters: CommonCounters;
  readonly faults: { counts(): Readonly<Record<string, number>> };
  addFault(rule: never): number;
  clearFaults(): void;
}
export const peerOf = (state: Simulated): Peer => ({
  addFault: (rule) => state.addFault(rule as never),
  clearFaults: () => state.clearFaults(),
  counters: state.counters,
  faultsMet: (kind) => state.faults.counts()[kind] ?? 0,
});

/** Waits until one more of these faults was met than before. */
export async function faultMet(peer: Peer | undefined, kind: string, before: number): Promise<void> {
  await until('they are at it', () => (peer?.faultsMet(kind) ?? 0) > before || undefined, {
    ...{ everyMs: 1, withinMs: 15_000 },
  });
}

/** Has the gateway die there while `doing` goes on. Nothing serves afterwards. */
export async function struck(
  ground: KilledGateways,
  {
    strike,
    peer,
    match,
  }: { readonly strike: Strike; readonly peer: Peer | undefined; readonly match: FaultRule['match'] },
  doing: () => Promise<unknown>,
): Promise<void> {
  if ('at' in strike) ground.dieAt(strike.at);
  else peer?.addFault({ ...strike.during, ...(match && { match }), times: 1 });
  const met = 'at' in strike ? 0 : (peer?.faultsMet(strike.during.kind) ?? 0);
  const done = doing().catch(() => undefined);
  if ('during' in strike) {
    await faultMet(peer, strike.during.kind, met);
    // One that acts at once has acted by then; its reply never comes.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await ground.killed('during' in strike ? 'SIGKILL' : undefined);
  await done;
  peer?.clearFaults();
}
