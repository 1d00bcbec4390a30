import type { RoomMetrics } from '../observability/metrics.ts';
import { type Engine, sql } from '../store/engine.ts';

interface Row {
  readonly at: number;
  readonly sealed_at: number | null;
  readonly began_at: number | null;
  readonly unsealed_at: number | null;
}

/** How long ago the journal was sealed, and what waits for it. */
export const sealingMetrics = ({ engine }: { readonly engine: Pick<Engine, 'scan'> }): RoomMetrics => ({
  gauges: {
    journal_seal_age_seconds: {
      help: 'Time since the newest seal; while there is none, since the journal began',
      labels: [],
    },
    journal_unsealed_age_seconds: {
      help: 'Age of the oldest line that no seal holds; 0 where there is none',
      labels: [],
    },
  },
  read: async () => {
    const [row] = await engine.scan<Row>(newest());
    const ageOf = (at: number | null | undefined) => (row == null || at == null ? 0 : Math.max(0, row.at - at) / 1000);
    return [
      { name: 'journal_seal_age_seconds', labels: {}, value: ageOf(row?.sealed_at ?? row?.began_at) },
      { name: 'journal_unsealed_age_seconds', labels: {}, value: ageOf(row?.unsealed_at) },
    ];
  },
});

const newest = () =>
  sql(
    `select {at} as at, (select s.signed_at from seal s order by s.n desc limit 1) as sealed_at,
            (select j.at from journal j order by j.position limit 1) as began_at,
            (select j.at from journal j where j.position > (select coalesce(max(g.last), 0) from seal g) order by j.position limit 1) as unsealed_at`,
  );
