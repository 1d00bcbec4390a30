import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backedUp, keysOf } from '../../../test/kit/backup.ts';
import { leased } from '../../../test/kit/journal.ts';
import { bindKeyring, judgeRing } from '../../crypto/binding.ts';
import { changeMaster } from '../../crypto/change-master.ts';
import { ed25519Signer } from '../../crypto/ed25519.ts';
import { deriveKey } from '../../crypto/wrapping.ts';
import { formatEntry, parseEntry, type Restored, restoredText } from '../../journal/anchor.ts';
import { exportJournal } from '../../journal/export.ts';
import { standing } from '../../journal/standing.ts';
import { verifyJournal } from '../../journal/verify.ts';
import { verifyExport } from '../../journal/verify-export.ts';
import { Secret } from '../../observability/secret.ts';
import { sealer } from '../../sealing/sealer.ts';
import { type Statement, sql } from '../../store/engine.ts';
import { journalled } from '../journalled.ts';
import { fileAnchor } from './anchor-file.ts';
import { removeDatabase } from './backup.ts';
import { storeToken } from './cli/doctor/files.ts';
import { openReadOnly } from './cli/read-only-store.ts';
import { fileKeyring } from './keyring-file.ts';
import { openKeys } from './keys.ts';
import { restore } from './restore.ts';
import { findMark, judgeBeside, judgeMark } from './restore-mark.ts';
import { type OpenStore, openStore } from './store.ts';
import { idOf, judgeToken, type StoreNote } from './store-files.ts';
import { nodeDigest } from './vault.ts';

const masterKey = Buffer.alloc(32, 5).toString('base64');
let folder: string;
let file: string;
const at = (name: string): string => join(folder, name);
const anchors = (): string => at('lienthong.keyring.anchors');
const note = (): string => at('lienthong.keyring.store');
const mark = (): string => `${file}.restored`;
let count = 0;

/** Two runs of a server; `copy.db` is a backup of the time between them, and `old.db` a copy by hand. */
let template: string;
const begin = (): void => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-mark-'));
  file = at('lienthong.db');
};
beforeAll(async () => {
  begin();
  template = folder;
  await run();
  await backedUpAs('copy.db');
  copyTo('old.db');
  await run();
});
beforeEach(() => {
  begin();
  cpSync(template, folder, { recursive: true });
});
afterAll(() => rmSync(template, { recursive: true, force: true }));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** One run of a server: writes a line, seals it, says what the verifiers say, and stops. */
async function run(more: { readonly master?: string | undefined; readonly on?: string } = {}) {
  const { master = masterKey, on = file } = more;
  const config = {
    database: { kind: 'sqlite' as const, file: on },
    keyringUrl: at('lienthong.keyring'),
    masterKey: new Secret(master),
  };
  const store = await openStore(config);
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}

async function work(store: OpenStore, config: { keyringUrl: string; masterKey: Secret }) {
  const { engine, platform } = store;
  const { keyring, signer } = await openKeys(config, store.file, platform, () => {}, {
    judge: (ring) => judgeRing((statement) => engine.all(statement), ring),
    onChanged: (ring) => bindKeyring(engine, ring),
  });
  count += 1;
  await engine.batch([
    sql(
      "insert into journal (id, ref, from_state, to_state, actor, at) values (?1 || ':t', ?1, null, 'noted', 'test', {at})",
      `line-${count}`,
    ),
  ]);
  const problems: string[] = [];
  const anchor = fileAnchor(anchors());
  const onProblem = (message: string) => problems.push(message);
  await sealer({ engine, digest: nodeDigest, signer, owner: 'p', anchor, onProblem }).seal(
    leased(engine, 'sealer', 'p'),
  );
  const known = {
    digest: nodeDigest,
    kinds: journalled.kinds,
    publicKeys: [signer.publicKey, ...keyring.pastSealKeys],
    anchor,
  };
  const verdict = await verifyJournal(engine, { ...known, ring: keyring.id, consecutive: true });
  return {
    verdict,
    offline: await verifyExport(exportJournal(engine, { publicKey: signer.publicKey, now: 0 }), known),
    problems,
  };
}

