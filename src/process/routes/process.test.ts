import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY, type TestDesk, testDesk } from '../../../test/kit/desk.ts';
import { createReadiness, type Heartbeat } from '../../observability/readiness.ts';
import { nodeMetrics } from '../../runtime/node/metrics.ts';
import { StoreUnavailable } from '../../store/engine.ts';
import { processRoutes } from './process.ts';

describe('the process tells the truth about itself', () => {
  let desk: TestDesk;
  const metrics = nodeMetrics();
  beforeEach(async () => {
    desk = await testDesk({ metrics });
  });
  afterEach(() => desk.close());

  const ready = (options: { heartbeats?: Heartbeat[]; draining?: () => boolean; engine?: TestDesk['engine'] } = {}) =>
    createReadiness({
      engine: options.engine ?? desk.engine,
      platform: desk.platform,
      heartbeats: options.heartbeats ?? [],
      draining: options.draining ?? (() => false),
    });
  const ask = async (readiness: ReturnType<typeof ready>) => {
    const answer = await desk.serve(processRoutes({ readiness, metrics })).send('GET', '/readyz');
    const bad = answer.json.checks.filter((check: { ok: boolean }) => !check.ok);
    return [answer.status, ...bad.map((check: { name: string }) => check.name)];
  };

  it('lives as long as it can answer', async () => {
    const answer = await desk.serve(processRoutes({ readiness: ready(), metrics })).send('GET', '/healthz');
    expect([answer.status, answer.json]).toEqual([200, { status: 'ok' }]);
  });

  it('is ready while the store takes writes and its workers breathe', async () => {
    let at: number | null = desk.platform.at;
    const readiness = ready({ heartbeats: [{ name: 'dispatcher', limitMs: 10_000, lastAt: () => at }] });
    expect(await ask(readiness)).toEqual([200]);
    desk.platform.at += 10_001;
    expect(await ask(readiness)).toEqual([503, 'dispatcher']);
    at = desk.platform.at;
    expect(await ask(readiness)).toEqual([200]);
  });

  it('is not ready for ever because a worker never began', async () => {
    const readiness = ready({ heartbeats: [{ name: 'sealer', limitMs: 5_000, lastAt: () => null }] });
    expect(await ask(readiness)).toEqual([200]);
    desk.platform.at += 5_001;
    expect(await ask(readiness)).toEqual([503, 'sealer']);
  });

  it('is not ready while stopping', async () => {
    expect(await ask(ready({ draining: () => true }))).toEqual([503, 'accepting']);
  });

  it('sees a store that cannot be written, asks it once for many probes, and sees it mend', async () => {
    let writes = 0;
    let full = true;
    const engine = {
      ...desk.engine,
      batch: async (statements: Parameters<TestDesk['engine']['batch']>[0]) => {
        writes += 1;
        if (full) throw new StoreUnavailable('disk full');
        return desk.engine.batch(statements);
      },
    };
    const readiness = ready({ engine });
    expect(await ask(readiness)).toEqual([503, 'store']);
    expect(await ask(readiness)).toEqual([503, 'store']);
    expect(writes).toBe(1);
    full = false;
    desk.platform.at += 2_001;
    expect(await ask(readiness)).toEqual([200]);
  });

  it.each([
    ['a full disk', { errcode: 13 }, 'disk-full'],
    ['a full disk, as the system says', { code: 'ENOSPC' }, 'disk-full'],
    ['a full disk, as PostgreSQL says', { code: '53100' }, 'disk-full'],
    ['a file that is read-only', { errcode: 8 }, 'read-only'],
    ['a disk that fails', { errcode: 778 }, 'disk-error'],
    ['something else', {}, null],
  ])('says why the store takes nothing: %s', async (_name, cause, reason) => {
    const engine = {
      ...desk.engine,
      batch: () => Promise.reject(new StoreUnavailable('the store cannot be written: x', 5, { cause })),
    };
    expect((await ready({ engine }).checks()).find(({ name }) => name === 'store')).toMatchObject({
      ok: false,
      reason,
    });
  });

  it('shows measures to those who may see them, by route pattern and never by path (I6)', async () => {
    const client = desk.serve(processRoutes({ readiness: ready(), metrics }));
    await client.send('GET', '/healthz?name=024000000000');
    expect((await client.send('GET', '/metrics', { key: await desk.key('system', 'system') })).status).toBe(403);
    const answer = await client.send('GET', '/metrics', { key: TEST_ADMIN_KEY });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.text).toMatch(/lienthong_http_requests_total\{method="GET",route="\/healthz",status="200"\} \d+/);
    expect(answer.text).toContain('lienthong_event_loop_delay_seconds{percentile="99"}');
    expect(answer.text).toContain('process_resident_memory_bytes');
    expect(answer.text).not.toContain('024000000000');
  });
});
