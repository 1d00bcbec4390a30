import { makeDay, type SyntheticDay } from '../../mocks/year/day.ts';
import { type GatewayClient, gatewayClient } from '../../src/runtime/node/cli/client.ts';
import { number, say } from '../../src/runtime/node/cli/output.ts';
import { progressLine } from '../../src/runtime/node/cli/progress.ts';
import { type Accounts, account } from './accounts.ts';
import { type ComparedDay, compareDay, comparisonLines, isCompared } from './comparison.ts';
import { isLandSound, type LandAccounts } from './land-accounts.ts';
import { DayOfLand } from './land-dossiers.ts';
import { landLines } from './land-report.ts';
import { isMoneySound, type MoneyAccounts } from './money-accounts.ts';
import { moneyLines } from './money-report.ts';
import { DayOfPayments } from './payments.ts';
import { type DemoProcesses, freePort, startProcesses } from './processes.ts';
import { type Pushed, push } from './push.ts';
import { areReceiptsSound, type ReceiptAccounts } from './receipt-accounts.ts';
import { receiptLines } from './receipt-report.ts';
import { DayOfReceipts } from './receipts.ts';
import { DayOfReconciliation, isReconciled, type ReconciledDay, reconciliationLines } from './reconciliation.ts';
import { isSound, reportLines } from './report.ts';
import { type Now, watch } from './watch.ts';

export interface DemoOptions {
  readonly once: boolean;
  readonly port: number;
  readonly dossiers: number;
  /** The whole day is handed over in about this time. */
  readonly seconds: number;
}

const DAY = '2022-12-01';
const SEED = 2022;
/** The outage begins and lasts, as shares of the day. */
const OUTAGE_AT = 0.4;
const OUTAGE_SHARE = 0.24;
/** What is late comes at this share of the day. */
const LATE_AT = 0.8;
const CLIENTS = 24;
/** After this the demo no longer waits for the backlog, milliseconds. */
const DRAIN_LIMIT_MS = 180_000;
/** A view of the systems may be this old. */
const VIEW_KEPT_MS = 1_100;
const INTERRUPTED = 130;

/** One working day of the province through the public contract, with an outage in its middle. Sets the exit status. */
export async function demo(options: DemoOptions): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) return;
    process.stdout.write('\nĐang dừng… (stopping)\n');
    stop.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  endWithNpm(interrupt);
  const interrupted = new Promise<undefined>((resolve) =>
    stop.signal.addEventListener('abort', () => resolve(undefined), { once: true }),
  );

  const day = makeDay({ date: DAY, dossiers: options.dossiers, seed: SEED });
  say(
    `Một ngày làm việc của tỉnh (a working day of the province), ${DAY}: ${number(day.plans.length)} hồ sơ (dossiers), ${number(day.submissionCount)} lần cập nhật (snapshots)`,
  );
  const port = await freePort(options.port);
  if (port !== options.port && options.port !== 0)
    say(`Cổng TCP ${options.port} đang bận, dùng ${port} (port ${options.port} is taken, ${port} is used instead)`);

  let processes: DemoProcesses | undefined;
  let client: GatewayClient | undefined;
  let status = 1;
  try {
    processes = await startProcesses(port, stop.signal);
    client = gatewayClient({ url: processes.gatewayUrl, key: processes.adminKey, connections: CLIENTS });
    introduce(processes);
    const payments = new DayOfPayments(day, client, processes.tills);
    const land = new DayOfLand(day, client, processes.landOffices);
    const receipts = new DayOfReceipts(client, processes.receipts);
    const reconciliation = new DayOfReconciliation(client, processes.tills, processes.folder);
    const work = run(
      day,
      { payments, land, receipts, reconciliation },
      options.seconds,
      client,
      processes.portalControlUrl,
      stop.signal,
    );
    work.catch(() => {});
    const ended = await Promise.race([work, processes.died, interrupted]);
    if (ended === undefined) status = INTERRUPTED;
    else {
      const { dossiers, money, receipts: issued, reconciled, compared, land: taxed } = ended;
      const parts = [reportLines(dossiers), moneyLines(money), receiptLines(issued), reconciliationLines(reconciled)];
      for (const line of [...parts, comparisonLines(compared), landLines(taxed)].flat()) say(line);
      const sound = [isSound(dossiers), isMoneySound(money), areReceiptsSound(issued), isReconciled(reconciled)];
      sound.push(isCompared(compared), isLandSound(taxed));
      status = sound.every(Boolean) ? 0 : 1;
      if (!options.once) {
        invite(processes, day, land);
        await Promise.race([processes.died, interrupted]);
      }
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    status = INTERRUPTED;
  } finally {
    stop.abort();
    await client?.close();
    await processes?.stop();
    process.exitCode = status;
  }
}

