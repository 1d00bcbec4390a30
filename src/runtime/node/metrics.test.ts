import { describe, expect, it } from 'vitest';
import { house } from '../../../test/kit/house.ts';
import type { RoomMetrics } from '../../observability/metrics.ts';
import type { RoomDefinition } from '../../room.ts';
import { systemMetrics } from '../../systems/metrics.ts';
import { nodeMetrics } from './metrics.ts';

const about = { system: 'national-portal', operation: 'sync-dossier', at: 0 };
const lane = { name: 'national-portal/command', breaker: 'open', open_until: 2_000, paused_by: null };
const delivery = systemMetrics({
  engine: {
    scan: async ({ sql }) =>
      (/ as standing|c\.standing/.test(sql)
        ? [
            { ...about, standing: 'delivered', cause: '', n: 900 },
            { ...about, standing: 'pending', cause: '', n: 3 },
            { ...about, standing: 'retrying', cause: 'timeout', n: 2 },
            { ...about, standing: 'dead', cause: 'timeout', n: 4 },
            { ...about, standing: 'dead', cause: 'unavailable', n: 3 },
          ]
        : sql.includes('accepted_at')
          ? [{ system: 'national-portal', at: 6_000 }]
          : []) as never,
  },
  lanes: { read: async () => [lane] as never },
  platform: { wall: () => 10_000, steady: () => 1_000 } as never,
});
const pets = (read: RoomMetrics['read']): RoomMetrics => ({
  gauges: { pets: { help: 'How many pets', labels: [] } },
  read,
});
const own = (text: string) => text.split('\n').filter((line) => /^lienthong_/.test(line));

describe('metrics', () => {
  it('show what rooms measure under the names that dashboards know, read when somebody asks', async () => {
    const metrics = nodeMetrics();
    metrics.show(delivery);
    const { text } = await metrics.render();
    expect(own(text).filter((line) => !line.startsWith('lienthong_event_loop'))).toEqual([
      'lienthong_exchanges{system="national-portal",state="pending"} 3',
      'lienthong_exchanges{system="national-portal",state="retrying"} 2',
      'lienthong_exchanges{system="national-portal",state="dead"} 7',
      ...[
        ['pending', '', 3],
        ['retrying', 'timeout', 2],
        ['dead', 'timeout', 4],
        ['dead', 'unavailable', 3],
      ].map(
        ([state, cause, n]) =>
          `lienthong_exchanges_by_cause{system="national-portal",operation="sync-dossier",state="${state}",cause="${cause}"} ${n}`,
      ),
      'lienthong_backlog{system="national-portal"} 5',
      'lienthong_oldest_waiting_seconds{system="national-portal"} 4',
      'lienthong_breaker_state{lane="national-portal/command"} 2',
      'lienthong_lane_paused{lane="national-portal/command"} 0',
    ]);
    expect(text).toContain('# HELP lienthong_exchanges Exchanges that are open, refused or given up, by state');
    expect(text).toContain('# TYPE lienthong_exchanges gauge');
  });

  it('count calls by outcome and time them', async () => {
    const metrics = nodeMetrics();
    metrics.call({ system: 's', operation: 'o', outcome: 'completed', durationMs: 30 });
    const { text } = await metrics.render();
    expect(text).toContain('lienthong_calls_total{system="s",operation="o",outcome="completed"} 1');
    expect(text).toContain('lienthong_call_duration_seconds_bucket{le="0.1",system="s",operation="o"} 1');
  });

  it('show the process even while a room cannot be read, and nothing that was read before', async () => {
    let broken = false;
    const metrics = nodeMetrics();
    metrics.show(delivery);
    metrics.show(
      pets(async () => {
        if (broken) throw new Error('gone');
        return [{ name: 'pets', labels: {}, value: 2 }];
      }),
    );
    expect((await metrics.render()).text).toContain('lienthong_pets 2');
    broken = true;
    const { text } = await metrics.render();
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('lienthong_exchanges{');
    expect(own(text).filter((line) => line.startsWith('lienthong_pets'))).toEqual([]);
  });
});

describe('a room of the product or beside it', () => {
  const started = async (metrics: RoomMetrics) => {
    const room: RoomDefinition = { name: 'pets', create: () => ({ metrics }) };
    const [port, errors] = [nodeMetrics(), [] as [string, object][]];
    await house({ rooms: [room], metrics: port, onError: (...error) => errors.push(error) });
    return { text: (await port.render()).text, errors };
  };

  it('brings what it measures by itself', async () => {
    const { text, errors } = await started(pets(async () => [{ name: 'pets', labels: {}, value: 2 }]));
    expect(text).toContain('lienthong_pets 2');
    expect(text).toContain('# TYPE lienthong_exchanges gauge');
    expect(errors).toEqual([]);
  });

  it('that cannot be measured is logged by its name, and left out', async () => {
    const { text, errors } = await started(pets(() => Promise.reject(new Error('gone'))));
    expect(own(text).some((line) => line.startsWith('lienthong_pets'))).toBe(false);
    expect(errors).toEqual([
      ['what a room measures could not be read', expect.objectContaining({ room: 'pets', error: expect.anything() })],
    ]);
  });

  it.each(['exchanges', 'calls_total'])('does not start under a name that is taken: %s', async (name) => {
    await expect(started({ gauges: { [name]: { help: 'Mine', labels: [] } }, read: async () => [] })).rejects.toThrow(
      name,
    );
  });
});
