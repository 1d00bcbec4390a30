import { z } from 'zod';

export const laneClass = z.enum(['query', 'command', 'interactive']);

/** What keeps a lane from sending; `open`: nothing does. */
export const laneState = z.enum(['open', 'paused', 'breaker-open', 'slowed-down', 'downtime']);
export type LaneState = z.infer<typeof laneState>;

export const breakerState = z.enum(['closed', 'open']);
export type BreakerState = z.infer<typeof breakerState>;
