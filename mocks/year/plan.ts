import type { Channel, DossierStatus } from '../../contracts/domain/status.ts';
import type { Level, Procedure } from '../facts/procedures.ts';
import type { Random } from '../kit/random.ts';
import { closing, officeTime } from './calendar.ts';
import type { Outcome } from './published.ts';
import type { UnitRow } from './units.ts';

/** What happens to a dossier between its coming and its end. */
export type Course = 'plain' | 'quick' | 'paying' | 'supplemented' | 'withdrawn' | 'stopped' | 'refused' | 'open';

/** One state that the province reports: a snapshot. */
export interface Stage {
  /** Epoch milliseconds, on a whole second, growing within the dossier. */
  readonly at: number;
  readonly status: DossierStatus;
}

/** Everything that decides a dossier; its bodies are written from this and can be written again at will. */
export interface DossierPlan {
  /** From 1; stands in every invented name and number. */
  readonly serial: number;
  readonly seed: number;
  readonly code: string;
  readonly level: Level;
  readonly outcome: Outcome;
  readonly course: Course;
  readonly channel: Channel;
  readonly carriedOver: boolean;
  readonly unit: UnitRow;
  readonly procedure: Procedure;
  readonly dueAt: number;
  readonly stages: readonly Stage[];
}

const FOUR_MINUTES_MS = 240_000;

/** Shares by which a dossier takes a course; made. */
export function courseOf(
  random: Random,
  outcome: Outcome,
  procedure: Procedure,
  online: boolean,
  refusals: boolean,
): Course {
  if (outcome === 'open' || outcome === 'open-late') return 'open';
  const place = random.next();
  if (outcome === 'on-time') {
    // The report form counts withdrawn and returned dossiers as on time (WIRE.md 7.2).
    if (place < 0.06) return 'withdrawn';
    if (place < 0.07) return 'stopped';
    if (place < 0.1 && refusals) return 'refused';
  }
  if (procedure.days === 1 && place > 0.5) return 'quick';
  if (place > 0.92 && procedure.days > 1) return 'supplemented';
  if (online && procedure.charge !== undefined && place > 0.3) return 'paying';
  return 'plain';
}

const courses: Readonly<Record<Course, readonly DossierStatus[]>> = {
  plain: ['accepted', 'processing', 'completed', 'result-returned'],
  quick: ['accepted', 'completed', 'result-returned'],
  paying: ['accepted', 'awaiting-payment', 'processing', 'completed', 'result-returned'],
  supplemented: ['accepted', 'processing', 'supplementing', 'processing', 'completed', 'result-returned'],
  withdrawn: ['accepted', 'processing', 'withdrawn'],
  stopped: ['accepted', 'processing', 'stopped'],
  refused: ['refused'],
  open: ['accepted', 'processing'],
};

export interface Timing {
  /** Midnights in Vietnam. */
  readonly receivedDay: number;
  readonly finishDay: number;
  /** Finished at the very end of `finishDay`, which is then the due day. */
  readonly finishedWhenDue: boolean;
}

/**
 * The stages of a course: those of the reception on the first day, the others on the last. Early is an earlier civil
 * day than the due one, late a later one, and on time is the due moment itself, so that no reading of the words differs.
 */
export function stagesOf(random: Random, course: Course, registered: boolean, timing: Timing): Stage[] {
  const statuses = registered || course === 'refused' ? ['registered' as const, ...courses[course]] : courses[course];
  const receptions = statuses.filter((status) => status === 'registered' || status === 'accepted').length;
  const oneDay = timing.receivedDay === timing.finishDay;
  const first = oneDay ? statuses.length : receptions;
  const parts = [...sortedParts(random, first), ...sortedParts(random, statuses.length - first)];
  let previous = 0;
  return statuses.map((status, index) => {
    const day = index < receptions ? timing.receivedDay : timing.finishDay;
    const wished =
      status === 'completed' && timing.finishedWhenDue ? closing(day) : officeTime(day, parts[index] ?? 0.9);
    previous = Math.max(wished, previous + FOUR_MINUTES_MS);
    return { at: previous, status };
  });
}

/** Growing places in the office day, leaving its end free for the last steps. */
function sortedParts(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.next() * 0.9).sort((left, right) => left - right);
}
