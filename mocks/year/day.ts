import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { type Random, seededRandom } from '../kit/random.ts';
import { type BodyOptions, bodyAt } from './body.ts';
import { closing, WorkingDays } from './calendar.ts';
import { apportion, Deck } from './deck.ts';
import { CodeCounter, channelCounts, channels, drawProcedure, drawUnit, eCertificationOf } from './draw.ts';
import { courseOf, type DossierPlan, stagesOf, type Timing } from './plan.ts';
import { type Cell, cells2022, published2022 } from './published.ts';

export interface DayOptions extends BodyOptions {
  /** A civil date; on a day off, the next working day is made. */
  readonly date: string;
  readonly dossiers: number;
  readonly seed: number;
}

/** One snapshot that the provincial system hands over. */
export interface Submission {
  /** Epoch milliseconds: when it happened in the province. */
  readonly at: number;
  readonly code: string;
  /** The snapshot's `revision`; begins above 1 for a dossier received before this day. */
  readonly revision: number;
  /** The last of its dossier on this day. */
  readonly last: boolean;
  readonly body: DossierSnapshot;
}

export interface SyntheticDay {
  /** What each dossier is and how it ends, in the order of serials. */
  readonly plans: readonly DossierPlan[];
  readonly submissionCount: number;
  /** In order of time, bodies made one by one; may be asked for again and gives the same. */
  submissions(): Generator<Submission, void, undefined>;
  /** Each dossier's state at the end of the day alone. */
  latest(): Generator<Submission, void, undefined>;
}

/** A working day of the province in the shares of 2022: level, outcome and channel are exact to a dossier. */
export function makeDay(options: DayOptions): SyntheticDay {
  const random = seededRandom(options.seed);
  const calendar = new WorkingDays(options.date);
  const codes = new CodeCounter();
  const shares = apportion(
    options.dossiers,
    cells2022.map(({ count }) => count),
  );
  const cells = new Deck(shares);
  const ways = new Deck(apportion(options.dossiers, channelCounts));
  const plans: DossierPlan[] = [];
  for (let serial = 1; serial <= options.dossiers; serial += 1) {
    const cell = cells2022[cells.draw(random)] as Cell;
    const channel = channels[ways.draw(random)] ?? 'counter';
    plans.push(planToday({ random, calendar, codes, cell, channel, serial, seed: options.seed }));
  }
  const events = eventsOf(plans, calendar.at(0));
  return {
    plans,
    submissionCount: events.length,
    submissions: function* () {
      for (const { plan, stage } of events) yield submit(plan, stage, options);
    },
    latest: function* () {
      for (const plan of plans) yield submit(plan, plan.stages.length - 1, options);
    },
  };
}

interface Event {
  readonly at: number;
  readonly plan: DossierPlan;
  readonly stage: number;
}

function eventsOf(plans: readonly DossierPlan[], dayStart: number): Event[] {
  const events: Event[] = [];
  for (const plan of plans) {
    plan.stages.forEach(({ at }, stage) => {
      if (at >= dayStart) events.push({ at, plan, stage });
    });
  }
  return events.sort((left, right) => left.at - right.at || left.plan.serial - right.plan.serial);
}

function submit(plan: DossierPlan, stage: number, options: BodyOptions): Submission {
  const body = bodyAt(plan, stage, options);
  const at = plan.stages[stage]?.at ?? 0;
  return { at, code: plan.code, revision: stage + 1, last: stage === plan.stages.length - 1, body };
}

interface Draft {
  readonly random: Random;
  readonly calendar: WorkingDays;
  readonly codes: CodeCounter;
  readonly cell: Cell;
  readonly channel: DossierPlan['channel'];
  readonly serial: number;
  readonly seed: number;
}

function planToday({ random, calendar, codes, cell, channel, serial, seed }: Draft): DossierPlan {
  const { level, outcome } = cell;
  const eCertificationShare = published2022.eCertifications / (317_835 + 78_996);
  const electronic = outcome === 'early' && level !== 'province' && random.chance(eCertificationShare);
  const procedure = electronic ? eCertificationOf(level) : drawProcedure(random, level, outcome === 'open' ? 2 : 1);
  const receivedOn = receptionDay(random, outcome, procedure.days);
  const timing: Timing = {
    receivedDay: calendar.at(receivedOn),
    finishDay: calendar.at(0),
    finishedWhenDue: outcome === 'on-time',
  };
  const online = channel === 'online';
  const course = courseOf(random, outcome, procedure, online, true);
  const unit = drawUnit(random, level);
  return {
    serial,
    seed,
    code: codes.next(unit, timing.receivedDay),
    level,
    outcome,
    course,
    channel,
    carriedOver: false,
    unit,
    procedure,
    dueAt: closing(calendar.at(receivedOn + procedure.days)),
    stages: stagesOf(random, course, online, timing),
  };
}

/** The working day of reception, 0 being today, that makes the outcome true. */
function receptionDay(random: Random, outcome: Cell['outcome'], days: number): number {
  switch (outcome) {
    case 'early':
      return random.chance(0.6) ? 0 : -random.int(0, days - 1);
    case 'open':
      return -random.int(0, Math.min(3, days - 1));
    case 'on-time':
      return -days;
    case 'late':
    case 'open-late':
      return -days - random.int(1, 5);
  }
}
