import type { RoomDefinition } from '../room.ts';
import { type ClockRow, readClock } from '../store/clock-statements.ts';
import { clockStepped } from './event-types.ts';

/** What becomes known of a wall that was set: the runtime sees it, and everything that lasts goes on by the steady clock. */
export const clock: RoomDefinition = {
  name: 'clock',
  events: [clockStepped],
  create: ({ engine }) => ({
    metrics: {
      gauges: {
        clock_step_seconds: { help: 'By how much the wall was set the last time; 0 while it never was', labels: [] },
        clock_stepped_at_seconds: { help: 'When that was, seconds since 1970; 0 while it never was', labels: [] },
      },
      read: async () => {
        const [row] = await engine.all<ClockRow>(readClock());
        return [
          { name: 'clock_step_seconds', labels: {}, value: (row?.step_ms ?? 0) / 1_000 },
          { name: 'clock_stepped_at_seconds', labels: {}, value: (row?.stepped_at ?? 0) / 1_000 },
        ];
      },
    },
  }),
};
