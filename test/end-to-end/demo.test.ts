import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type RunningCommand, startCommand } from '../kit/command-line.ts';
import { until } from '../kit/gateway-process.ts';

const DEMO = fileURLToPath(new URL('../demo/main.ts', import.meta.url));
const running: RunningCommand[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});
function startDemo(...args: readonly string[]): RunningCommand {
  const demo = startCommand(['--port', '0', '--dossiers', '60', ...args], {}, DEMO);
  running.push(demo);
  return demo;
}
const urlOf = (demo: RunningCommand): string | undefined => /\(gateway\) +(http:\S+)/.exec(demo.said())?.[1];
const SIMULATORS = 8;
const simulatorsOf = (demo: RunningCommand): string[] =>
  [...demo.said().matchAll(/(http:\S+)\/_control/g)].map(([, url = '']) => url);
const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );
/** All of the demo's processes are gone: nobody listens where they did. */
const nobodyLeft = (demo: RunningCommand) =>
  until('all processes are gone', async () => {
    const urls = [urlOf(demo), ...simulatorsOf(demo)];
    if (urls.length !== 1 + SIMULATORS) return undefined;
    for (const url of urls) if (url === undefined || (await answers(url))) return undefined;
    return true;
  });

test('I1–I5: a day with an outage ends with every dossier and every đồng accounted for on both sides', async () => {
  const demo = startDemo('--once', '--seconds', '8');
  const { status, out, errors } = await demo.ended;
  expect(errors).toBe('');
  expect(out).toContain('CỔNG QUỐC GIA NGỪNG');
  expect(out).toMatch(/KHỚP TỪNG HỒ SƠ.* 60 \/ 60 ✓/);
  expect(out).toMatch(/KHỚP TỪNG KHOẢN.* ([1-9]\d*) \/ \1 ✓/);
  expect(out).toMatch(/TỪNG ĐỒNG.* ([1-9][\d.]+) \/ \1 ✓/);
  expect(out).toMatch(/KHỚP TỪNG BIÊN LAI.* ([1-9]\d*) \/ \1 ✓/);
  expect(out).toMatch(/MỌI DÒNG KHỚP HOẶC TRÊN DANH SÁCH.* ([1-9]\d*) \/ \1 ✓/);
  expect(out).toMatch(/KHỚP TỪNG HỒ SƠ ĐẤT.* ([1-9]\d*) \/ \1 ✓/);
  expect(status).toBe(0);
  await nobodyLeft(demo);
});

test('it stays up for whoever wants to look, with the key it printed, and ends on Ctrl-C with its verdict', async () => {
  const demo = startDemo('--seconds', '1');
  const key = await until('the invitation', () => /LIENTHONG_KEY=(\S+)/.exec(demo.said())?.[1]);
  const systems = await fetch(`${urlOf(demo)}/v1/systems`, { headers: { authorization: `Bearer ${key}` } });
  expect(systems.status).toBe(200);
  demo.child.kill('SIGINT');
  expect((await demo.ended).status).toBe(0);
  await nobodyLeft(demo);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s in the middle of the day ends all processes',
  async (signal) => {
    const demo = startDemo('--seconds', '30');
    await until('the day has begun', () => /nhận [1-9]/.exec(demo.said()) ?? undefined);
    demo.child.kill(signal);
    const { status, out } = await demo.ended;
    expect(out).toContain('Đang dừng');
    expect(status).toBe(130);
    await nobodyLeft(demo);
  },
);

test.each([50, 400, 700])('Ctrl-C while it starts, after %i ms, leaves nothing behind', async (ms) => {
  const demo = startDemo('--seconds', '30');
  await new Promise((resolve) => setTimeout(resolve, ms));
  demo.child.kill('SIGINT');
  const { status, out } = await demo.ended;
  expect(status === 130 || (status === null && out === '')).toBe(true);
});

test('a demo that is killed takes its processes with it', async () => {
  const demo = startDemo('--seconds', '30');
  await until('the day has begun', () => /nhận [1-9]/.exec(demo.said()) ?? undefined);
  demo.child.kill('SIGKILL');
  await demo.ended;
  await nobodyLeft(demo);
});

test('a port that is taken is said, and another one used', async () => {
  const other: Server = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const demo = startDemo('--port', String(port), '--once', '--seconds', '1');
  const { status, out } = await demo.ended;
  other.close();
  expect(out).toContain(`port ${port} is taken`);
  expect(status).toBe(0);
});

test.each([
  ['a port that is none', ['--port', '99999'], '65535'],
  ['too small a day', ['--dossiers', '0'], '20'],
])('wrong use, %s, ends with status 2 and says what to do', async (_name, args, said) => {
  const { status, errors } = await startCommand(args, {}, DEMO).ended;
  expect([status, errors]).toEqual([2, expect.stringContaining(said)]);
});
