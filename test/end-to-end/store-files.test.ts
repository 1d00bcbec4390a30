import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { backedUp, keysOf } from '../kit/backup.ts';
import { smallDossier } from '../kit/body.ts';
import { freshKeys, type GatewayProcess, startGateway, until } from '../kit/gateway-process.ts';

const keys = freshKeys();
let folder: string;
let undo: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  undo = [];
});

const codeOf = (n: number): string => `H02.15.03-221201-${String(n).padStart(4, '0')}`;

interface Ground {
  readonly file: string;
  readonly portal: RunningPortal;
  start(more?: { readonly databaseFile?: string; readonly env?: Record<string, string> }): Promise<GatewayProcess>;
  /** Codes that were answered 202. */
  readonly acknowledged: Set<string>;
  put(gateway: GatewayProcess): Promise<number>;
}

async function ground(): Promise<Ground> {
  const made = mkdtempSync(join(tmpdir(), 'lienthong-files-'));
  folder = join(made, 'data');
  mkdirSync(folder);
  undo.push(() => rmSync(made, { recursive: true, force: true }));
  const file = join(folder, 'lienthong.db');
  const portal = await startPortal({ seed: 1, settings: { password: keys.portalPassword } });
  undo.push(() => portal.close());
  const acknowledged = new Set<string>();
  let n = 0;
  return {
    ...{ file, portal, acknowledged },
    async start(more = {}) {
      const gateway = await startGateway({
        databaseFile: more.databaseFile ?? file,
        keys,
        portalUrl: portal.url,
        policy: { timeoutMs: 500, quietMs: 200, scheduleMs: [50, 200], ratePerSecond: 1_000, burst: 1_000 },
        env: { LOG_LEVEL: 'error', ...more.env },
      });
      undo.push(() => gateway.stop('SIGKILL'));
      return gateway;
    },
    async put(gateway) {
      const code = codeOf(n++);
      const { status } = await gateway.json('PUT', `/v1/dossiers/${code}`, smallDossier(code, 1));
      if (status === 202) acknowledged.add(code);
      return status;
    },
  };
}

/** I1: what was acknowledged is there after a start, or the start is refused in plain words. */
async function nothingIsGone(on: Ground): Promise<'refused' | 'kept'> {
  let again: GatewayProcess;
  try {
    again = await on.start();
  } catch (error) {
    const said = String(error);
    expect(said).toMatch(/Không khởi động được.*(Tệp của kho|in use)/s);
    expect(said).not.toMatch(/\n\s+at /);
    return 'refused';
  }
  const gone: string[] = [];
  for (const code of on.acknowledged)
    if ((await again.json('GET', `/v1/dossiers/${code}`)).status !== 200) gone.push(code);
  expect(gone).toEqual([]);
  expect(on.portal.state.counters).toMatchObject({ overlaps: 0, olderAfterNewer: 0 });
  await again.stop();
  return 'kept';
}

type Harm = (file: string) => void;
const harms: Readonly<Record<string, Harm>> = {
  removed: (file) => rmSync(file),
  replaced: (file) => {
    copyFileSync(file, `${file}.new`);
    renameSync(`${file}.new`, file);
  },
  'given another name': (file) => linkSync(file, `${file}.other`),
  'moved away behind a symbolic link': (file) => {
    renameSync(file, `${file}.moved`);
    symlinkSync(`${file}.moved`, file);
  },
};
const ENDINGS = ['', '-wal', '-shm', '.lock'];
const cases = Object.keys(harms).flatMap((harm) => ENDINGS.map((ending) => [harm, ending] as const));
/** `FILES_ALL=1` harms every file in every way; else what loses most, for time's sake. */
const WORST = /^(removed |removed -wal|replaced -wal|given another name )$/;
const chosen =
  process.env.FILES_ALL === '1' ? cases : cases.filter(([harm, ending]) => WORST.test(`${harm} ${ending}`));

