import { describe, expect, it } from 'vitest';
import type { DeliveryState } from '../../observability/metrics.ts';
import { nodeMetrics } from './metrics.ts';

const state: DeliveryState = {
  exchanges: [
    { system: 'national-portal', state: 'pending', count: 3, oldestMs: 1500 },
    { system: 'national-portal', state: 'retrying', count: 2, oldestMs: 4000 },
    { system: 'national-portal', state: 'dead', count: 7, oldestMs: 90_000 },
  ],
  lanes: [{ lane: 'national-portal/command', breaker: 'open', paused: false }],
};

describe('metrics', () => {
  it('show how delivery stands, read when somebody asks', async () => {
    const { text } = await nodeMetrics(async () => state).render();
    expect(text).toContain('lienthong_exchanges{system="national-portal",state="dead"} 7');
    expect(text).toContain('lienthong_backlog{system="national-portal"} 5');
    expect(text).toContain('lienthong_oldest_waiting_seconds{system="national-portal"} 4');
    expect(text).toContain('lienthong_breaker_state{lane="national-portal/command"} 2');
    expect(text).toContain('lienthong_lane_paused{lane="national-portal/command"} 0');
  });

  it('count calls by outcome and time them', async () => {
    const metrics = nodeMetrics();
    metrics.call({ system: 's', operation: 'o', outcome: 'completed', durationMs: 30 });
    const { text } = await metrics.render();
    expect(text).toContain('lienthong_calls_total{system="s",operation="o",outcome="completed"} 1');
    expect(text).toContain('lienthong_call_duration_seconds_bucket{le="0.1",system="s",operation="o"} 1');
  });

  it('show the process even while the store cannot be read, and no stale delivery', async () => {
    let broken = false;
    const metrics = nodeMetrics(async () => {
      if (broken) throw new Error('gone');
      return state;
    });
    await metrics.render();
    broken = true;
    // The last reading is shared for some seconds; a new instance has none to share.
    const { text } = await nodeMetrics(async () => {
      throw new Error('gone');
    }).render();
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('lienthong_exchanges{');
  });
});
