import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../test/kit/store.ts';
import { bindKeyring } from '../crypto/binding.ts';
import { readWord } from '../crypto/kept-words.ts';
import { type Keyring, memoryKeyringStore, openKeyring } from '../crypto/keyring.ts';
import type { SubjectKey, Vault } from '../crypto/vault.ts';
import { countingPlatform, DECEMBER_2022 } from '../crypto/vault-suite.ts';
import { attemptRow } from '../delivery/tables.ts';
import { bodyRow } from '../dossiers/statements.ts';
import { verifyJournal } from '../journal/verify.ts';
import { declaredBy } from '../runtime/declared.ts';
import { journalled } from '../runtime/journalled.ts';
import { fileErasures } from '../runtime/node/erasure-file.ts';
import { nodeDigest, nodeVault } from '../runtime/node/vault.ts';
import { rooms } from '../runtime/rooms.ts';
import { type Engine, sql } from '../store/engine.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { eraseAfterRestore } from './after-restore.ts';
import { type ExportedItem, type Subjects, subjects } from './subjects.ts';

const NUMBER = '024000000000';
const platform = countingPlatform(DECEMBER_2022);
let engine: Engine;
let keyring: Keyring;
let vault: Vault;
let room: Subjects;
let folder: string;

beforeEach(async () => {
  platform.at = DECEMBER_2022;
  folder = mkdtempSync(join(tmpdir(), 'lienthong-subjects-'));
  engine = await openStore();
  await migrate(engine, () => {}, declaredBy(rooms).migrations);
  keyring = await openKeyring({ masterKey: new Uint8Array(32), store: memoryKeyringStore(), platform });
  vault = nodeVault(keyring, platform);
  room = subjects({
    ...declaredBy(rooms),
    engine,
    vault,
    keyring,
    platform,
    erasures: fileErasures(join(folder, 'erased')),
  });
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

/** A dossier with an exchange, an attempt and a call, all sealed under one subject. */
async function dossier(code: string, number = NUMBER): Promise<SubjectKey> {
  const subject = vault.newSubject();
  const seal = async (purpose: string, row: string, content: unknown): Promise<string> =>
    (await vault.seal([{ subject, purpose, row, text: JSON.stringify(content) }]))[0] ?? '';
  const [hash = ''] = await vault.mac('identity', [number]);
  await engine.batch([
    sql(
      `insert into subject (id, kind, ref, salt, epoch, created_at) values (?1, 'dossier', ?2, ?3, ?4, 1)`,
      subject.id,
      code,
      subject.salt,
      subject.epoch,
    ),
    sql('insert into blind_index (hash, subject) values (?1, ?2)', hash, subject.id),
    sql(
      `insert into dossier (code, subject, updated_at, content_mac, version, status, channel, agency, procedure, changed_at, step_keys, written_by)
       values (?1, ?2, 1, '', 1, 'processing', 'online', 'H02', '1.001193', 5, '[]', 't')`,
      code,
      subject.id,
    ),
    sql(
      `insert into dossier_body (subject, version, at, body) values (?1, 1, 5, ?2)`,
      subject.id,
      await seal('dossier.body', bodyRow(code, 1), { format: 1, name: 'Nguyễn Văn Mẫu', code }),
    ),
    sql(
      `insert into stream (id, system, key, lane, next_seq, desired_version, written_by) values ('portal:' || ?1, 'portal', ?1, 'portal/command', 2, 1, 't')`,
      code,
    ),
    sql(
      `insert into exchange (id, system, stream, seq, operation, kind, subject, state, accepted_at, accepted_by)
       values ('xch:' || ?1, 'portal', 'portal:' || ?1, 1, 'report-progress', 'appended', ?2, 'delivered', 6, 't')`,
      code,
      subject.id,
    ),
    sql(
      `insert into exchange_payload (exchange, payload) values ('xch:' || ?1, ?2)`,
      code,
      await seal('exchange.payload', `xch:${code}`, ['step']),
    ),
    sql(
      `insert into call (id, lane, operation, purpose, owner, items, started_at, subject, raw) values ('call:' || ?1, 'l', 'o', 'send', 'p', 1, 7, ?2, ?3)`,
      code,
      subject.id,
      await seal('call.raw', `call:${code}`, 'answer'),
    ),
    sql(
      `insert into attempt (exchange, n, call, epoch, started_at, detail) values ('xch:' || ?1, 1, 'call:' || ?1, 1, 8, ?2)`,
      code,
      await seal('attempt.detail', attemptRow(`xch:${code}`, 1), { code: '0' }),
    ),
  ]);
  return subject;
}
async function exported(id: string): Promise<ExportedItem[]> {
  const items: ExportedItem[] = [];
  for await (const item of room.export([id], 'prn_admin', 'request of the person')) items.push(item);
  return items;
}
const lines = async (): Promise<string[]> =>
  (
    await engine.all<{ ref: string; to_state: string; actor: string }>(
      sql('select ref, to_state, actor from journal order by at, id'),
    )
  ).map((row) => `${row.ref} ${row.to_state} ${row.actor}`);

describe('subjects', () => {
  it('finds a person by the exact number of an identity paper, through a keyed index alone', async () => {
    const [a, b] = [await dossier('A'), await dossier('B')];
    await dossier('C', '024000000001');
    const found = await room.findByIdentity(` ${NUMBER} `);
    expect(found.map((view) => view.ref).sort()).toEqual(['A', 'B']);
    expect(found.map((view) => view.id).sort()).toEqual([a.id, b.id].sort());
    expect(await room.findByIdentity(NUMBER.slice(0, 11))).toEqual([]);
    expect((await room.findByRef('A')).map((view) => view.id)).toEqual([a.id]);
    expect(JSON.stringify(await engine.all(sql('select * from blind_index')))).not.toContain(NUMBER);
  });

  it('exports everything sealed under a subject, and says so in the journal', async () => {
    const subject = await dossier('A');
    await dossier('B');
    const items = await exported(subject.id);
    expect(items.map(({ kind, id, content, state }) => ({ kind, id, content, state }))).toEqual([
      { kind: 'dossier.body', id: 'A/1', content: { name: 'Nguyễn Văn Mẫu', code: 'A' }, state: 'read' },
      { kind: 'exchange.payload', id: 'xch:A', content: ['step'], state: 'read' },
      { kind: 'attempt.detail', id: 'xch:A/1', content: { code: '0' }, state: 'read' },
      { kind: 'call.raw', id: 'call:A', content: 'answer', state: 'read' },
    ]);
    const [line = ''] = await lines();
    const [, ref, kept = '', actor] = /^(\S+) (exported: \S+) (\S+)$/.exec(line) ?? [];
    expect([ref, await readWord(vault, { column: 'journal.to_state' }, kept), actor]).toEqual([
      `subject:${subject.id}`,
      'exported: request of the person',
      'prn_admin',
    ]);
    await engine.batch([
      sql(
        "update dossier_body set body = 'AAAA' || substr(body, 5) where subject = (select subject from dossier where code = 'A')",
      ),
    ]);
    expect((await exported(subject.id))[0]).toMatchObject({ kind: 'dossier.body', content: null, state: 'tampered' });
  });

  it('I6: erasing takes the key and the index, leaves the others, and is journalled once', async () => {
    const subject = await dossier('A');
    await dossier('B');
    expect(await room.erase([subject.id, subject.id, 'sub_none'], 'prn_admin')).toEqual([
      { id: 'sub_none', outcome: 'not-found' },
      { id: subject.id, outcome: 'erased' },
    ]);
    expect(await room.erase([subject.id], 'prn_admin')).toEqual([{ id: subject.id, outcome: 'already-erased' }]);
    expect(await lines()).toEqual([`subject:${subject.id} erased prn_admin`]);
    expect((await room.findByIdentity(NUMBER)).map((view) => view.ref)).toEqual(['B']);
    expect((await room.get([subject.id]))[0]?.erasedAt).toBeGreaterThan(0);
    expect((await exported(subject.id)).map((item) => item.state)).toEqual(new Array(4).fill('erased'));
    expect(JSON.stringify(await engine.all(sql('select * from subject')))).not.toContain(subject.salt);
  });

  it('a legal hold stops erasure, by hand and by age, until it is released', async () => {
    const [a, b] = [await dossier('A'), await dossier('B')];
    await engine.batch([sql('update subject set purge_after = 5'), sql(`update dossier set status = 'completed'`)]);
    expect(await room.hold([a.id], 'prn_admin', 'court order 1')).toEqual([{ id: a.id, outcome: 'held' }]);
    expect(await room.hold([a.id], 'prn_other', 'again')).toEqual([{ id: a.id, outcome: 'already-held' }]);
    expect((await room.get([a.id]))[0]?.hold).toMatchObject({ reason: 'court order 1', by: 'prn_admin' });
    expect(await room.erase([a.id], 'prn_admin')).toEqual([{ id: a.id, outcome: 'held' }]);
    expect(await room.eraseDue(10, 'retention')).toBe(1);
    expect((await room.get([b.id]))[0]?.erasedAt).not.toBeNull();
    expect((await exported(a.id))[0]?.state).toBe('read');
    expect(await room.release([a.id, b.id], 'prn_admin')).toEqual(
      [
        { id: a.id, outcome: 'released' },
        { id: b.id, outcome: 'not-held' },
      ].sort((x, y) => (x.id < y.id ? -1 : 1)),
    );
    expect(await room.eraseDue(10, 'retention')).toBe(1);
    expect(
      await verifyJournal(engine, { digest: nodeDigest, kinds: journalled.kinds, publicKeys: ['x'] }),
    ).toMatchObject({ ok: true });
  });

  it('I6: the key of an epoch goes with its last subject, so that backups fall silent too', async () => {
    const [a, b] = [await dossier('A'), await dossier('B')];
    const copies = await engine.all<{ body: string }>(
      sql("select b.body from dossier_body b join dossier d on d.subject = b.subject where d.code = 'A'"),
    );
    expect(await room.destroyUnusedEpochs('retention')).toEqual([]);
    platform.at = Date.UTC(2023, 4, 1);
    await keyring.prepare();
    await room.erase([a.id], 'prn_admin');
    expect(await room.destroyUnusedEpochs('retention')).toEqual([202301]);
    await room.erase([b.id], 'prn_admin');
    expect(await room.destroyUnusedEpochs('retention')).toEqual([202212]);
    expect(await room.destroyUnusedEpochs('retention')).toEqual([]);
    expect((await lines()).sort().filter((line) => line.includes('key-destroyed'))).toEqual([
      'epoch:202212 key-destroyed retention',
      'epoch:202301 key-destroyed retention',
    ]);
    const fromBackup = { subject: a, purpose: 'dossier.body', row: bodyRow('A', 1), sealed: copies[0]?.body ?? '' };
    expect(await vault.open([fromBackup])).toEqual([undefined]);
  });

  it('I6: who was erased since a backup is erased again after it was put back', async () => {
    const [a, b] = [await dossier('A'), await dossier('B')];
    await room.erase([a.id], 'prn_admin');
    await engine.batch([sql('update subject set salt = ?1, purged_at = null where id = ?2', a.salt, a.id)]);
    expect(await eraseAfterRestore(engine, room)).toBeUndefined();
    await engine.batch([sql("insert into meta (key, value) values ('restored_at', '1')")]);
    expect(await eraseAfterRestore(engine, room)).toBe(1);
    expect(await eraseAfterRestore(engine, room)).toBeUndefined();
    expect(await room.eraseAgain('restore')).toBe(0);
    expect((await room.get([a.id]))[0]?.erasedAt).not.toBeNull();
    expect((await room.get([b.id]))[0]?.erasedAt).toBeNull();
  });
});

it('a store is tied to its key ring: a lost one is not replaced in silence', async () => {
  await bindKeyring(engine, keyring);
  await bindKeyring(engine, keyring);
  const other = await openKeyring({ masterKey: new Uint8Array(32), store: memoryKeyringStore(), platform });
  await expect(bindKeyring(engine, other)).rejects.toThrow(`sealed with the key ring ${keyring.id}`);
});