/** npm that is ended by a signal does not always hand it on: a demo that npm started does not outlive it. */
function endWithNpm(end: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const { ppid } = process;
  setInterval(() => {
    if (process.ppid !== ppid) end();
  }, 1_000).unref();
}

function introduce({
  gatewayUrl,
  portalControlUrl,
  tills,
  landOffices,
  receipts,
  adminKey,
  folder,
}: DemoProcesses): void {
  say(`  Cổng (gateway)             ${gatewayUrl}`);
  say(`  Tài liệu API (documents)   ${gatewayUrl}/docs`);
  say(`  Cổng quốc gia giả lập      ${portalControlUrl}/summary   (the national portal, simulated)`);
  say(`  Nền tảng thanh toán        ${tills.platform}/ledger   (the payment platform, simulated)`);
  say(`  Ngân hàng, cổng            ${tills.gateway}/ledger   (the bank's gateway and accounts, simulated)`);
  say(`  Ngân hàng, TMĐT            ${tills.ecom}/ledger   (the bank's e-commerce service, simulated)`);
  say(`  Biên lai điện tử           ${receipts}/receipts   (the provider of e-receipts, simulated)`);
  say(`  Cơ quan thuế (GIP)         ${landOffices.tax}/pushes   (the tax department, simulated)`);
  say(`  Liên thông thuế đất        ${landOffices.landTax}/messages   (between land office and tax, simulated)`);
  say(`  Hệ thống đất đai           ${landOffices.landSystem}/dossiers   (the land system, simulated)`);
  say(`  Khóa (key)                 ${adminKey}`);
  say(`  Dữ liệu, nhật ký (data)    ${folder}`);
  say();
  say(
    'nhận: lần cập nhật đã nhận (snapshots accepted) · quốc gia: hồ sơ hiển thị ở cổng quốc gia (dossiers the nation shows)',
  );
  say('chờ: lượt gửi đang chờ (waiting) · lỗi (failed) · trễ: quốc gia chậm hơn tỉnh (the nation is behind by)');
  say('phí: khoản phí, lệ phí đã mở (payments opened) · đất: hồ sơ đất đã chuyển (land dossiers on their way)');
  say();
}

function invite({ gatewayUrl, adminKey }: DemoProcesses, day: SyntheticDay, land: DayOfLand): void {
  const code = encodeURIComponent(day.plans[0]?.code ?? '');
  say();
  say('Cổng vẫn chạy; Ctrl-C để dừng (still running; Ctrl-C ends it). Ví dụ (for example):');
  say(`  export LIENTHONG_KEY=${adminKey}`);
  say(`  curl -H "Authorization: Bearer $LIENTHONG_KEY" ${gatewayUrl}/v1/dossiers/${code}/timeline`);
  const [landCode] = land.asks.keys();
  if (landCode !== undefined) {
    const ofLand = encodeURIComponent(landCode);
    say(`  curl -H "Authorization: Bearer $LIENTHONG_KEY" ${gatewayUrl}/v1/land/dossiers/${ofLand}`);
    say(`  curl -H "Authorization: Bearer $LIENTHONG_KEY" "${gatewayUrl}/v1/tax/obligations?dossierCode=${ofLand}"`);
  }
  say(`  npx lienthong systems list --url ${gatewayUrl}`);
}

/** What goes on beside the dossiers. */
interface Works {
  readonly payments: DayOfPayments;
  readonly land: DayOfLand;
  readonly receipts: DayOfReceipts;
  readonly reconciliation: DayOfReconciliation;
}
interface DayAccounts {
  readonly dossiers: Accounts;
  readonly money: MoneyAccounts;
  readonly receipts: ReceiptAccounts;
  readonly reconciled: ReconciledDay;
  readonly compared: ComparedDay;
  readonly land: LandAccounts;
}

