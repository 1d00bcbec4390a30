import { describe, expect, it, vi } from 'vitest';
import { loginFailed, type NotSent, notSent } from '../../../adapters/adapter.ts';
import { createLaneGuard } from '../sending/lane-guard.ts';
import type { Lanes } from '../sending/lanes.ts';
import { codeOf } from './outcome-code.ts';
import { type InHand, type Recoverability, settleSend } from './settlement.ts';

const reasons: readonly NotSent['reason'][] = [
  'tls',
  'dns',
  'connection-refused',
  'timeout',
  'connection-lost',
  'server-error',
  'unreadable',
  'client-error',
  'rate-limited',
  'unavailable',
];
const operation: Recoverability = {
  recovery: 'repeatable',
  canReadBack: true,
  interactive: false,
  policy: {
    ...{ timeoutMs: 1_000, quietMs: 60_000, inlineTries: 3, scheduleMs: [5_000, 60_000], giveUpAgeMs: 3_600_000 },
    batchSize: 1,
  },
};
const item: InHand = {
  ...{ kind: 'collapsing', version: 3, attempts: 1, tried_ms: 0, doubt: 'none', suspect: 0, claimed_from: 'pending' },
};

/** What a lane's guard does about an outcome. */
async function deedsOf(outcome: NotSent): Promise<string[]> {
  const deeds: string[] = [];
  const deed = (name: string) => async () => {
    deeds.push(name);
    return false;
  };
  const names = ['slowDown', 'speedUp', 'open', 'close', 'probeFailed', 'loginRefused', 'loginWorked'];
  const breaker = { windowMs: 30_000, minimumCalls: 1, minimumKeys: 1, failureRatio: 0.5, openMs: 10, maxOpenMs: 99 };
  const guard = createLaneGuard({
    lane: 'x/command',
    system: 'x',
    policy: { ratePerSecond: 1, burst: 1, concurrency: 1, breaker, downtime: [] },
    lanes: {
      ...Object.fromEntries(names.map((name) => [name, deed(name)])),
      told: async () => {},
    } as unknown as Lanes,
    platform: {
      steady: () => 0,
      random: () => 0,
      bytes: (n: number) => new Uint8Array(n),
      wall: () => 0,
    } as never,
    observer: { notice: vi.fn(), call: vi.fn(), settled: vi.fn() } as never,
    systems: new Map() as never,
  });
  await guard.report(outcome, ['a'], false);
  guard.close();
  return deeds;
}

describe('a login that failed', () => {
  it.each(reasons)('for %s is shown as that, and treated as any failed login', async (reason) => {
    for (const retryAfterMs of [undefined, 90_000]) {
      const was = loginFailed(reason, retryAfterMs);
      const plain = notSent('login-failed', retryAfterMs);
      expect(codeOf(was)).toBe(reason);
      expect(settleSend(item, was, operation, 0.5)).toEqual({
        ...settleSend(item, plain, operation, 0.5),
        cause: reason,
        code: reason,
      });
      expect(await deedsOf(was)).toEqual(await deedsOf(plain));
      expect(await deedsOf(was)).toEqual(['open']);
    }
  });

  it('with their no, of which one only hears, is shown as their no and not counted again', async () => {
    const heard: NotSent = { ...notSent('login-refused', 90_000), heard: true };
    expect(settleSend(item, heard, operation, 0.5)).toEqual({
      ...settleSend(item, notSent('login-failed', 90_000), operation, 0.5),
      cause: 'login-refused',
      code: 'login-refused',
    });
    expect(await deedsOf(heard)).toEqual(['open']);
    expect(await deedsOf(notSent('login-refused'))).toEqual(['loginRefused', 'open']);
  });
});
