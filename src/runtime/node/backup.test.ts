import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backedUp, madeUpKeys } from '../../../test/kit/backup.ts';
import { checkEvents, delivered } from '../../../test/kit/events.ts';
import { leased } from '../../../test/kit/journal.ts';
import { raise as raiseEvents } from '../../chronicle/raise.ts';
import { ed25519Signer } from '../../crypto/ed25519.ts';
import { createFeed } from '../../events/feed.ts';
import { createSequencer } from '../../events/sequencer.ts';
import { verifyJournal } from '../../journal/verify.ts';
import { kept, save } from '../../peer-sessions/statements.ts';
import { sealer } from '../../sealing/sealer.ts';
import { openSqlite } from '../../store/engine/sqlite.ts';
import { type Engine, sql } from '../../store/engine.ts';
import { migrate, migrations } from '../../store/migrations/migrate.ts';
import { journalled } from '../journalled.ts';
import { type BackupKeys, checkBackup, manifestPath, removeDatabase } from './backup.ts';
import { nodeClock } from './clock.ts';
import { nodePlatform } from './platform.ts';
import { restore } from './restore.ts';
import { findMark } from './restore-mark.ts';
import { nodeDigest } from './vault.ts';

let folder: string;
let engine: Engine;
let keys: BackupKeys;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-backup-'));
  engine = openSqlite({ file: at('live.db') });
  keys = await madeUpKeys();
  await migrate(engine);
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

/** One stream with one exchange in each state. */
async function fill(): Promise<void> {
  const states = ['pending', 'retrying', 'sending', 'uncertain', 'delivered', 'rejected', 'dead', 'superseded'];
  await engine.batch(
    states.flatMap((state, index) => [
      sql(
        `insert into stream (id, system, key, lane, next_seq, desired_version, due_at, owner, epoch, lease_until, written_by)
         values ('portal:' || ?1, 'portal', ?1, 'portal/command', 2, 1, ?2, ?3, 3, ?4, 'test')`,
        state,
        ['pending', 'retrying', 'uncertain'].includes(state) ? 5_000 : null,
        state === 'sending' ? 'process-1' : null,
        state === 'sending' ? 9_999_999_999_999 : 0,
      ),
      sql(
        `insert into exchange (id, system, stream, seq, operation, kind, state, accepted_at, accepted_by, payload_hash)
         values ('xch_' || ?1, 'portal', 'portal:' || ?1, 1, 'sync-dossier', 'collapsing', ?1, 1, 'test', 'hash-' || ?1)`,
        state,
      ),
      sql(
        `insert into journal (id, ref, from_state, to_state, actor, at) values ('xch_' || ?1 || ':t0', 'xch_' || ?1, null, 'pending', 'test', ?2)`,
        state,
        1000 + index,
      ),
    ]),
  );
  await engine.batch([
    sql(
      `insert into call (id, lane, operation, purpose, owner, items, started_at) values ('c1', 'portal/command', 'sync-dossier', 'send', 'process-1', 1, 1)`,
    ),
    sql(`insert into attempt (exchange, n, call, epoch, started_at) values ('xch_sending', 1, 'c1', 3, 1)`),
    sql(`insert into lease (name, owner, epoch, until) values ('sealer', 'process-1', 1, 9999999999999)`),
  ]);
}

