import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backedUp, madeUpKeys } from '../../../test/kit/backup.ts';
import { plainVault } from '../../../test/kit/delivery/plain-vault.ts';
import { until } from '../../../test/kit/gateway-process.ts';
import { subjectsEnded } from '../../crypto/subject-rows.ts';
import { readSecrets } from '../../events/secrets.ts';
import { createSubscriptions } from '../../events/subscriptions.ts';
import { erase } from '../../retention/subject-statements.ts';
import { type Engine, sql } from '../../store/engine.ts';
import { declaredBy } from '../declared.ts';
import { rooms } from '../rooms.ts';
import { nodeClock } from './clock.ts';
import { nodePlatform } from './platform.ts';
import { restore } from './restore.ts';
import { type OpenStore, openStore } from './store.ts';

let folder: string;
let file: string;
let store: OpenStore;
const open = () =>
  openStore({ database: { kind: 'sqlite', file }, keyringUrl: undefined }, () => {}, declaredBy(rooms).migrations);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-erased-'));
  file = join(folder, 'lienthong.db');
  store = await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const idOf = (n: number): string => `sub_${String(n).padStart(5, '0')}`;
const saltOf = (n: number): string => `SALT-${n}-${'s'.repeat(20)}`;
const hashOf = (n: number): string => `HASH-${n}-${'h'.repeat(20)}`;
const MANY = 300;

/** Small and large rows among each other, as they come; half of the hashes are sorted in. */
async function plant(engine: Engine): Promise<void> {
  for (let n = 0; n < MANY; n++)
    await engine.batch([
      sql(
        `insert into subject (id, kind, ref, salt, epoch, created_at) values (?1, 'dossier', ?2, ?3, 202212, 1)`,
        ...[idOf(n), 'r'.repeat(1 + ((n * 37) % 900)), saltOf(n)],
      ),
      sql(
        `insert into ${n % 2 === 0 ? 'blind_index' : 'blind_index_new'} (subject, hash) values (?1, ?2)`,
        ...[idOf(n), hashOf(n)],
      ),
    ]);
}
const erased = (n: number): boolean => n % 3 !== 0;
const ids = Array.from({ length: MANY }, (_, n) => n)
  .filter(erased)
  .map(idOf);

/** Which erased secrets stand in any of these files, and whether the others do. */
function look(files: readonly string[]) {
  const texts = files.filter(existsSync).map((path) => readFileSync(path, 'latin1'));
  const stands = (text: string) => texts.some((each) => each.includes(text));
  const numbers = Array.from({ length: MANY }, (_, n) => n);
  return {
    back: numbers.filter((n) => erased(n) && (stands(`${saltOf(n)}`) || stands(hashOf(n)))).length,
    kept: numbers.filter((n) => !erased(n) && stands(saltOf(n)) && stands(hashOf(n))).length,
  };
}
const NOTHING_BACK = { back: 0, kept: MANY / 3 };
const live = () => ['', '-wal', '-shm'].map((ending) => `${file}${ending}`);

it.each<[string, (engine: Engine) => Promise<unknown>]>([
  ['by a person', (engine) => engine.batch(erase(ids, 'tok', 'prn_admin'))],
  [
    'one after the other',
    async (engine) => {
      for (const id of ids) await engine.batch(erase([id], `tok-${id}`, 'prn_admin'));
    },
  ],
  [
    'as a room ends them',
    async (engine) => {
      await engine.batch([
        subjectsEnded(`select value from json_each(?1)`, JSON.stringify(ids)),
        ...['blind_index', 'blind_index_new'].map((table) =>
          sql(`delete from ${table} where subject in (select value from json_each(?1))`, JSON.stringify(ids)),
        ),
      ]);
    },
  ],
])('nothing of who was erased %s is in file, log, backup or what is restored from it', async (_, act) => {
  await plant(store.engine);
  expect(look(live()).back).toBe(ids.length);
  await act(store.engine);
  await until('the log is empty', () => look(live()).back === 0 || undefined, { withinMs: 20_000 });
  expect(look(live())).toEqual(NOTHING_BACK);
  const copy = join(folder, 'copy.db');
  const keys = await madeUpKeys();
  await backedUp(file, copy, keys);
  expect(look([copy])).toEqual(NOTHING_BACK);
  const again = join(folder, 'again.db');
  await restore({ from: copy, to: again, keys });
  expect(look([again])).toEqual(NOTHING_BACK);
});

it('a store of before is written anew, once', async () => {
  await plant(store.engine);
  await store.close();
  const before = new DatabaseSync(file);
  before.exec(`pragma secure_delete = off; update subject set salt = null, purged_at = 1 where id in (${ids.map((id) => `'${id}'`).join()});
    delete from blind_index where subject in (select id from subject where salt is null);
    delete from blind_index_new where subject in (select id from subject where salt is null);
    delete from meta where key = 'store.clean'`);
  before.close();
  expect(look(live()).back).toBeGreaterThan(0);
  store = await open();
  expect(look(live())).toEqual(NOTHING_BACK);
});

it('nothing of a secret that was taken out of a subscription is in file or log, and its others are', async () => {
  const platform = nodePlatform(nodeClock());
  const vault = plainVault();
  const by = { id: 'prn_a', role: 'administrator' } as const;
  const subscriptions = createSubscriptions({ engine: store.engine, vault, platform, mayCall: () => 'public' });
  const made = await subscriptions.create({ url: 'https://example.vn/su-kien' }, by);
  const id = made?.view.id ?? '';
  expect(await subscriptions.addSecret(id, by)).toMatchObject({ n: 2 });
  const [row] = await store.engine.all<{ secrets: string }>(sql('select secrets from subscription'));
  const [first = '', second = ''] = readSecrets(row?.secrets ?? '').live.map(({ sealed }) => sealed);
  const stands = (text: string) =>
    live().some((path) => existsSync(path) && readFileSync(path, 'latin1').includes(text));
  expect([stands(first), stands(second)]).toEqual([true, true]);
  expect(await subscriptions.removeSecret(id, 1, by)).toBe('done');
  await until('the log is empty', () => !stands(first) || undefined, { withinMs: 20_000 });
  expect([stands(first), stands(second)]).toEqual([false, true]);
});
