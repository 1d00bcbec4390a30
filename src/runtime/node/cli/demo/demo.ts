import { makeDay } from '../../../../../mocks/year/day.ts';
import { gatewayClient } from '../client.ts';
import { progressLine } from '../progress.ts';
import { type Accounts, account } from './accounts.ts';
import { startProcesses } from './processes.ts';
import { watch } from './watch.ts';

export interface DemoOptions {
  readonly once: boolean;
  readonly port: number;
  readonly dossiers: number;
}

const DAY = '2022-12-01';
/** The day is pushed in about this time, seconds. */
const PUSH_SECONDS = 40;
const OUTAGE_AT = 0.4;
const OUTAGE_MS = 12_000;
const CLIENTS = 24;
/** After this the demo no longer waits for the backlog, milliseconds. */
const DRAIN_LIMIT_MS = 180_000;

const number = (value: number): string => value.toLocaleString('vi-VN');
const say = (text = ''): void => void process.stdout.write(`${text}\n`);

/** One working day of the province through the public contract, with an outage in its middle. Sets the exit status. */
export async function demo(options: DemoOptions): Promise<void> {
  const day = makeDay({ date: DAY, dossiers: options.dossiers, seed: 2022 });
  say(
    `Một ngày làm việc của tỉnh (a working day of the province), ${DAY}: ${number(day.plans.length)} hồ sơ (dossiers), ${number(day.submissionCount)} lần cập nhật (snapshots)`,
  );
  const processes = await startProcesses(options.port);
  const client = gatewayClient({ url: processes.gatewayUrl, key: processes.adminKey, connections: CLIENTS });
  let ended = false;
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  try {
    say(`Cổng (gateway)          ${processes.gatewayUrl}   tài liệu API: ${processes.gatewayUrl}/docs`);
    say(`Cổng DVCQG giả lập      ${processes.portalControlUrl}/summary   (the national portal's simulator)`);
    say(`Khóa (key)              ${processes.adminKey}`);
    say(`Nhật ký (log)           ${processes.folder}`);
    say();
    const work = run(day, client, processes.portalControlUrl);
    const accounts = await Promise.race([work, processes.died, interrupted]);
    if (accounts === undefined) return;
    report(accounts);
    ended = accounts.differing.length === 0;
    if (!options.once) {
      say('\nCổng vẫn đang chạy; nhấn Ctrl-C để dừng (still running; press Ctrl-C to stop). Ví dụ (for example):');
      say(`  curl -H "Authorization: Bearer ${processes.adminKey}" ${processes.gatewayUrl}/v1/systems`);
      say(
        `  curl -H "Authorization: Bearer ${processes.adminKey}" ${processes.gatewayUrl}/v1/dossiers/${encodeURIComponent(day.plans[0]?.code ?? '')}/timeline`,
      );
      await Promise.race([processes.died, interrupted]);
    }
  } finally {
    await client.close();
    await processes.stop();
    process.exitCode = ended ? 0 : 1;
  }
}

async function run(
  day: ReturnType<typeof makeDay>,
  client: ReturnType<typeof gatewayClient>,
  portalControlUrl: string,
): Promise<Accounts> {
  const progress = progressLine(process.stdout);
  const watching = watch(client, (now) =>
    progress.show(
      pushed / day.submissionCount,
      `nhận (accepted) ${number(pushed)} · đã lên quốc gia (delivered) ${number(now.delivered)} · chờ (waiting) ${number(now.waiting)} · lỗi (failed) ${number(now.failed)} · trễ (freshness) ${now.freshnessSeconds} s · ${now.breaker === 'closed' ? 'thông (closed)' : 'NGẮT (breaker open)'}`,
    ),
  );
  let pushed = 0;
  let refused = 0;
  let outage = false;
  const started = Date.now();
  const chains = new Map<string, Promise<void>>();
  const open = new Set<Promise<void>>();
  for (const { code, body } of day.submissions()) {
    // A province sends one dossier's snapshots in their order, and many dossiers at once.
    const before = chains.get(code) ?? Promise.resolve();
    const push = before.then(async () => {
      const { status } = await client.json('PUT', `/v1/dossiers/${encodeURIComponent(code)}`, body);
      if (status !== 202 && status !== 200) refused++;
      pushed++;
    });
    chains.set(code, push);
    open.add(push);
    void push.finally(() => open.delete(push)).catch(() => {});
    if (open.size >= CLIENTS) await Promise.race(open);
    const share = pushed / day.submissionCount;
    const ahead = share * PUSH_SECONDS * 1000 - (Date.now() - started);
    if (ahead > 5) await new Promise((resolve) => setTimeout(resolve, ahead));
    if (!outage && share >= OUTAGE_AT) {
      outage = true;
      await fetch(`${portalControlUrl}/faults`, {
        method: 'POST',
        body: JSON.stringify({ kind: 'outage', mode: 'refuse', forMs: OUTAGE_MS }),
      });
    }
  }
  await Promise.all(open);
  const pushedMs = Date.now() - started;
  const deadline = Date.now() + DRAIN_LIMIT_MS;
  while (Date.now() < deadline) {
    const now = await watching.look();
    if (now.waiting === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  watching.stop();
  progress.end();
  say(
    `\nĐẩy xong trong (pushed in) ${(pushedMs / 1000).toFixed(1)} s; cổng quốc gia ngừng (outage) ${OUTAGE_MS / 1000} s; cạn hàng đợi sau (drained after) ${((Date.now() - started) / 1000).toFixed(1)} s; bị từ chối (refused) ${refused}`,
  );
  const latest = function* () {
    for (const { body } of day.latest()) yield body;
  };
  return account(client, portalControlUrl, latest());
}

function report(accounts: Accounts): void {
  const rows: readonly (readonly [string, string])[] = [
    ['Hồ sơ đã giao (dossiers handed over)', number(accounts.dossiers)],
    ...Object.entries(accounts.byDelivery).map(
      ([state, count]) => [`  trên cổng (at the gateway): ${state}`, number(count)] as const,
    ),
    ['Hồ sơ trên cổng quốc gia (shown nationally)', number(accounts.shownNationally)],
    [
      'Bước xử lý đã giao / hiển thị (steps handed over / shown)',
      `${number(accounts.stepsHandedOver)} / ${number(accounts.stepsShown)}`,
    ],
    ['Tạo hai lần (created twice)', number(accounts.createdTwice)],
    ['Trạng thái cũ đè mới (older after newer)', number(accounts.olderAfterNewer)],
    ['Hai lần gửi chồng nhau (overlapping sends)', number(accounts.overlappingSends)],
    ['KHỚP HAI BÊN (accounted for on both sides)', `${number(accounts.agreeing)} / ${number(accounts.dossiers)}`],
  ];
  say();
  for (const [label, value] of rows) say(`${label.padEnd(62)}${value.padStart(16)}`);
  for (const { code, why } of accounts.differing.slice(0, 20)) say(`  ${code}: ${why}`);
  if (accounts.differing.length > 20) say(`  … ${number(accounts.differing.length - 20)} more`);
}
