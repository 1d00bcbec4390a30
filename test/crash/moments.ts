import type { Random } from '../../mocks/kit/random.ts';
import type { PortalState } from '../../mocks/national-portal/state.ts';
import type { Province } from './province.ts';

/** When a process is killed. `starting` is before it listens, `any` wherever the clock happens to stand. */
export const moments = ['any', 'accepting', 'mid-call', 'acted', 'starting'] as const;
export type Moment = (typeof moments)[number];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** A moment that does not come within this time is given up: the kill then falls anywhere. */
const LONGEST_WAIT_MS = 1_500;

/** Waits for the moment in a gateway that serves; what it waits for is seen from outside, in this very turn. */
export async function awaitMoment(
  moment: Moment,
  { portal, province, random }: { portal: PortalState; province: Province; random: Random },
): Promise<void> {
  await pause(random.next() * 450);
  switch (moment) {
    case 'accepting':
      await seen(() => province.inFlight >= 2);
      return pause(random.next() * 4);
    case 'mid-call':
      await seen(() => portal.counters.openNow > 0);
      return pause(random.next() * 20);
    case 'acted': {
      const { counters } = portal;
      const effects = (): number => counters.creates + counters.updates + counters.progressRows;
      const before = effects();
      // The reply is being written now: the gateway has not read it, or has not settled it.
      return seen(() => effects() > before);
    }
    case 'any':
    case 'starting':
      return;
  }
}

async function seen(so: () => boolean): Promise<void> {
  const end = performance.now() + LONGEST_WAIT_MS;
  while (!so() && performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
}