async function run(
  day: SyntheticDay,
  { payments, land, receipts, reconciliation }: Works,
  seconds: number,
  client: GatewayClient,
  portalControlUrl: string,
  signal: AbortSignal,
): Promise<DayAccounts> {
  await Promise.all([payments.loadBeneficiaries(), receipts.loseReplies()]);
  const outageMs = Math.round(seconds * OUTAGE_SHARE * 1000);
  const progress = progressLine(process.stdout);
  const pushed: Pushed = { accepted: 0, refused: 0, reasons: [] };
  const started = Date.now();
  const clock = (): string => `${((Date.now() - started) / 1000).toFixed(0).padStart(3)} s`;
  let before: Now | undefined;
  let most = 0;
  const watching = watch(client, portalControlUrl, (now) => {
    most = Math.max(most, now.waiting);
    if (now.breaker === 'open' && before?.breaker === 'closed')
      progress.note(
        `${clock()}  NGẮT MẠCH (breaker open): cổng vẫn nhận, ${number(now.waiting)} lượt chờ (still accepting, exchanges wait)`,
      );
    if (now.breaker === 'closed' && before?.breaker === 'open')
      progress.note(
        `${clock()}  THÔNG MẠCH (breaker closed): ${number(now.waiting)} lượt chờ đang được gửi (the backlog drains)`,
      );
    before = now;
    progress.show(
      (pushed.accepted + pushed.refused) / day.submissionCount,
      `${now.breaker === 'open' ? 'NGẮT · ' : ''}nhận ${number(pushed.accepted)} · quốc gia ${number(now.shown)} · chờ ${number(now.waiting)} · lỗi ${number(now.failed)} · trễ ${now.behindSeconds} s · phí ${number(payments.opened.length)} · đất ${number(land.begun)}`,
    );
  });
  let money: MoneyAccounts;
  let taxed: LandAccounts;
  let issued: ReceiptAccounts;
  let reconciled: ReconciledDay;
  let compared: ComparedDay;
  try {
    let outage = false;
    await push(day, client, {
      pushed,
      clients: CLIENTS,
      seconds,
      signal,
      onAccepted: (body) => {
        payments.begin(body);
        land.begin(body);
      },
      onShare: async (share) => {
        if (share >= LATE_AT) land.comeLate();
        if (outage || share < OUTAGE_AT) return;
        outage = true;
        progress.note(
          `${clock()}  CỔNG QUỐC GIA NGỪNG ${outageMs / 1000} s (the national portal goes away for as long)`,
        );
        await takeAway(portalControlUrl, outageMs);
      },
    });
    signal.throwIfAborted();
    progress.note(`${clock()}  Tỉnh đã giao hết (the province has handed everything over)`);
    // Before the backlog is clear: what is paid is shown to the nation anew.
    [money, taxed] = await Promise.all([payments.settle(signal), land.settle(signal)]);
    progress.note(
      `${clock()}  Đã hỏi lại những khoản phí chưa rõ (asked about payments that were not known): ${number(payments.askedAgain)} lượt`,
    );
    issued = await receipts.settle(signal);
    // Before the backlog is clear, too: what the statement alone told of is shown as paid.
    reconciled = await reconciliation.settle(payments.opened, signal);
    progress.note(`${clock()}  Đã khóa sổ và duyệt ngày (the day is reconciled, closed and approved)`);
    const drained = async (): Promise<number> => {
      const deadline = Date.now() + DRAIN_LIMIT_MS;
      for (;;) {
        // Longer than the gateway keeps a view, so that the last look is newer than the last snapshot.
        await new Promise((resolve) => setTimeout(resolve, VIEW_KEPT_MS));
        signal.throwIfAborted();
        const { waiting } = await watching.look();
        if (waiting === 0 || Date.now() >= deadline) return waiting;
      }
    };
    const waiting = await drained();
    progress.note(
      `${clock()}  ${waiting === 0 ? 'Hàng đợi đã cạn (the backlog is clear)' : `Còn ${number(waiting)} lượt chờ (still waiting)`}; lúc nhiều nhất (at most): ${number(most)} lượt`,
    );
    const codes = [...day.latest()].map(({ body }) => body.code);
    compared = await compareDay(client, portalControlUrl, codes, reconciled.run.date, signal);
    progress.note(
      `${clock()}  Đã so hồ sơ với cổng quốc gia, gửi lại ${number(compared.run.dossiers?.healed ?? 0)} (dossiers were held against the portal, what it lost is sent again)`,
    );
    await drained();
  } finally {
    watching.stop();
    progress.end();
  }
  if (pushed.refused > 0) say(`Bị cổng từ chối (refused): ${number(pushed.refused)}\n  ${pushed.reasons.join('\n  ')}`);
  say();
  const latest = function* () {
    for (const { body } of day.latest()) yield body;
  };
  return {
    dossiers: await account(client, portalControlUrl, latest()),
    money,
    receipts: issued,
    reconciled,
    compared,
    land: taxed,
  };
}

async function takeAway(portalControlUrl: string, forMs: number): Promise<void> {
  const answer = await fetch(`${portalControlUrl}/faults`, {
    method: 'POST',
    body: JSON.stringify({ kind: 'outage', mode: 'refuse', forMs }),
  });
  if (!answer.ok) throw new Error(`the simulator did not take the outage: ${await answer.text()}`);
}