describe('backup', () => {
  it('I1: while the server writes without a pause, holds all that was answered before and is whole', async () => {
    await fill();
    let writing = true;
    let written = 0;
    const writer = (async () => {
      for (; writing; written++)
        await engine.batch([sql('insert into meta (key, value) values (?1, ?2)', `k${written}`, 'x'.repeat(3000))]);
    })();
    await expect.poll(() => written).toBeGreaterThan(200);
    const answered = written;
    const manifest = await backedUp(at('live.db'), at('copy.db'), keys);
    writing = false;
    await writer;
    expect(written).toBeGreaterThan(answered);
    expect(manifest).toMatchObject({ schema: migrations.at(-1)?.number, journal: null });
    expect(await checkBackup(at('copy.db'), keys)).toEqual(manifest);
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('copy.db'))
        .sort(),
    ).toEqual(['copy.db', 'copy.db.manifest.json']);
    const copy = openSqlite({ file: at('copy.db') });
    const [row] = await copy.all<{ n: number }>(sql("select count(*) as n from meta where key like 'k%'"));
    expect(row?.n).toBeGreaterThanOrEqual(answered);
    await copy.close();
  });

  it('overwrites nothing, and a changed or cut copy is refused', async () => {
    await backedUp(at('live.db'), at('copy.db'), keys);
    await expect(backedUp(at('live.db'), at('copy.db'), keys)).rejects.toThrow('nothing is overwritten');
    await expect(backedUp(at('none.db'), at('other.db'), keys)).rejects.toThrow('does not exist');
    const whole = readFileSync(at('copy.db'));
    writeFileSync(at('copy.db'), whole.subarray(0, -4096));
    await expect(restore({ from: at('copy.db'), to: at('new.db'), keys })).rejects.toThrow('changed or cut short');
    whole[5000] = (whole[5000] ?? 0) ^ 1;
    writeFileSync(at('copy.db'), whole);
    await expect(restore({ from: at('copy.db'), to: at('new.db'), keys })).rejects.toThrow('changed or cut short');
    appendFileSync(manifestPath(at('copy.db')), '?');
    await expect(restore({ from: at('copy.db'), to: at('new.db'), keys })).rejects.toThrow('damaged');
    expect(existsSync(at('new.db'))).toBe(false);
  });

  it.each([
    ['exchange', "update exchange set state = 'delivered' where id = 'xch_pending'"],
    ['stream', "update stream set due_at = null where id = 'portal:pending'"],
    ['journal', "delete from journal where ref = 'xch_dead'"],
    ['meta', "insert into meta (key, value) values ('another', 'fact')"],
    ['attempt', "update attempt set outcome = 'delivered'"],
  ])('I8: one whose %s was altered is refused, also where its manifest was made to fit', async (_, alteration) => {
    await fill();
    const written = await backedUp(at('live.db'), at('copy.db'), keys);
    alter('copy.db', alteration);
    await refused('changed or cut short');
    const whole = readFileSync(at('copy.db'));
    const sha256 = createHash('sha256').update(whole).digest('hex');
    const fitting = { ...written, bytes: whole.length, sha256 };
    describeAs(fitting);
    await refused('its signature does not hold');
    const { signer } = await madeUpKeys(2);
    describeAs({ ...fitting, signature: await signer.sign(JSON.stringify(fitting)) });
    await refused('its signature does not hold');
    // As an earlier version wrote it, when nothing was signed.
    const { ring: _ring, signature: _signature, ...before } = fitting;
    describeAs({ ...before, format: 'lienthong-backup-1' });
    await refused('is not signed');
    rmSync(manifestPath(at('copy.db')));
    await refused('nothing vouches for');
  });

  it('I8: any fact of the manifest that was changed is noticed', async () => {
    await fill();
    const signer = await ed25519Signer(new Uint8Array(32).fill(1));
    await sealer({ engine, digest: nodeDigest, signer, owner: 'process-1' }).seal(
      leased(engine, 'sealer', 'process-1'),
    );
    const written = await backedUp(at('live.db'), at('copy.db'), keys);
    const { journal } = written;
    if (journal === null) throw new Error('nothing was sealed');
    for (const change of [
      { takenAt: '2020-01-01T00:00:00.000Z' },
      { schema: written.schema - 1 },
      { bytes: written.bytes + 1 },
      { sha256: 'f'.repeat(64) },
      { journal: null },
      { journal: { ...journal, n: journal.n + 1 } },
      { journal: { ...journal, root: `x${journal.root.slice(1)}` } },
      { signature: `x${written.signature.slice(1)}` },
    ]) {
      describeAs({ ...written, ...change });
      await refused('its signature does not hold');
    }
    describeAs({ ...written, more: true });
    await refused('is damaged');
    describeAs(written);
    expect(await checkBackup(at('copy.db'), keys)).toEqual(written);
  });

  it("I8: another backup's manifest does not fit, nor another store's, nor another MASTER_KEY's", async () => {
    await backedUp(at('live.db'), at('copy.db'), keys);
    await fill();
    await backedUp(at('live.db'), at('newer.db'), keys);
    copyFileSync(manifestPath(at('newer.db')), manifestPath(at('copy.db')));
    await refused('changed or cut short');
    const other = await madeUpKeys(1, 'ring_other');
    await backedUp(at('live.db'), at('other.db'), other);
    for (const name of ['other.db', 'other.db.manifest.json'])
      copyFileSync(at(name), at(name.replace('other', 'copy')));
    await refused('is of the store with the key ring ring_other');
    await expect(
      restore({ from: at('copy.db'), to: at('new.db'), keys: await madeUpKeys(2, 'ring_other') }),
    ).rejects.toThrow('its signature does not hold');
    // As the refusal says, for whoever knows that it is good.
    rmSync(manifestPath(at('copy.db')));
    const taken = await restore({ from: at('copy.db'), to: at('new.db'), keys: other, unsigned: true });
    expect(taken.signed).toBe(false);
  });

  it('one that was signed under an earlier MASTER_KEY is believed up to the last seal of that key', async () => {
    await fill();
    await sealer({ engine, digest: nodeDigest, signer: keys.signer, owner: 'process-1' }).seal(
      leased(engine, 'sealer', 'process-1'),
    );
    await backedUp(at('live.db'), at('copy.db'), keys);
    const now = await madeUpKeys(2);
    const after = (n: number) => ({ ...now, publicKeys: [...now.publicKeys, `${keys.signer.publicKey}@${n}`] });
    expect(await checkBackup(at('copy.db'), after(1))).toMatchObject({ journal: { n: 1 } });
    const anchored = (n: number) => ({ ...now, publicKeys: [...now.publicKeys, `${keys.signer.publicKey}@0@${n}@9`] });
    expect(await checkBackup(at('copy.db'), anchored(1))).toMatchObject({ journal: { n: 1 } });
    await expect(checkBackup(at('copy.db'), anchored(0))).rejects.toThrow('its signature does not hold');
    await expect(checkBackup(at('copy.db'), after(0))).rejects.toThrow('its signature does not hold');
  });

  const alter = (name: string, text: string): void => {
    const database = new DatabaseSync(at(name));
    database.exec(text);
    database.close();
  };
  const describeAs = (manifest: object): void => writeFileSync(manifestPath(at('copy.db')), JSON.stringify(manifest));
  async function refused(why: string): Promise<void> {
    await expect(checkBackup(at('copy.db'), keys)).rejects.toThrow(why);
    await expect(restore({ from: at('copy.db'), to: at('new.db'), keys })).rejects.toThrow(why);
    expect(readdirSync(folder).filter((name) => name.startsWith('new.db') && !name.endsWith('.lock'))).toEqual([]);
  }
});

