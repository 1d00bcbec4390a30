import { describe, expect, it } from 'vitest';
import { house } from '../../../test/kit/house.ts';
import { lint } from '../../../test/kit/promlint.ts';
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
  systems: { all: [] },
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
    expect(own(text).filter((line) => !/^lienthong_(event_loop|build_info)/.test(line))).toEqual([
      ...Object.entries({ pending: 3, sending: 0, retrying: 2, uncertain: 0, rejected: 0, dead: 7, parked: 0 }).map(
        ([state, n]) => `lienthong_exchanges{system="national-portal",state="${state}"} ${n}`,
      ),
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

describe('what alerts are made of', () => {
  const at = { NATIONAL_PORTAL_URL: 'https://portal.vn/forward' };
  const environment = {
    ...at,
    NATIONAL_PORTAL_USERNAME: 'u',
    NATIONAL_PORTAL_PASSWORD: 'p-of-the-portal',
    NATIONAL_PORTAL_UNIT: '000.00.00.H02',
    NATIONAL_PORTAL_DSTCODE: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
  };
  const fresh = async (): Promise<[ReturnType<typeof nodeMetrics>, string]> => {
    const port = nodeMetrics();
    await house({ metrics: port, environment });
    return [port, (await port.render()).text];
  };

  it('stands at 0 of every configured system before anything has happened, and of no other', async () => {
    const [, text] = await fresh();
    for (const system of ['national-portal', 'subscriber']) {
      const of = `system="${system}"`;
      for (const state of ['uncertain', 'rejected', 'dead', 'parked'])
        expect(text).toContain(`lienthong_exchanges{${of},state="${state}"} 0`);
      for (const state of ['delivered', 'rejected', 'dead', 'uncertain'])
        expect(text).toContain(`lienthong_exchanges_settled_total{${of},state="${state}"} 0`);
      for (const cause of ['timeout', 'tls', 'drift'])
        expect(text).toContain(`lienthong_exchange_causes_total{${of},state="dead",cause="${cause}"} 0`);
      expect(text).toContain(`lienthong_backlog{${of}} 0`);
      expect(text).toContain(`lienthong_oldest_waiting_seconds{${of}} 0`);
    }
    for (const outcome of ['completed', 'rejected', 'not-sent', 'unknown', 'drift'])
      for (const operation of ['sync-dossier', 'sync-dossier/read-back', 'deliver-event'])
        expect(text).toMatch(
          new RegExp(`lienthong_calls_total\\{system="[a-z-]+",operation="${operation}",outcome="${outcome}"\\} 0`),
        );
    expect(text).not.toContain('vietcombank');
    for (const outcome of ['accepted', 'unchanged', 'refused'])
      expect(text).toContain(`lienthong_snapshots_total{outcome="${outcome}"} 0`);
    for (const name of ['dossiers_accepted_total', 'journal_seal_age_seconds', 'journal_unsealed_age_seconds'])
      expect(text).toMatch(new RegExp(`^lienthong_${name} \\d`, 'm'));
    expect(text).toMatch(/^lienthong_build_info\{version="[\d.]+",node="[\d.]+"\} 1$/m);
  });

  it('counts the first that is refused, given up or in doubt, with its cause', async () => {
    const [port] = await fresh();
    port.settled({ system: 'national-portal', state: 'rejected', cause: 'rejected' });
    port.settled({ system: 'national-portal', state: 'dead', cause: 'timeout' });
    port.settled({ system: 'national-portal', state: 'delivered', cause: null });
    const { text } = await port.render();
    for (const state of ['rejected', 'dead', 'delivered'])
      expect(text).toContain(`lienthong_exchanges_settled_total{system="national-portal",state="${state}"} 1`);
    expect(text).toContain('lienthong_exchange_causes_total{system="national-portal",state="dead",cause="timeout"} 1');
    expect(text).not.toMatch(/exchange_causes_total\{[^}]*state="delivered"/);
  });

  it('has the names, units and helps that promtool asks for, every series of it', async () => {
    const [port, text] = await fresh();
    expect(lint(text)).toEqual([]);
    port.request({ method: 'GET', route: '/healthz', status: 200, durationMs: 1 });
    port.call({ system: 'national-portal', operation: 'sync-dossier', outcome: 'drift', durationMs: 1 });
    expect(lint((await port.render()).text)).toEqual([]);
  });

  it.each([
    ['# HELP a_total A\n# TYPE a_total gauge\na_total 1', 'a_total: only a counter ends in _total'],
    ['# HELP a A\n# TYPE a counter\na 1', 'a: a counter ends in _total'],
    ['# TYPE a gauge\na 1', 'a: no help'],
    ['# HELP a_ms A\n# TYPE a_ms gauge\na_ms 1', 'a_ms: the unit ms is abbreviated'],
    ['# HELP a_minutes A\n# TYPE a_minutes gauge\na_minutes 1', 'a_minutes: minutes is no base unit, seconds is'],
    [
      '# HELP a_seconds_old A\n# TYPE a_seconds_old gauge\na_seconds_old 1',
      'a_seconds_old: the unit seconds is not at the end',
    ],
    ['# HELP aB A\n# TYPE aB gauge\naB 1', 'aB: not in lower snake case'],
    ['# HELP a_gauge A\n# TYPE a_gauge gauge\na_gauge 1', 'a_gauge: the type stands in the name'],
    ['# HELP a A\n# TYPE a gauge\na{quantile="0.5"} 1', 'a: the label quantile is for summaries'],
    ['# HELP a A\n# TYPE a gauge\na{le="1"} 1', 'a: the label le is for histograms'],
    ['# HELP a_count A\n# TYPE a_count gauge\na_count 1', 'a_count: _count is for histograms and summaries'],
    ['# HELP a A\n# TYPE a gauge\na{fooBar="1"} 1', 'a: the label fooBar is not in lower snake case'],
  ])('the rules find what is against them: %s', (text, found) => {
    expect(lint(text)).toEqual([found]);
  });
});
