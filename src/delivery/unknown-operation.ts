import { type OperationPolicy, unknown } from '../../adapters/adapter.ts';
import type { CommandEntry } from './systems.ts';

const policy: OperationPolicy = {
  timeoutMs: 1,
  quietMs: 0,
  inlineTries: 1,
  scheduleMs: [60_000],
  giveUpAgeMs: 30 * 86_400_000,
  batchSize: 1,
};

/** Stands for an operation that this program no longer knows: whatever was under way waits for a person. */
export const UNKNOWN_OPERATION: CommandEntry = {
  system: 'unknown',
  operation: {
    kind: 'act',
    name: 'unknown',
    mode: 'queued',
    recovery: { kind: 'manual', why: 'this program does not know the operation' },
    policy,
    run: async () => unknown('unreadable'),
  },
  recovery: 'manual',
  canReadBack: false,
  interactive: false,
  answerWithinMs: 0,
  policy,
};