/** As `journal verify` finds the database as it lies there. */
async function verified() {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const scan = async <R extends object>({ sql: text, params }: Statement): Promise<R[]> =>
      database.prepare(text).all(...(params as string[])) as R[];
    const { publicKeys, ring } = await keysHere();
    const known = { digest: nodeDigest, kinds: journalled.kinds, publicKeys, anchor: fileAnchor(anchors()) };
    return await verifyJournal({ scan }, { ...known, ...(ring === undefined ? {} : { ring }) });
  } finally {
    database.close();
  }
}

const keysHere = (master = masterKey) => keysOf(file, master);
const newMaster = Buffer.alloc(32, 9).toString('base64');
/** As `keys rotate-master` does it. */
async function rotate(): Promise<void> {
  const store = await openStore({ database: { kind: 'sqlite', file }, keyringUrl: undefined });
  const [seal] = await store.engine.all<{ n: number }>(sql('select max(n) as n from seal'));
  await changeMaster({
    ...{ from: Buffer.from(masterKey, 'base64'), to: Buffer.from(newMaster, 'base64'), platform: store.platform },
    ...{ store: fileKeyring(at('lienthong.keyring')), lastSeal: seal?.n ?? 0 },
    anchors: await standing(fileAnchor(anchors()), undefined),
  });
  await store.close();
}
async function backedUpAs(name: string): Promise<string> {
  await backedUp(file, at(name), await keysHere());
  return at(name);
}
const copyTo = (name: string, endings = ['', '-wal']): void => {
  for (const ending of endings)
    if (existsSync(`${file}${ending}`)) copyFileSync(`${file}${ending}`, `${at(name)}${ending}`);
};
function putBack(name: string, endings = ['', '-wal']): void {
  removeDatabase(file);
  for (const ending of endings)
    if (existsSync(`${at(name)}${ending}`)) copyFileSync(`${at(name)}${ending}`, `${file}${ending}`);
}
function alter(path: string, text: string): void {
  const database = new DatabaseSync(path);
  database.exec(text);
  database.close();
}
async function restored(from = at('copy.db'), master = masterKey): Promise<void> {
  removeDatabase(file);
  await restore({ from, to: file, keys: await keysHere(master) });
}
/** Whatever the store says of itself: a note of it would name any token there. */
const claims = (token: string): string =>
  `insert into meta (key, value) values ('restored_at', '${Date.now()}'), ('store.token', '${token}') on conflict (key) do update set value = excluded.value`;
const tokenNoted = (): string => (JSON.parse(readFileSync(note(), 'utf8')) as { token: string }).token;

