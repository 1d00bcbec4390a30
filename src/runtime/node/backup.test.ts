import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
import { fileAnchor } from './anchor-file.ts';
import { backup, checkBackup, manifestPath } from './backup.ts';
import { nodeClock } from './clock.ts';
import { nodePlatform } from './platform.ts';
import { restore } from './restore.ts';
import { nodeDigest } from './vault.ts';

let folder: string;
let engine: Engine;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-backup-'));
  engine = openSqlite({ file: at('live.db') });
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
    const manifest = await backup({ file: at('live.db'), to: at('copy.db') });
    writing = false;
    await writer;
    expect(written).toBeGreaterThan(answered);
    expect(manifest).toMatchObject({ schema: migrations.at(-1)?.number, journal: null });
    expect(await checkBackup(at('copy.db'))).toEqual(manifest);
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
    await backup({ file: at('live.db'), to: at('copy.db') });
    await expect(backup({ file: at('live.db'), to: at('copy.db') })).rejects.toThrow('nothing is overwritten');
    await expect(backup({ file: at('none.db'), to: at('other.db') })).rejects.toThrow('does not exist');
    const whole = readFileSync(at('copy.db'));
    writeFileSync(at('copy.db'), whole.subarray(0, -4096));
    await expect(restore({ from: at('copy.db'), to: at('new.db') })).rejects.toThrow('changed or cut short');
    whole[5000] = (whole[5000] ?? 0) ^ 1;
    writeFileSync(at('copy.db'), whole);
    await expect(restore({ from: at('copy.db'), to: at('new.db') })).rejects.toThrow('changed or cut short');
    appendFileSync(manifestPath(at('copy.db')), '?');
    await expect(restore({ from: at('copy.db'), to: at('new.db') })).rejects.toThrow('damaged');
    expect(existsSync(at('new.db'))).toBe(false);
  });
});

describe('restore', () => {
  it('I2: whatever was not final is confirmed before it is sent, and a send under way is uncertain', async () => {
    await fill();
    await engine.batch(save([{ name: 'portal/session', sealed: 'sealed', over: 0 }], 't1'));
    await backup({ file: at('live.db'), to: at('copy.db') });
    const result = await restore({ from: at('copy.db'), to: at('new.db') });
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
      const verdict = await verifyJournal(restored, { digest: nodeDigest, publicKeys: ['x'] });
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
    await backup({ file: at('live.db'), to: at('copy.db') });
    let read = 1;
    for (const [round, ref] of ['D2', 'D3', 'D4'].entries()) {
      await restore({ from: at('copy.db'), to: at(`new-${round}.db`) });
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
    await backup({ file: at('live.db'), to: at('copy.db') });
    await expect(restore({ from: at('copy.db'), to: at('live.db') })).rejects.toThrow('exists already');
  });

  it('I8: the journal goes on after a restore, and an auditor sees that there was one', async () => {
    const signer = await ed25519Signer(new Uint8Array(32).fill(1));
    const anchor = fileAnchor(at('ring.anchors'));
    const known = { digest: nodeDigest, publicKeys: [signer.publicKey], anchor };
    const sealing = (on: Engine) =>
      sealer({ engine: on, digest: nodeDigest, signer, owner: 'process-1', anchor }).seal(
        leased(on, 'sealer', 'process-1'),
      );
    await fill();
    await sealing(engine);
    const manifest = await backup({ file: at('live.db'), to: at('copy.db') });
    expect(manifest.journal).toMatchObject({ n: 1, position: 8 });
    await engine.batch([
      sql(
        "insert into journal (id, ref, from_state, to_state, actor, at) values ('a:1', 'a', null, 'b', 'test', 2000)",
      ),
    ]);
    await sealing(engine);
    expect(await verifyJournal(engine, known)).toMatchObject({ ok: true, seals: 2, restores: [] });

    await restore({ from: at('copy.db'), to: at('new.db') });
    const restored = openSqlite({ file: at('new.db') });
    try {
      expect(await verifyJournal(restored, known)).toMatchObject({ ok: false, problem: 'cut-off', position: 9 });
      await sealing(restored);
      expect(await verifyJournal(restored, known)).toMatchObject({
        ok: true,
        seals: 2,
        restores: [{ n: 1, position: 8 }],
      });
    } finally {
      await restored.close();
    }
  });
});
