import { type Random, seededRandom, seedOf } from '../../mocks/kit/random.ts';
import { Wheel } from '../../mocks/year/deck.ts';
import { districts2022, type UnitRow, units2022 } from '../../mocks/year/units.ts';

/** Where a dossier comes from: the unit that took it in, the day, and the number it got there that day. */
export interface Origin {
  readonly unit: UnitRow;
  /** Civil date, `2022-12-01`. */
  readonly date: string;
  /** The civil date after it. */
  readonly nextDate: string;
  /** As the province writes it: `H02.15.03-221201-0001`. */
  readonly code: string;
}

/** Dossiers that the province takes in on one day. */
export const DOSSIERS_A_DAY = 2_800;
const SEED = 20_221_201;
const FIRST_DAY = Date.UTC(2022, 0, 1);
const DAY_MS = 86_400_000;
/** Times may not lie ahead of the gateway's clock: the series ends in the spring of 2026. */
const DAYS = 1_550;
/** Indexes from which each part of the benchmark takes its dossiers: none meets another's in one store. */
export const FIRST = { history: 0, backlog: 1_000_000, load: 1_600_000, besideLoad: 3_000_000 } as const;

/** Departments take in most, some 40 dossiers a day; communes 4 to 16, as their district is busy. */
const WEIGHT = { province: 0, department: 4_000, district: 2_000, ward: 700, commune: 400 } as const;
const busy = new Map(districts2022.map(({ code, communes, eCertifications }) => [code, eCertifications / communes]));
const wheel = new Wheel<UnitRow>(units2022(), ({ kind, district }) =>
  kind === 'department' || kind === 'province' ? WEIGHT[kind] : WEIGHT[kind] + (busy.get(district) ?? 0),
);

/**
 * The dossier's origin, always the same for an index: 14 departments, 10 districts and 209 communes take dossiers in side
 * by side, so one index after the other lands at some 230 places of every tree that is ordered by code.
 */
export function originOf(index: number): Origin {
  const day = Math.floor(index / DOSSIERS_A_DAY);
  const found = day < DAYS ? taken(day)[index % DOSSIERS_A_DAY] : undefined;
  if (found === undefined) throw new RangeError(`the benchmark has no dossier ${index}`);
  const { unit, number } = found;
  const date = civil(day);
  const code = `${unit.code}-${date.slice(2).replaceAll('-', '')}-${String(number).padStart(4, '0')}`;
  return { unit, date, nextDate: civil(day + 1), code };
}

/**
 * Twelve digits that nobody bears: no province has the number 999. A different one for each index, and neighbours far
 * apart, as applicants come.
 */
export function identityNumber(index: number): string {
  return `999${String((index * 618_033_989) % 1_000_000_000).padStart(9, '0')}`;
}

const civil = (day: number): string => new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10);

interface Taken {
  readonly unit: UnitRow;
  readonly number: number;
}
const days = new Map<number, readonly Taken[]>();

/** What one day brings, in order of time; the days in use are kept. */
function taken(day: number): readonly Taken[] {
  let list = days.get(day);
  if (list === undefined) {
    const random: Random = seededRandom(seedOf(SEED, day));
    const numbers = new Map<UnitRow, number>();
    list = Array.from({ length: DOSSIERS_A_DAY }, () => {
      const unit = wheel.spin(random);
      const number = (numbers.get(unit) ?? 0) + 1;
      numbers.set(unit, number);
      return { unit, number };
    });
    if (days.size > 8) days.clear();
    days.set(day, list);
  }
  return list;
}
