import { journalLine } from '../chronicle/journal-line.ts';
import { happened, raise } from '../chronicle/raise.ts';
import { newId, type Platform } from '../platform.ts';
import type { ClockStep } from '../store/clock.ts';
import { noteStep } from '../store/clock-statements.ts';
import type { Statement } from '../store/engine.ts';
import { clockStepped } from './event-types.ts';

/** What is written once when the wall was set: in the clock's row, the journal and the feed. Behind a save of the same batch. */
export function stepped(platform: Platform, step: ClockStep): Statement[] {
  const seconds = Math.round(step.byMs / 1_000);
  return [
    noteStep(step),
    journalLine({
      ...{ id: `clock:${newId(platform, 't')}`, ref: 'clock', actor: 'clock' },
      to: `stepped: ${seconds > 0 ? '+' : ''}${seconds} s`,
    }),
    raise([
      happened(platform, clockStepped, {
        ...{ system: null, ref: 'clock' },
        data: { seconds, seen: step.seen, certain: step.certain },
      }),
    ]),
  ];
}
