import { endWaiting } from '../../access/four-eyes.ts';
import { createLoop, type Loop } from '../../loop.ts';
import { newId, type Platform } from '../../platform.ts';
import type { Engine } from '../../store/engine.ts';
import { doubtIsOver, STATED } from './statements.ts';

const LEASE_MS = 30_000;
const REST_MS = 60_000;

/**
 * Ends one person's word about an act whose doubt ended without a second one: the system answered, or it was erased.
 * Delivery settles and knows nothing of people, so this comes after it. Until then such a word waits in vain and does
 * no harm: only what is in doubt at that moment is stated (`stateSecond`).
 */
export const createVoidWords = (parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly owner: string;
  readonly failed: (error: unknown) => void;
}): Loop =>
  createLoop({
    ...parts,
    name: 'void-words',
    lease: { engine: parts.engine, owner: parts.owner, forMs: LEASE_MS },
    turn: async ({ mine }) => {
      await endWaiting(parts.engine, STATED, { over: doubtIsOver, token: () => newId(parts.platform, 't'), mine });
      return REST_MS;
    },
  });
