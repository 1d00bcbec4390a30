import type { Level } from '../facts/procedures.ts';

/** How a dossier stood at the end: settled before, on or after its due time, or still open, in time or late. */
export type Outcome = 'early' | 'on-time' | 'late' | 'open' | 'open-late';

const levels: readonly Level[] = ['province', 'district', 'commune'];
const outcomes: readonly Outcome[] = ['early', 'on-time', 'late', 'open', 'open-late'];

/**
 * The province's published year 2022, by its parts. The report prints 690,889 for `handled`, which its own parts
 * contradict: they make 690,989. Its 154,553 electronic certifications are 154,558 by its ten districts
 * (`districts2022`). Here the parts count, and whoever shows the printed figure shows the difference.
 */
export const published2022 = {
  handled: 690_989,
  handledAsPrinted: 690_889,
  carriedOver: 8_747,
  received: 682_242,
  online: 322_233,
  counterOrPostal: 360_009,
  eCertifications: 154_558,
  eCertificationsAsPrinted: 154_553,
  settled: 681_365,
  open: 9_624,
  byLevel: {
    province: { handled: 264_740, settled: 256_889, early: 212_046, 'on-time': 44_404, late: 439 },
    district: { handled: 85_065, settled: 84_160, early: 78_996, 'on-time': 4_660, late: 504 },
    commune: { handled: 341_184, settled: 340_316, early: 317_835, 'on-time': 20_187, late: 2_294 },
  },
  openLate: 48,
} as const;

/** Made: how many of those who came in person or by post used the post, and how the 48 open late ones lie. */
export const made2022 = {
  postal: 9_000,
  openLate: { province: 39, district: 5, commune: 4 },
} as const;

/** One part of the year: a level and an outcome with its number of dossiers. */
export interface Cell {
  readonly level: Level;
  readonly outcome: Outcome;
  readonly count: number;
}

export const cells2022: readonly Cell[] = levels.flatMap((level) => {
  const part = published2022.byLevel[level];
  const openLate = made2022.openLate[level];
  const counts: Record<Outcome, number> = {
    early: part.early,
    'on-time': part['on-time'],
    late: part.late,
    open: part.handled - part.settled - openLate,
    'open-late': openLate,
  };
  return outcomes.map((outcome) => ({ level, outcome, count: counts[outcome] }));
});
