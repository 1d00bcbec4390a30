import { type Random, seededRandom, seedOf } from '../kit/random.ts';
import { closing, WorkingDays } from './calendar.ts';
import { apportion, Deck } from './deck.ts';
import { CodeCounter, channelCounts, channels, drawProcedure, drawUnit, eCertificationOf } from './draw.ts';
import { courseOf, type DossierPlan, stagesOf } from './plan.ts';
import { type Cell, cells2022, type Outcome, published2022 } from './published.ts';
import { districts2022 } from './units.ts';

const CARRIED_DAYS = 10;

/**
 * The whole of 2022, 690,989 dossiers in the order of reception, as plans (`bodyAt` writes their snapshots). Every
 * published part is met exactly: level by outcome, carried over and new, online and not, electronic certifications by
 * district. Streams: memory holds one day.
 */
export function* makeYear(options: { readonly seed: number }): Generator<DossierPlan, void, undefined> {
  const maker = new YearMaker(options.seed);
  for (let day = -CARRIED_DAYS; day <= maker.lastDay; day += 1) yield* maker.day(day);
}

/** The range of working days on which dossiers with this outcome come in, so that it can come true within the year. */
function span(outcome: Outcome, lastDay: number): readonly [from: number, to: number] {
  switch (outcome) {
    case 'early':
      return [0, lastDay];
    case 'on-time':
      return [0, lastDay - 30];
    case 'late':
      return [0, lastDay - 45];
    case 'open':
      return [lastDay - 14, lastDay];
    case 'open-late':
      return [lastDay - 60, lastDay - 30];
  }
}

class YearMaker {
  readonly lastDay: number;
  readonly #seed: number;
  readonly #random: Random;
  readonly #calendar = new WorkingDays('2022-01-01', '2022-12-31');
  readonly #codes = new CodeCounter();
  /** Per day, the number of dossiers of each cell. */
  readonly #quotas = new Map<number, number[]>();
  readonly #ways = new Deck(channelCounts);
  /** Per level: which early new dossiers are electronic certifications of which district; the last kind is none. */
  readonly #eCertifications = new Map<string, Deck>();
  #serial = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = seededRandom(seedOf(seed, 2022));
    this.lastDay = this.#calendar.countTo('2022-12-31') - 1;
    const weights = Array.from({ length: this.lastDay + 1 }, () => 0.85 + 0.3 * this.#random.next());
    const carried = this.#carriedPerCell();
    cells2022.forEach((cell, index) => {
      const carriedHere = carried[index] ?? 0;
      const evenly = Array.from({ length: CARRIED_DAYS }, () => 1);
      apportion(carriedHere, evenly).forEach((count, day) => void this.#setQuota(day - CARRIED_DAYS, index, count));
      const [from, to] = span(cell.outcome, this.lastDay);
      const fresh = apportion(cell.count - carriedHere, weights.slice(from, to + 1));
      fresh.forEach((count, day) => void this.#setQuota(from + day, index, count));
    });
    this.#dealECertifications(carried);
  }

  *day(day: number): Generator<DossierPlan, void, undefined> {
    this.#codes.clear();
    const cells = new Deck(this.#quotas.get(day) ?? []);
    const drafts: ReturnType<YearMaker['draft']>[] = [];
    while (cells.left > 0) drafts.push(this.draft(cells2022[cells.draw(this.#random)] as Cell, day));
    drafts.sort((left, right) => (left.stages[0]?.at ?? 0) - (right.stages[0]?.at ?? 0));
    const receivedDay = this.#calendar.at(day);
    for (const draft of drafts) {
      this.#serial += 1;
      yield { ...draft, serial: this.#serial, seed: this.#seed, code: this.#codes.next(draft.unit, receivedDay) };
    }
  }

  draft({ level, outcome }: Cell, day: number): Omit<DossierPlan, 'serial' | 'seed' | 'code'> {
    const random = this.#random;
    const carriedOver = day < 0;
    const way = carriedOver ? Number(random.chance(0.53)) : this.#ways.draw(random);
    const channel = channels[way] ?? 'counter';
    const deck = outcome === 'early' && !carriedOver ? this.#eCertifications.get(level) : undefined;
    const district = deck === undefined ? undefined : districts2022[deck.draw(random)];
    const shortest = carriedOver ? CARRIED_DAYS + 5 : outcome === 'open' ? this.lastDay - day + 1 : 1;
    const procedure = district === undefined ? drawProcedure(random, level, shortest) : eCertificationOf(level);
    const due = day + procedure.days;
    const finish = this.#finishDay(outcome, day, due);
    const course = courseOf(random, outcome, procedure, channel === 'online', false);
    return {
      level,
      outcome,
      course,
      channel,
      carriedOver,
      unit: drawUnit(random, level, district?.code),
      procedure,
      dueAt: closing(this.#calendar.at(due)),
      stages: stagesOf(random, course, channel === 'online', {
        receivedDay: this.#calendar.at(day),
        finishDay: this.#calendar.at(finish),
        finishedWhenDue: outcome === 'on-time',
      }),
    };
  }

  /** The working day of the last stage. */
  #finishDay(outcome: Outcome, day: number, due: number): number {
    switch (outcome) {
      case 'early':
        return this.#random.int(Math.max(0, day), Math.min(due - 1, this.lastDay));
      case 'on-time':
        return due;
      case 'late':
        return due + this.#random.int(1, 10);
      case 'open':
      case 'open-late':
        return day;
    }
  }

  /** Carried-over dossiers are settled in the year, in proportion to all settled ones. */
  #carriedPerCell(): number[] {
    const settled = cells2022.map(({ outcome, count }) => (outcome.startsWith('open') ? 0 : count));
    return apportion(published2022.carriedOver, settled);
  }

  /** Made: three in ten of a district's electronic certifications are its own office's, the others its communes'. */
  #dealECertifications(carried: readonly number[]): void {
    const own = districts2022.map(({ eCertifications }) => Math.round(eCertifications * 0.3));
    const communal = districts2022.map(({ eCertifications }, index) => eCertifications - (own[index] ?? 0));
    cells2022.forEach(({ level, outcome, count }, index) => {
      if (outcome !== 'early' || level === 'province') return;
      const electronic = level === 'district' ? own : communal;
      const others = count - (carried[index] ?? 0) - electronic.reduce((sum, each) => sum + each, 0);
      this.#eCertifications.set(level, new Deck([...electronic, others]));
    });
  }

  #setQuota(day: number, cell: number, count: number): void {
    const quotas = this.#quotas.get(day) ?? cells2022.map(() => 0);
    quotas[cell] = count;
    this.#quotas.set(day, quotas);
  }
}