describe('restore', () => {
  it('I2: whatever was not final is confirmed before it is sent, and a send under way is uncertain', async () => {
    await fill();
    await engine.batch(save([{ name: 'portal/session', sealed: 'sealed', over: 0 }], 't1'));
    await backedUp(at('live.db'), at('copy.db'), keys);
    const result = await restore({ from: at('copy.db'), to: at('new.db'), keys });
    expect(result).toMatchObject({ uncertain: 1, confirmFirst: 4 });

    const restored = openSqlite({ file: at('new.db') });
    try {
      const rows = await restored.all(
        sql(
          `select x.id, x.state, s.doubt, s.owner, s.lease_until, s.epoch, s.due_at is not null as due
             from exchange x join stream s on s.id = x.stream order by x.id`,
        ),
      );
      const expected = (id: string, state: string, doubt: 'none' | 'ask-first') => ({
        ...{ id: `xch_${id}`, state, doubt: doubt, owner: null, lease_until: 0, epoch: 1003 },
        due: doubt === 'ask-first' ? 1 : 0,
      });
      expect(rows.map((row) => ({ ...row }))).toEqual([
        expected('dead', 'dead', 'none'),
        expected('delivered', 'delivered', 'none'),
        expected('pending', 'pending', 'ask-first'),
        expected('rejected', 'rejected', 'none'),
        expected('retrying', 'retrying', 'ask-first'),
        expected('sending', 'uncertain', 'ask-first'),
        expected('superseded', 'superseded', 'none'),
        expected('uncertain', 'uncertain', 'ask-first'),
      ]);
      const silent = await restored.all<{ id: string }>(
        sql('select id from stream where quiet_until >= {now} + 500000 and due_at >= quiet_until order by id'),
      );
      // I3: what may be under way still is not followed by a newer state for longer than anyone's processing time.
      expect(silent.map(({ id }) => id)).toEqual(['portal:sending', 'portal:uncertain']);
      const attempts = await restored.all(sql('select outcome, ended_at is not null as ended from attempt'));
      expect(attempts.map((row) => ({ ...row }))).toEqual([{ outcome: 'unknown', ended: 1 }]);
      expect(await restored.all(sql('select * from lease'))).toEqual([]);
      // A session of that time may have ended since: the first call logs in.
      expect(await restored.all(kept('portal/session'))).toEqual([]);
      const [meta] = await restored.all<{ value: string }>(sql("select value from meta where key = 'restored_at'"));
      expect(Number(meta?.value)).toBeGreaterThan(Date.now() - 60_000);
      const lines = await restored.all<{ ref: string; payload_hash: string | null }>(
        sql("select ref, payload_hash from journal where actor = 'restore' and to_state = 'uncertain'"),
      );
      expect(lines.map((row) => ({ ...row }))).toEqual([{ ref: 'xch_sending', payload_hash: 'hash-sending' }]);
      const verdict = await verifyJournal(restored, { digest: nodeDigest, kinds: journalled.kinds, publicKeys: ['x'] });
      expect(verdict).toMatchObject({ ok: true });
    } finally {
      await restored.close();
    }
  });

  it('I1: the same backup restored again gives no position that a reader may have passed', async () => {
    const platform = nodePlatform(nodeClock());
    const raise = (on: Engine, ref: string) => on.batch([raiseEvents([delivered(platform, ref)])]);
    const place = (on: Engine) =>
      createSequencer({
        ...{ engine: on, platform, owner: 'p1', placed: () => {} },
        failed: (error) => {
          throw error;
        },
      }).tick();
    await raise(engine, 'D1');
    await place(engine);
    await backedUp(at('live.db'), at('copy.db'), keys);
    let read = 1;
    for (const [round, ref] of ['D2', 'D3', 'D4'].entries()) {
      await restore({ from: at('copy.db'), to: at(`new-${round}.db`), keys });
      const restored = openSqlite({ file: at(`new-${round}.db`) });
      try {
        await raise(restored, ref);
        await place(restored);
        const page = await createFeed({ engine: restored, platform }).read({ after: read, limit: 10 });
        expect(page.items.map((item) => item.ref)).toEqual(['store', ref]);
        expect(Number.isSafeInteger(page.next)).toBe(true);
        await checkEvents(restored);
        read = page.next;
      } finally {
        await restored.close();
      }
    }
  });

  it('refuses to overwrite, and a server in use', async () => {
    await backedUp(at('live.db'), at('copy.db'), keys);
    await expect(restore({ from: at('copy.db'), to: at('live.db'), keys })).rejects.toThrow('exists already');
  });

  it('takes what nothing vouches for only where that is said: a backup of before, and a copy with its log', async () => {
    await fill();
    await engine.batch([sql("insert into meta (key, value) values ('marked', 'yes')")]);
    for (const ending of ['', '-wal']) copyFileSync(at(`live.db${ending}`), at(`hand.db${ending}`));
    const { ring, signature, ...facts } = await backedUp(at('live.db'), at('copy.db'), keys);
    expect([ring, signature.length]).toEqual(['ring_test', 86]);
    writeFileSync(manifestPath(at('copy.db')), JSON.stringify({ ...facts, format: 'lienthong-backup-1' }));
    for (const from of ['copy.db', 'hand.db']) {
      const to = at(`new-${from}`);
      await expect(restore({ from: at(from), to, keys })).rejects.toThrow('--unsigned');
      const result = await restore({ from: at(from), to, keys, unsigned: true });
      expect(result).toMatchObject({ signed: false, uncertain: 1, confirmFirst: 4 });
      const restored = openSqlite({ file: to });
      expect(await restored.all(sql("select value from meta where key = 'marked'"))).toMatchObject([{ value: 'yes' }]);
      await restored.close();
      expect((await findMark(to))?.entry.mark.backup).toMatch(/^unsigned:[0-9a-f]{64}$/);
    }
    const whole = readFileSync(at('copy.db'));
    writeFileSync(at('copy.db'), whole.subarray(0, -4096));
    await expect(restore({ from: at('copy.db'), to: at('new.db'), keys, unsigned: true })).rejects.toThrow('cut short');
    removeDatabase(at('hand.db'));
    writeFileSync(at('hand.db'), 'no database at all');
    await expect(restore({ from: at('hand.db'), to: at('new.db'), keys, unsigned: true })).rejects.toThrow();
    expect(existsSync(at('new.db'))).toBe(false);
  });
});