describe('I1: the files of a running server', () => {
  test.each([...chosen, ['folder renamed', ''] as const])('%s: FILE%s', async (harm, ending) => {
    const on = await ground();
    const gateway = await on.start();
    while (on.acknowledged.size < 20) expect(await on.put(gateway)).toBe(202);
    if (harm === 'folder renamed') renameSync(folder, `${folder}-away`);
    else harms[harm]?.(`${on.file}${ending}`);
    await until(
      'it says so by itself',
      () => gateway.output().includes('the store takes nothing any more') || undefined,
      {
        withinMs: 10_000,
      },
    );
    expect(await on.put(gateway)).toBe(503);
    expect((await gateway.json('GET', '/readyz')).status).toBe(503);
    expect((await gateway.json('GET', '/healthz')).status).toBe(200);
    await gateway.stop(on.acknowledged.size % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
    if (harm === 'folder renamed') renameSync(`${folder}-away`, folder);
    await nothingIsGone(on);
  });

  test('what is acknowledged while they are being removed is in the database', async () => {
    const on = await ground();
    const gateway = await on.start();
    let going = true;
    const load = Array.from({ length: 8 }, async () => {
      while (going) await on.put(gateway);
    });
    await until('some are in', () => on.acknowledged.size > 50 || undefined);
    rmSync(`${on.file}-wal`);
    await until('it says so', () => gateway.output().includes('what was acknowledged is in the database') || undefined);
    going = false;
    await Promise.all(load);
    await gateway.stop('SIGKILL');
    expect(await nothingIsGone(on)).toBe('kept');
  });
});

describe('I1: the files of a server that does not run', () => {
  test.each(
    (['SIGTERM', 'SIGKILL'] as const).flatMap((signal) =>
      chosen
        .filter(([harm]) => signal === 'SIGKILL' || harm !== 'moved away behind a symbolic link')
        .map(([harm, ending]) => [signal, harm, ending] as const),
    ),
  )('after %s, %s: FILE%s', async (signal, harm, ending) => {
    const on = await ground();
    const gateway = await on.start();
    while (on.acknowledged.size < 20) expect(await on.put(gateway)).toBe(202);
    await gateway.stop(signal);
    if (existsSync(`${on.file}${ending}`)) harms[harm]?.(`${on.file}${ending}`);
    const answer = await nothingIsGone(on);
    if (harm === 'removed' && (ending === '' || (ending === '-wal' && signal === 'SIGKILL')))
      expect(answer).toBe('refused');
    if (harm === 'given another name' && ending === '') expect(answer).toBe('refused');
    if (signal === 'SIGTERM' && harm === 'replaced') expect(answer).toBe('kept');
  });

  test('an older copy put back is refused, an untouched store moved elsewhere with its key ring starts', async () => {
    const on = await ground();
    const first = await on.start();
    await on.put(first);
    await first.stop();
    copyFileSync(on.file, `${on.file}.old`);
    const second = await on.start();
    await on.put(second);
    const middle = join(folder, 'middle.db');
    await backedUp(on.file, middle, await keysOf(on.file, keys.masterKey));
    await second.stop();
    for (const old of [`${on.file}.old`, middle]) {
      renameSync(on.file, `${on.file}.present`);
      copyFileSync(old, on.file);
      expect(await nothingIsGone(on)).toBe('refused');
      renameSync(`${on.file}.present`, on.file);
    }
    expect(await nothingIsGone(on)).toBe('kept');
  });
});

describe('I3: a second server on one store', () => {
  test.each<[string, (on: Ground) => { databaseFile?: string; env?: Record<string, string> }]>([
    ['beside it', () => ({})],
    [
      'over a removed lock file',
      ({ file }) => {
        rmSync(`${file}.lock`);
        return {};
      },
    ],
    [
      'over a replaced lock file and a removed note',
      ({ file }) => {
        rmSync(`${file}.lock`);
        rmSync(file.replace(/db$/, 'keyring.store'));
        return {};
      },
    ],
    [
      'through a symbolic link',
      ({ file }) => {
        mkdirSync(join(folder, 'b'));
        symlinkSync(file, join(folder, 'b', 'other.db'));
        return { databaseFile: join(folder, 'b', 'other.db') };
      },
    ],
    [
      'through a link to its folder',
      () => {
        symlinkSync(folder, `${folder}-link`);
        return { databaseFile: join(`${folder}-link`, 'lienthong.db') };
      },
    ],
    [
      'through a hard link',
      ({ file }) => {
        mkdirSync(join(folder, 'b'));
        linkSync(file, join(folder, 'b', 'other.db'));
        return { databaseFile: join(folder, 'b', 'other.db') };
      },
    ],
  ])('%s is refused', async (_, prepare) => {
    const on = await ground();
    const gateway = await on.start();
    await on.put(gateway);
    const more = prepare(on);
    const env = { KEYRING_URL: `file:${on.file.replace(/db$/, 'keyring')}`, ...more.env };
    await expect(on.start({ ...more, env })).rejects.toThrow(/is in use|hard links/);
    expect(on.portal.state.counters).toMatchObject({ overlaps: 0, olderAfterNewer: 0 });
  });

  test('where another one has come all the same, the older one writes and sends nothing more', async () => {
    const on = await ground();
    const gateway = await on.start();
    while (on.acknowledged.size < 5) await on.put(gateway);
    const other = new DatabaseSync(on.file);
    other.exec(`pragma busy_timeout = 5000; update meta set value = 'store_other' where key = 'store.token'`);
    expect(await on.put(gateway)).toBe(503);
    const sent = on.portal.state.counters;
    await until('it says so', () => gateway.output().includes('another server has started on this store') || undefined);
    const before = { ...sent };
    expect(await on.put(gateway)).toBe(503);
    expect(on.portal.state.counters).toEqual(before);
    other.close();
  });
});

test('a link that leads nowhere is said in one sentence', async () => {
  const on = await ground();
  symlinkSync(join(folder, 'nowhere.db'), on.file);
  await expect(on.start()).rejects.toThrow('leads nowhere');
});

test('database, log, lock, note, key ring and backup are for their owner alone, also where they were not', async () => {
  const on = await ground();
  const first = await on.start();
  await first.stop('SIGKILL');
  for (const ending of ENDINGS) spawnSync('chmod', ['0644', `${on.file}${ending}`]);
  const gateway = await on.start();
  await on.put(gateway);
  await backedUp(on.file, join(folder, 'copy.db'), await keysOf(on.file, keys.masterKey));
  const ring = on.file.replace(/db$/, 'keyring');
  const files = [
    ...ENDINGS.map((ending) => `${on.file}${ending}`),
    ring,
    `${ring}.store`,
    `${ring}.lock`,
    join(folder, 'copy.db'),
  ];
  expect(files.map((file) => [file, (statSync(file).mode & 0o777).toString(8)])).toEqual(
    files.map((file) => [file, '600']),
  );
});
