import { VIETNAM_OFFSET_MS } from '../../contracts/domain/time.ts';
import { PORTAL, SYNC_DOSSIER } from '../dossiers/statements.ts';
import { idFrom } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { SENT_AGAIN_BY } from './dossiers/check-rows.ts';

/** Minutes within which a state is to be nationally visible. */
export const WITHIN_MINUTES = [1, 5, 15, 60] as const;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Ids are made by a clock that may differ from the store's, and before their row is accepted. */
const CLOCKS_APART_MS = 3_600_000;

export interface Freshness {
  /** States that were handed over. */
  readonly handedOver: number;
  /** In the order of `WITHIN_MINUTES`: how many were visible by then, themselves or by a newer one. */
  readonly within: readonly number[];
  /** Visible, later than all of these. */
  readonly later: number;
  /** On their way. */
  readonly waiting: number;
  /** Refused, given up, withdrawn, parked or uncertain, with nothing newer that arrived. */
  readonly stopped: number;
}

interface Counted {
  readonly n: number;
  readonly m1: number;
  readonly m5: number;
  readonly m15: number;
  readonly m60: number;
  readonly seen: number;
  readonly waiting: number;
}

/**
 * A state is visible from when it was delivered, or a newer one of its dossier: that shows it, too. What runs about dossiers
 * sent again was handed over before. Along the order in
 * which exchanges were made, so that the cost follows the stretch of time and not the history.
 */
const countStretch = (from: number, to: number): Statement => {
  const by = (minutes: number) =>
    `sum(case when w.shown_at is not null and w.shown_at - w.accepted_at <= ${minutes * MINUTE_MS} then 1 else 0 end)`;
  return sql(
    `select count(*) as n, ${by(1)} as m1, ${by(5)} as m5, ${by(15)} as m15, ${by(60)} as m60,
            sum(case when w.shown_at is not null then 1 else 0 end) as seen,
            sum(case when w.shown_at is null and w.parked = 0 and w.standing in ('pending', 'retrying') then 1 else 0 end) as waiting
       from (select x.accepted_at, s.standing, case when s.parked_reason is null then 0 else 1 end as parked,
               (select min(y.settled_at) from exchange y where y.stream = x.stream and y.operation = x.operation and y.seq >= x.seq
                  and y.state = 'delivered') as shown_at
               from exchange x join stream s on s.id = x.stream
              where x.id >= ?1 and x.id < ?2 and x.system = '${PORTAL}' and x.operation = '${SYNC_DOSSIER}'
                and x.accepted_by not like '${SENT_AGAIN_BY}%' and x.accepted_at >= cast(?3 as bigint) and x.accepted_at < cast(?4 as bigint)) w`,
    ...[idFrom('x', Math.max(0, from - CLOCKS_APART_MS)), idFrom('x', to + CLOCKS_APART_MS), from, to],
  );
};

export type FreshnessReports = ReturnType<typeof createFreshness>;

/** How soon the nation sees what the province hands over. */
export const createFreshness = ({ engine }: Pick<RoomParts, 'engine'>) => ({
  /** Of what was handed over from the beginning of one day in Vietnam to the end of another, a day at a time. */
  async of(from: string, to: string): Promise<Freshness> {
    const begins = Date.parse(`${from}T00:00:00Z`) - VIETNAM_OFFSET_MS;
    const ends = Date.parse(`${to}T00:00:00Z`) - VIETNAM_OFFSET_MS + DAY_MS;
    const sum = { n: 0, m1: 0, m5: 0, m15: 0, m60: 0, seen: 0, waiting: 0 };
    for (let at = begins; at < ends; at += DAY_MS) {
      const [row] = await engine.scan<Counted>(countStretch(at, at + DAY_MS));
      for (const key of Object.keys(sum) as (keyof Counted)[]) sum[key] += Number(row?.[key] ?? 0);
    }
    return {
      ...{ handedOver: sum.n, within: [sum.m1, sum.m5, sum.m15, sum.m60], later: sum.seen - sum.m60 },
      ...{ waiting: sum.waiting, stopped: sum.n - sum.seen - sum.waiting },
    };
  },
});
