import type { RoomMetrics } from '../observability/metrics.ts';
import type { Acceptance, AcceptCommand } from './acceptance.ts';

type Accept = (command: AcceptCommand) => Promise<Acceptance>;

/** The same, counting what came of each snapshot from the start of the process; one that failed was not taken. */
export function counting(accept: Accept): {
  readonly accept: Accept;
  /** Commands so far, whatever comes of them. */
  readonly handedOver: () => number;
  readonly metrics: RoomMetrics;
} {
  const snapshots: Record<Acceptance['kind'], number> = {
    ...{ accepted: 0, unchanged: 0, refused: 0, moved: 0, awaited: 0 },
  };
  let dossiers = 0;
  let handedOver = 0;
  return {
    handedOver: () => handedOver,
    accept: async (command) => {
      handedOver += 1;
      const answer = await accept(command);
      snapshots[answer.kind] += 1;
      if (answer.kind === 'accepted' && answer.created) dossiers += 1;
      return answer;
    },
    metrics: {
      gauges: {
        dossiers_accepted_total: { help: 'Dossiers taken on for the first time', labels: [], counts: true },
        snapshots_total: {
          help: 'Snapshots of dossiers handed over, by what came of each',
          labels: ['outcome'],
          counts: true,
        },
      },
      read: async () => [
        { name: 'dossiers_accepted_total', labels: {}, value: dossiers },
        ...Object.entries(snapshots).map(([outcome, value]) => ({
          ...{ name: 'snapshots_total', labels: { outcome } },
          value,
        })),
      ],
    },
  };
}
