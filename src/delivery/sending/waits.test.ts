import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, type Process, put } from '../../../test/kit/delivery/bench.ts';

let bench: Bench;
let gateway: Process;
const MINUTE = 60_000;
const SYSTEM = 'national-portal';
const token = () => `lift-${Math.floor(bench.clock.now)}`;
const breaker = { minimumCalls: 1_000, minimumKeys: 1_000 };

async function begin(options: Parameters<typeof createBench>[0] = {}): Promise<void> {
  bench = await createBench({
    policy: { scheduleMs: [1_000], inlineTries: 1 },
    override: { breaker },
    ...options,
  });
  gateway = await bench.start();
}
async function accept(code: string, mark = 1): Promise<void> {
  const answer = gateway.accept(put(code, mark));
  await bench.idle();
  await answer;
}
const events = (type: string) => bench.rows<{ data: string }>(`select data from event where type = '${type}'`);
const calls = () => bench.portal.calls.length;

afterEach(async () => {
  expect(bench.portal.overlaps).toEqual([]);
  await bench.close();
});

describe.each(['rate-limited', 'unavailable'] as const)('a hint of three days with %s', (reason) => {
  const said = { kind: 'not-sent', reason, retryAfterMs: 259_200_000 } as const;

  it('holds for ten minutes and no longer, is told once and noted', async () => {
    await begin();
    bench.portal.behave = () => said;
    await accept('D1');
    await bench.advance(1_000);
    bench.portal.behave = () => ({ kind: 'ok' });
    const before = calls();
    await bench.advance(9 * MINUTE);
    expect(calls()).toBe(before);
    await bench.advance(90_000);
    expect(await bench.states('D1')).toContain('delivered');
    const [event, ...more] = await events('system.told-to-wait');
    expect(more).toEqual([]);
    expect(JSON.parse(event?.data ?? '{}')).toMatchObject({ reason, seconds: 600, askedSeconds: 259_200 });
    expect(bench.notices.map(({ message }) => message)).toContain(
      'the system asked for a longer wait than its policy believes',
    );
  });

  it('goes by the policy of the system', async () => {
    await begin({ override: { breaker, longestHintMs: 20_000 } });
    bench.portal.behave = () => said;
    await accept('D1');
    await bench.advance(1_000);
    bench.portal.behave = () => ({ kind: 'ok' });
    await bench.advance(15_000);
    expect(await bench.states('D1')).not.toContain('delivered');
    await bench.advance(10_000);
    expect(await bench.states('D1')).toContain('delivered');
    expect(await events('system.told-to-wait')).toEqual([]);
  });

  it('holds a newer state too, and ends when it is lifted', async () => {
    await begin();
    bench.portal.behave = () => said;
    await accept('D1');
    await bench.advance(1_000);
    bench.portal.behave = () => ({ kind: 'ok' });
    await accept('D1', 2);
    await bench.advance(MINUTE);
    expect(await bench.states('D1')).not.toContain('delivered');
    await gateway.lanes.lift(SYSTEM, token);
    await bench.advance(5_000);
    expect(await bench.states('D1')).toContain('delivered');
  });
});

it('I3: the quiet time after an unknown outcome is not lifted, nor brought forward', async () => {
  await begin({ policy: { scheduleMs: [1_000], inlineTries: 1, quietMs: 2 * MINUTE } });
  bench.portal.behave = () => ({ kind: 'lost', acted: true });
  await accept('D1');
  await bench.advance(1_000);
  bench.portal.behave = () => ({ kind: 'ok' });
  const before = calls();
  await gateway.lanes.lift(SYSTEM, token);
  await gateway.lanes.bringForward(`${SYSTEM}/command`, token);
  await bench.advance(90_000);
  expect(calls()).toBe(before);
  await bench.advance(2 * MINUTE);
  expect(await bench.states('D1')).toContain('delivered');
});

describe('after an outage', () => {
  it.each(['connection-refused', 'dns', 'tls', 'unavailable', 'login-failed'] as const)(
    'by %s the last dossier goes within a minute of the breaker’s closing, though its schedule has hours',
    async (reason) => {
      const HOUR = 60 * MINUTE;
      await begin({
        policy: { scheduleMs: [1_000, 1_000, HOUR, 6 * HOUR], inlineTries: 1 },
        override: {
          breaker: {
            windowMs: 10_000,
            minimumCalls: 6,
            minimumKeys: 3,
            failureRatio: 0.5,
            openMs: 2_000,
            maxOpenMs: 16_000,
          },
        },
      });
      bench.portal.behave = () => ({ kind: 'not-sent', reason });
      for (let n = 0; n < 30; n++) await accept(`D${n}`);
      await bench.advance(10 * MINUTE);
      bench.portal.behave = () => ({ kind: 'ok' });
      await accept('NEW');
      await bench.advance(MINUTE + 20_000);
      expect(bench.portal.shown.size).toBe(31);
    },
  );
});