describe('I8: a restore', () => {
  it('is believed by the start and by both verifiers, once each, and the journal goes on', async () => {
    for (let round = 1; round <= 3; round++) {
      await restored();
      expect(existsSync(mark())).toBe(true);
      const { verdict, offline, problems } = await run();
      expect(problems).toEqual([]);
      expect(verdict).toMatchObject({ ok: true, seals: 2 });
      expect(verdict.ok && verdict.restores.map(({ n }) => n)).toEqual(Array.from({ length: round }, () => 1));
      expect(offline).toMatchObject({ ok: true });
      expect(existsSync(mark())).toBe(false);
    }
  });

  it('of a time before anything was sealed, and one that loses nothing, are anchored as well', async () => {
    alter(file, "delete from seal; delete from journal; update meta set value = 'x' where key = 'none'");
    rmSync(anchors());
    await restored(await backedUpAs('empty.db'));
    expect((await run()).verdict).toMatchObject({ ok: true, restores: [{ n: 0 }] });
    await restored(await backedUpAs('whole.db'));
    expect((await run()).verdict).toMatchObject({ ok: true, restores: [{ n: 0 }, { n: 1 }] });
  });

  it('to a newer backup after one to an older leads back to what was given up', async () => {
    await run();
    await backedUpAs('newer.db');
    for (const [name, seals] of [
      ['copy.db', 2],
      ['newer.db', 4],
      ['copy.db', 2],
    ] as const) {
      await restored(at(name));
      expect(await run()).toMatchObject({ verdict: { ok: true, seals }, offline: { ok: true } });
      expect(await run()).toMatchObject({ verdict: { ok: true, seals: seals + 1 }, offline: { ok: true } });
    }
  });

  it('stays believed when MASTER_KEY is changed soon after, and so do honest backups of what it gave up', async () => {
    await run();
    await run();
    await backedUpAs('late.db');
    await restored();
    await run();
    await rotate();
    const master = newMaster;
    const sound = async (seals: number) =>
      expect(await run({ master })).toMatchObject({ verdict: { ok: true, seals }, offline: { ok: true } });
    await sound(3);
    await restored(at('late.db'), master);
    await (
      await openStore({ database: { kind: 'sqlite', file }, keyringUrl: undefined, masterKey: new Secret(master) })
    ).close();
    await sound(5);
    await restored(at('copy.db'), master);
    await sound(2);
    // What the old key signs from now on excuses nothing.
    copyTo('present.db');
    await run({ master });
    const { mark: own, signature: _, ...entry } = parsedAnchors().find((each) => each.kind === 'restored') as Restored;
    if (own === undefined) throw new Error('no mark');
    const late = { ...entry, mark: { ...own, id: 'restore-late' } };
    const signature = await (
      await ed25519Signer(await deriveKey(Buffer.from(masterKey, 'base64'), 'journal-seal'))
    ).sign(restoredText(late));
    writeFileSync(
      anchors(),
      `${readFileSync(anchors(), 'utf8')}${formatEntry({ ...late, kind: 'restored', signature })}\n`,
    );
    putBack('present.db');
    rmSync(note());
    await expect(run({ master })).rejects.toThrow('does not reach seal 3');
  });

  it('may be backed up before its first start, and right after it', async () => {
    await restored();
    await backedUpAs('unstarted.db');
    await restored(at('unstarted.db'));
    expect((await run()).verdict).toMatchObject({ ok: true });
    await backedUpAs('started.db');
    await restored(at('started.db'));
    expect((await run()).verdict).toMatchObject({ ok: true });
  });

  it('whose first start was cut short after its mark was anchored is started again, and not anchored twice', async () => {
    await restored();
    appendAnchor();
    const { verdict } = await run();
    expect(verdict).toMatchObject({ ok: true });
    expect(readFileSync(anchors(), 'utf8').match(/^restored /gm)).toHaveLength(1);
  });

  it('goes where a symbolic link leads, the database moved away or not there yet', async () => {
    mkdirSync(at('volume'));
    renameSync(file, at('volume/store.db'));
    symlinkSync('volume/store.db', file);
    expect((await run()).verdict).toMatchObject({ ok: true });
    renameSync(at('volume/store.db'), at('moved.db'));
    await restore({ from: at('copy.db'), to: file, keys: await keysHere() });
    expect(realpathSync(file)).toBe(realpathSync(at('volume/store.db')));
    expect((await run()).verdict).toMatchObject({ ok: true, restores: [{ n: 1 }] });
    expect(readdirSync(folder).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  it('of nothing that was sealed is not taken for its backup until something is sealed', async () => {
    alter(file, 'delete from seal; delete from journal');
    rmSync(anchors());
    rmSync(note());
    await backedUpAs('empty.db');
    await restored(at('empty.db'));
    const store = await openStore({
      ...{ database: { kind: 'sqlite', file }, keyringUrl: undefined },
      masterKey: new Secret(masterKey),
    });
    await store.close();
    copyTo('started.db');
    removeDatabase(file);
    copyFileSync(at('empty.db'), file);
    rmSync(note());
    await expect(run()).rejects.toThrow('is not what was restored');
    putBack('started.db');
    expect((await run()).verdict).toMatchObject({ ok: true });
  });

  it('may be moved together with its mark, and needs MASTER_KEY and its own key ring', async () => {
    mkdirSync(at('aside'));
    await restored();
    for (const ending of ['', '.restored']) renameSync(`${file}${ending}`, `${at('aside')}/s.db${ending}`);
    for (const ending of ['', '.restored']) renameSync(`${at('aside')}/s.db${ending}`, `${file}${ending}`);
    const bare = { database: { kind: 'sqlite' as const, file }, keyringUrl: at('lienthong.keyring') };
    await expect(openStore(bare)).rejects.toThrow('MASTER_KEY is needed');
    await expect(run({ master: Buffer.alloc(32, 6).toString('base64') })).rejects.toThrow('MASTER_KEY');
    expect((await run()).verdict).toMatchObject({ ok: true, restores: [{ n: 1 }] });
  });
});

const appendAnchor = (): void => {
  writeFileSync(anchors(), `${readFileSync(anchors(), 'utf8')}${readFileSync(mark(), 'utf8')}`);
};

it('a rollback journal beside a store that was closed or killed is refused: the server never leaves one', async () => {
  writeFileSync(`${file}-journal`, 'planted');
  await expect(run()).rejects.toThrow('-journal is there');
  rmSync(`${file}-journal`);
  expect((await run()).verdict).toMatchObject({ ok: true });
});

describe('I8: an old database copied over the present one', () => {
  it.each<[string, () => void, RegExp]>([
    ['as it is', () => {}, /an older copy of the store/],
    ['which names itself restored', () => alter(file, claims('restored:me')), /lienthong restore.*missing or damaged/],
    ['which bears the present name', () => alter(file, claims(tokenNoted())), /does not reach seal 2/],
    ['with the note removed', () => rmSync(note()), /does not reach seal 2/],
    [
      'with the note removed, naming itself restored',
      () => {
        rmSync(note());
        alter(file, claims('restored:me'));
      },
      /missing or damaged/,
    ],
    [
      'beside a mark without a signature',
      () => {
        alter(file, claims('restored:me'));
        writeFileSync(mark(), 'restored 1 1 5\n');
      },
      /missing or damaged/,
    ],
  ])('%s is refused', async (_, harm, says) => {
    copyTo('present.db');
    putBack('old.db');
    harm();
    await expect(run()).rejects.toThrow(says);
    // Nor does a second try pass.
    await expect(run()).rejects.toThrow(says);
    expect(readFileSync(anchors(), 'utf8')).not.toContain('restored');
  });

  it.each([
    ['with its log', ['', '-wal']],
    ['without its log', ['']],
  ])('%s, from under a server that was killed, is refused', async (_, endings) => {
    const config = { database: { kind: 'sqlite' as const, file }, keyringUrl: at('lienthong.keyring') };
    const store = await openStore({ ...config, masterKey: new Secret(masterKey) });
    await work(store, { ...config, masterKey: new Secret(masterKey) });
    copyTo('old.db');
    const running = readFileSync(note());
    await store.close();
    await run();
    putBack('old.db', endings);
    await expect(run()).rejects.toThrow(/of another time|older copy/);
    // Even where the note of that time was kept as well.
    writeFileSync(note(), running);
    await expect(run()).rejects.toThrow(/another file|is missing, with|older copy|does not reach seal 4/);
    rmSync(note());
    await expect(run()).rejects.toThrow('does not reach seal 4');
  });

  it('is refused as a backup, too', async () => {
    putBack('old.db');
    await expect(backedUpAs('late.db')).rejects.toThrow('older copy');
    for (const ending of ['', '.part', '.manifest.json']) expect(existsSync(`${at('late.db')}${ending}`)).toBe(false);
  });

  it.each<[string, () => void, RegExp]>([
    ['which names itself restored', () => alter(file, claims('restored:me')), /missing or damaged/],
    ['with the note removed', () => rmSync(note()), /does not reach seal 2/],
    ['which bears the present name', () => alter(file, claims(tokenNoted())), /does not reach seal 2/],
  ])('is refused as a backup: %s', async (_, harm, says) => {
    putBack('old.db');
    harm();
    await expect(backedUpAs('late.db')).rejects.toThrow(says);
    for (const ending of ['', '.part', '.manifest.json']) expect(existsSync(`${at('late.db')}${ending}`)).toBe(false);
  });

  it('is refused as a backup while the store is not closed', async () => {
    const config = { database: { kind: 'sqlite' as const, file }, keyringUrl: undefined };
    const store = await openStore({ ...config, masterKey: new Secret(masterKey) });
    renameSync(file, at('open.db'));
    renameSync(`${file}-wal`, at('open.db-wal'));
    copyFileSync(at('old.db'), file);
    alter(file, claims('restored:me'));
    await expect(backedUpAs('late.db')).rejects.toThrow('missing or damaged');
    await store.close();
  });

  it.each<[string, string, RegExp]>([
    ['a seal that nobody signed', "'x'", /another seal 2 than was anchored/],
    ['the anchored signature over nothing', 'signature', /does not hold what seal 2 was made of/],
  ])('with one row of a seal put into it is refused: %s', async (_, signature, says) => {
    const [, n, , root, signed] = readFileSync(anchors(), 'utf8').trim().split('\n').at(-1)?.split(' ') ?? [];
    putBack('old.db');
    alter(file, claims(tokenNoted()));
    alter(
      file,
      `insert into seal (n, first, last, prev, leaves, root, signed_at, signature, public_key)
       select ${n}, last + 1, last + 1, prev, leaves, '${root}', signed_at, ${signature === 'signature' ? `'${signed}'` : signature}, public_key from seal`,
    );
    await expect(run()).rejects.toThrow(says);
    await expect(backedUpAs('late.db')).rejects.toThrow(says);
  });

  it('is refused also where an entry that nobody signed was added to the anchors', async () => {
    putBack('old.db');
    rmSync(note());
    for (const line of [`restored 0 0 0 ${'A'.repeat(86)}`, `restored 1 1 5 ${'A'.repeat(86)}`]) {
      writeFileSync(anchors(), `${readFileSync(anchors(), 'utf8')}${line}\n`);
      await expect(run()).rejects.toThrow('does not reach seal 2');
    }
  });

  it('a line of the newest seal that was changed or removed is noticed at the start', async () => {
    alter(file, 'update journal set at = at + 1 where position = (select last from seal where n = 2)');
    await expect(run()).rejects.toThrow('does not hold what seal 2 was made of');
  });

  it('an empty store begins where the anchors go with the note and the database, and not otherwise', async () => {
    removeDatabase(file);
    await expect(run()).rejects.toThrow(/is missing, but there was a store.*anchors away together/);
    renameSync(note(), at('kept.store'));
    await expect(run()).rejects.toThrow(/tells of a store that was here.*anchors away together/);
    expect(existsSync(file)).toBe(false);
    renameSync(anchors(), at('kept.anchors'));
    for (let runs = 1; runs <= 2; runs++) expect((await run()).verdict).toMatchObject({ ok: true, seals: runs });
  });

  it('is what a hand can put back by `restore` alone, which says that nothing vouched for it', async () => {
    removeDatabase(file);
    await restore({ from: at('old.db'), to: file, keys: await keysHere(), unsigned: true });
    const { verdict } = await run();
    expect(verdict).toMatchObject({
      ok: true,
      restores: [{ n: 1, mark: { backup: expect.stringContaining('unsigned:') } }],
    });
  });
});

describe('I8: the mark of a restore', () => {
  beforeEach(() => restored());
  const refused = (says: string | RegExp) => expect(run()).rejects.toThrow(says);

  it.each([
    'delete from journal where position = 2',
    "update meta set value = '1' where key = 'restored_at'",
    "update stream set doubt = 'none'",
    "insert into meta (key, value) values ('another', 'fact')",
    'update journal set at = at + 1 where position = 1',
  ])('fits no file that was changed since: %s', async (text) => {
    alter(file, `insert into meta (key, value) values ('touched', '1'); ${text}`);
    await refused('changed or replaced since');
  });

  it.each([
    ['-journal', undefined],
    ['-journal', 'note'],
    ['-wal', undefined],
    ['-wal', 'note'],
  ])('is refused beside a planted %s, which would be read into the file (%s)', async (ending, without) => {
    if (without !== undefined) rmSync(note());
    writeFileSync(`${file}${ending}`, 'planted'.repeat(100));
    const before = readFileSync(file);
    await refused(/-journal|-wal/);
    await expect(backedUpAs('late.db')).rejects.toThrow(/-journal|-wal/);
    expect(readFileSync(file)).toEqual(before);
    rmSync(`${file}${ending}`);
    expect((await run()).verdict).toMatchObject({ ok: true });
  });

  it('says that the restore is to be called again where a tool opened the file, or it never got its name', async () => {
    alter(file, 'pragma journal_mode = wal');
    await refused('Call `lienthong restore` again');
    renameSync(file, at('aside.db'));
    await refused(/cut short.*restore` again/);
    rmSync(note());
    await refused(/cut short.*restore` again/);
    expect([existsSync(file), existsSync(mark())]).toEqual([false, true]);
    await restored();
    expect((await run()).verdict).toMatchObject({ ok: true });
  });

  it('names what cannot be read, and what to do', async () => {
    rmSync(mark());
    mkdirSync(mark());
    await refused(/\.restored cannot be read.*chown/);
  });

  it('is at work again after a first start that was cut short with its log written', async () => {
    const config = { database: { kind: 'sqlite' as const, file }, keyringUrl: undefined };
    const line = readFileSync(mark(), 'utf8');
    const store = await openStore({ ...config, masterKey: new Secret(masterKey) });
    const left = JSON.parse(readFileSync(note(), 'utf8')) as { token: string; before?: string };
    copyTo('cut.db');
    await store.close();
    putBack('cut.db');
    // As the note stood before the server had its name in the store.
    const token = `restored:${idIn(line)}`;
    writeFileSync(note(), JSON.stringify({ ...left, before: token, phase: 'between', log: null }));
    writeFileSync(mark(), line);
    expect((await run()).verdict).toMatchObject({ ok: true });
    expect(existsSync(mark())).toBe(false);
  });

  it('fits no other copy, nor another restore of the same backup', async () => {
    await restore({ from: at('copy.db'), to: at('drill.db'), keys: await keysHere() });
    copyFileSync(at('drill.db.restored'), mark());
    await refused('of another restore');
    alter(file, claims(`restored:${parsed(at('drill.db.restored')).mark?.id}`));
    await refused('changed or replaced since');
  });

  it('is good for one start: the same old file and mark copied back again are refused, with and without the note', async () => {
    for (const ending of ['', '.restored']) copyFileSync(`${file}${ending}`, `${at('kept.db')}${ending}`);
    expect((await run()).verdict).toMatchObject({ ok: true });
    for (const harm of [() => {}, () => rmSync(note())]) {
      harm();
      removeDatabase(file);
      for (const ending of ['', '.restored']) copyFileSync(`${at('kept.db')}${ending}`, `${file}${ending}`);
      await refused(/older copy/);
    }
  });

  it('excuses one step back in the verifiers, however often it is anchored', async () => {
    const line = readFileSync(mark(), 'utf8');
    await run();
    copyTo('present.db');
    await run();
    writeFileSync(anchors(), `${readFileSync(anchors(), 'utf8')}${line}`);
    putBack('present.db');
    rmSync(note());
    await refused('does not reach seal 3');
    expect(await verified()).toMatchObject({ ok: false, problem: 'cut-off' });
  });

  it.each<[string, (entry: ReturnType<typeof parsed>) => object]>([
    ['of another head', (entry) => ({ ...entry, n: 2 })],
    ['of another time', (entry) => ({ ...entry, at: entry.at + 1 })],
    ['of another backup', (entry) => ({ ...entry, mark: { ...entry.mark, backup: 'unsigned:1' } })],
    ['of another key ring', (entry) => ({ ...entry, mark: { ...entry.mark, ring: 'ring_other' } })],
    ['without what it fits', ({ mark: _mark, ...entry }) => entry],
  ])('%s is refused', async (_, change) => {
    writeFileSync(mark(), `${formatEntry(change(parsed(mark())) as ReturnType<typeof parsed>)}\n`);
    await refused(/not signed|missing or damaged/);
  });

  it('signed for another key ring under the same MASTER_KEY is refused by the start and by the verifier', async () => {
    const { mark: own, ...entry } = parsed(mark());
    if (own === undefined) throw new Error('no mark');
    const foreign = { ...entry, mark: { ...own, ring: 'ring_other' } };
    const signature = await (await keysHere()).signer.sign(restoredText(foreign));
    const line = `${formatEntry({ ...foreign, signature })}\n`;
    writeFileSync(mark(), line);
    await refused('not signed');
    writeFileSync(anchors(), `${readFileSync(anchors(), 'utf8')}${line}`);
    expect(await verified()).toMatchObject({ ok: false, problem: 'cut-off' });
  });

  it('signed with a MASTER_KEY that was given up is refused where seals came after it, also once it is anchored', async () => {
    const past = await keysHere();
    const { mark: own, ...entry } = parsed(mark());
    if (own === undefined) throw new Error('no mark');
    const given = {
      ...{ file, token: `restored:${own.id}`, anchor: fileAnchor(anchors()), found: await findMark(file) },
      head: { n: entry.n, root: own.root },
    };
    const keys = (until: number) => ({ ...past, publicKeys: [`${past.publicKeys[0]}@${until}`] });
    expect(await judgeMark({ ...given, keys: keys(2) })).toHaveLength(1);
    await expect(judgeMark({ ...given, keys: keys(1) })).rejects.toThrow('not signed');
    appendAnchor();
    expect(await judgeMark({ ...given, keys: keys(2) })).toEqual([]);
    await expect(judgeMark({ ...given, keys: keys(1) })).rejects.toThrow('not signed');
  });

  it('that was left beside the store as its server left it, log and all, keeps that from no start', async () => {
    writeFileSync(`${file}-wal`, 'what was acknowledged last');
    const [database, log] = [idOf(file), idOf(`${file}-wal`)];
    const left: StoreNote = {
      ...{
        format: 'lienthong-store-files-1',
        file,
        database,
        log,
        token: 'own',
        before: 'earlier',
        phase: 'running',
        restores: [],
      },
    };
    expect(() => judgeBeside(file, left)).not.toThrow();
    for (const other of [
      { ...left, log: database },
      { ...left, database: log },
      { ...left, phase: 'closed' as const },
      undefined,
    ])
      expect(() => judgeBeside(file, other)).toThrow('move both away');
  });

  it('is looked at by doctor as by a start', async () => {
    const look = async () => {
      const store = openReadOnly(file);
      const config = {
        database: { kind: 'sqlite' as const, file },
        keyringUrl: undefined,
        masterKey: new Secret(masterKey),
      };
      return storeToken(config, file, store).finally(() => store.close());
    };
    expect(await look()).toMatchObject({ verdict: 'none', found: expect.stringContaining('not started since') });
    alter(file, "insert into meta (key, value) values ('another', 'fact')");
    expect(await look()).toMatchObject({ verdict: 'bad', found: expect.stringContaining('changed or replaced since') });
    rmSync(mark());
    expect(await look()).toMatchObject({ verdict: 'bad', found: expect.stringContaining('missing or damaged') });
  });

  it('of another store with the same MASTER_KEY is refused', async () => {
    const own = readFileSync(mark(), 'utf8');
    removeDatabase(file);
    await restore({ from: at('copy.db'), to: file, keys: { ...(await keysHere()), ring: 'ring_other' } }).then(
      () => expect.unreachable(),
      (error: Error) => expect(error.message).toContain('key ring'),
    );
    expect(readFileSync(mark(), 'utf8')).toBe(own);
  });
});

it('a first start that was cut short before it named its store goes on; another store does not pass for it', () => {
  const cut: StoreNote = {
    ...{
      format: 'lienthong-store-files-1',
      file,
      database: idOf(file),
      log: null,
      token: 'named',
      before: '',
      phase: 'between',
      restores: [],
    },
  };
  expect(judgeToken(file, undefined, cut, note())).toBe('as-left');
  expect(() => judgeToken(file, 'another', cut, note())).toThrow('older copy');
  expect(() => judgeToken(file, undefined, { ...cut, before: 'earlier' }, note())).toThrow('older copy');
});

const parsedAnchors = () =>
  readFileSync(anchors(), 'utf8')
    .split('\n')
    .map(parseEntry)
    .filter((entry) => entry !== undefined);

const idIn = (line: string): string => line.split(' ')[5] ?? '';

function parsed(path: string) {
  const entry = parseEntry(readFileSync(path, 'utf8').trim());
  if (entry?.kind !== 'restored') throw new Error('no mark');
  return entry;
}
