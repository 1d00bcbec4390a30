import { existsSync } from 'node:fs';
import { type Config, ConfigError } from '../../../../config.ts';
import { type ClockRow, readClock } from '../../../../store/clock-statements.ts';
import { anchorFile, storeNoteFile } from '../../keys.ts';
import { databaseFile } from '../../store.ts';
import { readUpkeep, upkeepFile } from '../../upkeep-file.ts';
import { gatewayUrl } from '../connection.ts';
import { FAILED } from '../failure.ts';
import { padEnd, say, sayJson } from '../output.ts';
import { isMigrated, openReadOnly, type ReadOnlyStore } from '../read-only-store.ts';
import { wholeConfig } from '../settings.ts';
import { clock, dateOf } from './clock.ts';
import { counts } from './counts.ts';
import { delivery } from './delivery.ts';
import { storeFiles, storeToken } from './files.ts';
import { attempt, bad, type Finding, none, ok } from './finding.ts';
import { journalHead, journalVerified } from './journal.ts';
import { keys } from './keys.ts';
import { dataFolder, nodeVersion } from './machine.ts';
import { askServer, server } from './server.ts';
import { storeFile, storeLock } from './store.ts';
import { systems } from './systems.ts';

export interface DoctorOptions {
  readonly url?: string;
  /** False: no system is asked for a login. */
  readonly login: boolean;
  readonly json: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  configuration: 'cấu hình (configuration)',
  node: 'Node',
  'data-folder': 'thư mục dữ liệu (data folder)',
  disk: 'đĩa (disk)',
  store: 'kho (store)',
  'store-files': 'tệp của kho (files of the store)',
  lock: 'khóa kho (lock of the store)',
  'key-ring': 'vòng khóa (key ring)',
  'sealed-content': 'giải mã (decryption)',
  journal: 'nhật ký (journal)',
  'journal-verified': 'kiểm tra nhật ký (journal verified)',
  exchanges: 'việc gửi đi (exchanges)',
  lanes: 'đường gửi (lanes)',
  webhooks: 'webhook',
  counts: 'số đếm (counts)',
  clock: 'đồng hồ (clock)',
  server: 'máy chủ (server)',
};
const SIGNS = { ok: '✓', bad: '✗', none: '–' } as const;

/** Looks at everything that a gateway stands on, changes nothing, and says what to mend. Exit status 1 when something is. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const findings = await examine(options);
  const wrong = findings.filter(({ verdict }) => verdict === 'bad');
  if (wrong.length > 0) process.exitCode = FAILED;
  if (options.json) return sayJson(findings);
  for (const { check, verdict, found, mend } of findings) {
    say(`${SIGNS[verdict]} ${padEnd(NAMES[check] ?? check, 32)} ${found}`);
    if (mend !== undefined) say(`  ${' '.repeat(32)} → ${mend}`);
  }
  say();
  say(
    wrong.length === 0
      ? 'Không thấy gì phải sửa trong những điều trên (nothing to mend in what was looked at).'
      : `Có ${wrong.length} điều phải sửa (things to mend: ${wrong.length}).`,
  );
}

export async function examine(options: DoctorOptions): Promise<readonly Finding[]> {
  const found: Finding[] = [nodeVersion()];
  const take = async (check: string, work: () => Promise<readonly Finding[]> | readonly Finding[]): Promise<void> =>
    void found.push(...(await attempt(check, work)));

  let config: Config;
  try {
    config = await wholeConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Without a configuration there is no saying which store and which systems are meant.
    return [
      ...found,
      ...error.wrong.map(({ variable, message }) =>
        bad('configuration', `${variable}: ${message}`, `sửa biến ${variable}, xem .env.example (mend that variable)`),
      ),
    ];
  }
  found.push(
    ok('configuration', `đọc được; hệ thống đã cấu hình (read; systems configured): ${config.systems.length}`),
  );
  if (config.adminKey === undefined)
    found.push(
      none(
        'configuration',
        'không có ADMIN_KEY: lần chạy đầu tạo một khóa và hiện một lần (the first start makes a key and shows it once)',
      ),
    );

  const file = databaseFile(config);
  if (!isGiven('DATABASE_URL') && !existsSync(file))
    return [
      ...found,
      bad(
        'store',
        `không có DATABASE_URL và không có kho nào ở chỗ mặc định, nên không khám kho nào; lẽ ra sẽ xem (no DATABASE_URL, and no store at the default place: it would look at) ${file}`,
        'chạy lại với môi trường của máy chủ, ví dụ DATABASE_URL và MASTER_KEY_FILE của dịch vụ (run this again with the server’s environment)',
      ),
    ];
  await take('data-folder', () => dataFolder(file));
  const url = gatewayUrl(options.url);
  const answer = await askServer(url);
  await take('server', () => [server(url, answer)]);
  await take('lock', () => [storeLock(file, answer !== undefined)]);

  let store: ReadOnlyStore | undefined;
  try {
    const notePath = storeNoteFile(config, file);
    // Before the store is opened: opening it may leave a log beside it.
    const [files = none('store-files', '')] = await attempt('store-files', () => [storeFiles(file, notePath)]);
    if (existsSync(file)) {
      await take('store', () => {
        store = openReadOnly(file);
        return storeFile(store);
      });
      if (found.some(({ check, verdict }) => check === 'store' && verdict === 'bad')) {
        store?.close();
        store = undefined;
      }
    } else found.push(none('store', `chưa có, sẽ được tạo khi chạy lần đầu (made at the first start): ${file}`));
    // What an older schema holds is looked at once it is raised.
    const held = store !== undefined && isMigrated(store) ? store : undefined;
    if (held !== undefined && files.verdict === 'ok')
      await take('store-files', async () => [await storeToken(config, file, held)]);
    else found.push(files);
    await take('key-ring', () => keys(config, file, held));
    if (held !== undefined) await take('journal', async () => [await journalHead(held, anchorFile(config, file))]);
    if (held !== undefined) {
      await take('journal-verified', () => [
        journalVerified(held, readUpkeep(upkeepFile(config, file, 'verified')), Date.now()),
      ]);
      await take('delivery', () => delivery(held));
    }
    if (held !== undefined) await take('counts', async () => [await counts(held)]);
    await take('clock', async () => clock(await evidence(config, held)));
    await take('systems', () => systems(config.systems, { store: held, login: options.login }));
    return found;
  } finally {
    store?.close();
  }
}

/** By itself or as a file. */
const isGiven = (name: string): boolean => [name, `${name}_FILE`].some((each) => !!process.env[each]);

async function evidence(config: Config, store: ReadOnlyStore | undefined) {
  const others = await Promise.all(
    config.systems.map(async ({ system, url }) => ({ name: system, at: await dateOf(url) })),
  );
  const [newest] =
    store?.rows(
      'select max(at) as at from (select max(at) as at from journal where position > (select coalesce(max(last), 0) from seal) union all select max(signed_at) from seal)',
    ) ?? [];
  const [step] = store === undefined ? [] : await store.scan<ClockRow>(readClock());
  return {
    now: Date.now(),
    step: step?.step_ms == null ? undefined : { byMs: step.step_ms, at: step.stepped_at ?? 0 },
    newestInStore: newest?.at == null ? undefined : Number(newest.at),
    others: others.flatMap(({ name, at }) => (at === undefined ? [] : [{ name, at }])),
  };
}
