import { describe, expect, it } from 'vitest';
import { FakePortal, lane, policy } from '../../../test/kit/delivery/fake-portal.ts';
import { VirtualClock } from '../../../test/kit/delivery/virtual-clock.ts';
import { lanePolicy, operationPolicy, policyOverride } from './policy.ts';

const adapter = new FakePortal(new VirtualClock()).adapter();

describe('configured policy', () => {
  it('lies over the adapter’s own: the system’s, then the one operation’s', () => {
    const override = policyOverride.parse({
      timeoutMs: 200,
      batchSize: 5,
      operations: { 'sync-dossier': { batchSize: 9 } },
    });
    expect(operationPolicy(policy, 'sync-dossier', override)).toEqual({ ...policy, timeoutMs: 200, batchSize: 9 });
    expect(operationPolicy(policy, 'sync-progress', override)).toEqual({ ...policy, timeoutMs: 200, batchSize: 5 });
  });

  it('lies over lanes likewise, the breaker field by field', () => {
    const override = policyOverride.parse({
      ratePerSecond: 7,
      breaker: { openMs: 5 },
      lanes: { command: { concurrency: 2, breaker: { minimumCalls: 3 } } },
    });
    expect(lanePolicy(adapter, 'command', override)).toEqual({
      ...lane,
      ratePerSecond: 7,
      concurrency: 2,
      breaker: { ...lane.breaker, openMs: 5, minimumCalls: 3 },
    });
    expect(lanePolicy(adapter, 'query', override)).toEqual({
      ...lane,
      ratePerSecond: 7,
      breaker: { ...lane.breaker, openMs: 5 },
    });
  });

  it.each([
    [{ timeoutMS: 5 }],
    [{ timeoutMs: 0 }],
    [{ scheduleMs: [] }],
    [{ breaker: { failureRatio: 1.5 } }],
    [{ lanes: { other: {} } }],
    [{ downtime: [{ days: [7], from: '00:00', to: '01:00' }] }],
    [{ downtime: [{ days: [1], from: '99:99', to: '01:00' }] }],
    [{ downtime: [{ days: [1], from: '22:00', to: '24:30' }] }],
  ])('refuses %o', (wrong) => {
    expect(policyOverride.safeParse(wrong).success).toBe(false);
  });
});
