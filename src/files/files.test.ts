import { beforeEach, expect, it } from 'vitest';
import { DEFAULT_PURPOSES } from '../../contracts/domain/purpose.ts';
import { testDesk } from '../../test/kit/desk.ts';
import { memoryFiles } from '../../test/kit/files.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { type Bytes, digestOf } from '../crypto/bytes.ts';
import { subjectsEnded, subjectsFrom } from '../crypto/subject-rows.ts';
import { type SubjectKey, Tampered } from '../crypto/vault.ts';
import { LONGEST_FILE_BYTES } from '../file-store/file-store.ts';
import { logTo } from '../observability/log.ts';
import { newId } from '../platform.ts';
import { sql } from '../store/engine.ts';
import { createFiles, type Files, type FileToKeep } from './files.ts';
import { ABANDONED_AFTER_MS, createRemoval, SETTLED_AFTER_MS } from './removal.ts';
import { fileRoutes } from './routes.ts';
import * as statements from './statements.ts';

const PDF = new TextEncoder().encode('%PDF-1.7 Nguyễn Văn Mẫu, 024000000000');
let on: Ground;
let store: ReturnType<typeof memoryFiles>;
let files: Files;
let errors: string[];

beforeEach(async () => {
  on = await ground();
  store = memoryFiles();
  errors = [];
  files = createFiles({ ...on, fileStore: store, log });
});
const log = logTo({ level: 'error', write: (_level, sentence) => void errors.push(sentence) });

/** The commit of some room: a row that it stamps, the subject, and what keeps the file. */
async function kept(given: Partial<FileToKeep> = {}, stamp = true) {
  const subject = given.subject ?? on.vault.newSubject();
  const token = newId(on.platform, 't');
  const only = { table: 'inbound_head', column: 'id', row: `row-${token}`, token };
  const file = {
    subject,
    name: 'Biên lai.pdf',
    contentType: 'application/pdf',
    bytes: PDF,
    actor: 'payments',
    ...given,
  };
  const made = await files.keepFile(file, only);
  await on.engine.batch([
    sql(
      `insert into inbound_head (id, digest, inbound, seq, written_by) values (?1, '', ?1, 1, ?2)`,
      only.row,
      stamp ? token : 'another',
    ),
    subjectsFrom(
      { id: '?1', kind: `'payment'`, ref: '?2', salt: '?3', epoch: '?4', source: 'where true', once: true },
      ...[subject.id, token, subject.salt, subject.epoch],
    ),
    ...made.statements,
  ]);
  return { id: made.id, subject };
}
const erase = ({ id }: SubjectKey) =>
  on.engine.batch([subjectsEnded('select ?1', id), statements.erase([id], newId(on.platform, 't'))]);
const states = async () => (await on.rows('select state from file order by id')).map(({ state }) => state);
const removal = () =>
  createRemoval({ ...on, owner: 'p1', fileStore: store, failed: (sentence) => () => void errors.push(sentence) });

it('I6: what is kept is given back as it was; its place and the store see nothing of it', async () => {
  const { id } = await kept();
  const read = await files.readFile(id);
  expect(read.kind === 'found' && { ...read, bytes: new Uint8Array(read.bytes) }).toEqual({
    ...{ kind: 'found', name: 'Biên lai.pdf', contentType: 'application/pdf', bytes: PDF },
  });
  const [[key = '', object] = []] = [...store.objects];
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(Buffer.from(object ?? []).includes('%PDF')).toBe(false);
  const rows = JSON.stringify(await on.rows('select * from file'));
  expect(rows).not.toMatch(/Bi.n lai|%PDF|Nguy.n|024000000000/);
  expect(await on.rows(`select from_state, to_state, actor from journal where ref like 'file:%'`)).toEqual([
    { from_state: null, to_state: 'kept', actor: 'payments' },
  ]);
});

it('keeps the empty and the nameless, and refuses what is too large before it seals it', async () => {
  const { id } = await kept({ bytes: new Uint8Array(0), subject: on.vault.newSubject() });
  const read = await files.readFile(id);
  expect(read.kind === 'found' && read.bytes.length).toBe(0);
  const before = store.objects.size;
  await expect(kept({ bytes: new Uint8Array(LONGEST_FILE_BYTES + 1) })).rejects.toMatchObject({
    refusal: { problem: 'body-too-large' },
  });
  await expect(kept({ contentType: 'text/html; charset=utf-8\r\nx: y' })).rejects.toThrow(RangeError);
  expect(store.objects.size).toBe(before);
});

it('I8: an object that was changed, swapped or put back from elsewhere is never handed out', async () => {
  const { id, subject } = await kept();
  const other = await kept({ subject, bytes: Uint8Array.of(1, 2, 3) });
  const [[a = '', first], [b = '', second]] = [...store.objects] as [[string, Bytes], [string, Bytes]];
  store.objects.set(a, second).set(b, first);
  await expect(files.readFile(id)).rejects.toThrow(Tampered);
  await expect(files.readFile(other.id)).rejects.toThrow(Tampered);
  // Their digests exchanged too, both of one subject: each is bound to its row.
  const exchange = async (column: 'digest' | 'about') => {
    const rows = await on.rows(`select id, ${column} as value from file`);
    await on.engine.batch(
      rows.map((row, n) =>
        sql(`update file set ${column} = ?1 where id = ?2`, rows[1 - n]?.value ?? '', String(row.id)),
      ),
    );
  };
  await exchange('digest');
  await expect(files.readFile(id)).rejects.toThrow('is not what was sealed for');
  await expect(files.readFile(other.id)).rejects.toThrow('is not what was sealed for');
  await exchange('digest');
  store.objects.set(a, first).set(b, second);
  await exchange('about');
  await expect(files.readFile(id)).rejects.toThrow('is not what was sealed for');
  await exchange('about');
  const changed = Uint8Array.from(first);
  changed[20] = (changed[20] ?? 0) ^ 1;
  store.objects.set(a, changed).set(b, second);
  await expect(files.readFile(id)).rejects.toThrow('is not what was kept');
  // The digest is of the store, too: with another in its row the cipher itself says no.
  await on.engine.batch([sql('update file set digest = ?1 where id = ?2', await digestOf(changed), id)]);
  await expect(files.readFile(id)).rejects.toThrow('is not what was sealed for');
  expect((await files.readFile(other.id)).kind).toBe('found');
});

it('I1: a place that takes nothing keeps nothing, one that is silent or empty is no 404', async () => {
  store.away = true;
  await expect(kept()).rejects.toMatchObject({ refusal: { problem: 'files-unavailable' } });
  store.away = false;
  const { id } = await kept();
  store.away = true;
  expect((await files.readFile(id)).kind).toBe('unavailable');
  store.away = false;
  store.objects.clear();
  expect((await files.readFile(id)).kind).toBe('unavailable');
  expect(errors).toHaveLength(3);
  const nowhere = createFiles({ ...on, fileStore: undefined, log });
  expect((await nowhere.readFile(id)).kind).toBe('not-available-here');
  await expect(
    nowhere.keepFile(
      { subject: on.vault.newSubject(), contentType: 'application/pdf', bytes: PDF, actor: 'x' },
      { table: 'inbound_head', column: 'id', row: 'x', token: 'x' },
    ),
  ).rejects.toMatchObject({ refusal: { problem: 'not-available-here' } });
});

it('I6: an erased subject’s files are unreadable at once, and their objects go', async () => {
  const [gone, other] = [await kept(), await kept()];
  const sealed = [...store.objects.values()][0];
  await erase(gone.subject);
  expect((await files.readFile(gone.id)).kind).toBe('erased');
  // Whoever held a copy of the object has nothing, either.
  const erased = { ...gone.subject, salt: '' };
  expect(
    await on.vault.openBytes({ ...{ subject: erased, purpose: 'file.content' }, row: gone.id, bytes: sealed ?? PDF }),
  ).toBeUndefined();
  await removal().tick();
  expect(store.objects.size).toBe(2);
  on.pass(SETTLED_AFTER_MS);
  store.away = true;
  await removal().tick();
  expect(errors).toEqual(['files that are erased could not be taken away']);
  store.away = false;
  await removal().tick();
  await removal().tick();
  expect(store.objects.size).toBe(1);
  expect((await states()).toSorted()).toEqual(['erased', 'kept']);
  expect((await files.readFile(gone.id)).kind).toBe('erased');
  expect((await files.readFile(other.id)).kind).toBe('found');
  expect(await on.rows(`select ref, actor from journal where to_state = 'erased'`)).toEqual([
    { ref: `file:${gone.id}`, actor: 'files' },
  ]);
});

it('I1: a file that no room kept is not found, and goes after a day with its row; it cannot be kept after that', async () => {
  const lost = await kept({}, false);
  expect((await files.readFile(lost.id)).kind).toBe('not-found');
  const only = { table: 'inbound_head', column: 'id', row: 'late', token: 't_late' };
  const late = await files.keepFile(
    { subject: on.vault.newSubject(), contentType: 'application/pdf', bytes: PDF, actor: 'x' },
    only,
  );
  const fine = await kept();
  on.pass(ABANDONED_AFTER_MS - 60_000);
  await removal().tick();
  expect(store.objects.size).toBe(3);
  on.pass(120_000);
  await removal().tick();
  expect(store.objects.size).toBe(1);
  await on.engine.batch([
    sql(`insert into inbound_head (id, digest, inbound, seq, written_by) values ('late', '', 'late', 1, 't_late')`),
    ...late.statements,
  ]);
  expect((await files.readFile(late.id)).kind).toBe('not-found');
  expect(await states()).toEqual(['kept']);
  expect((await files.readFile(fine.id)).kind).toBe('found');
});

it('I10: two that keep and one that erases at once leave nothing readable of the erased, and all of the other', async () => {
  const subject = on.vault.newSubject();
  await kept({ subject });
  const [a, b] = await Promise.all([kept({ subject }), kept(), erase(subject), kept({ subject }).catch(() => {})]);
  await erase(subject);
  expect((await files.readFile(a.id)).kind).toBe('erased');
  expect((await files.readFile(b.id)).kind).toBe('found');
  // Sealed before the erasure, kept after it: nobody keeps it.
  const late = await kept({ subject });
  expect((await files.readFile(late.id)).kind).toBe('not-found');
  on.pass(SETTLED_AFTER_MS + ABANDONED_AFTER_MS);
  await Promise.all([removal().tick(), removal().tick()]);
  expect(store.objects.size).toBe(1);
});

it('the route gives it to be saved, to programs for their work and to people for a purpose, journalled', async () => {
  const desk = await testDesk();
  const { id, subject } = await kept({ name: 'Biên "lai".pdf' });
  const client = desk.serve(fileRoutes({ files, purposes: DEFAULT_PURPOSES }));
  const [system, operator, finance, auditor] = [
    await desk.key('system', 'system'),
    await desk.key('operator'),
    await desk.key('finance'),
    await desk.key('auditor'),
  ];
  const get = (key: string, query = '') => client.send('GET', `/v1/files/${id}${query}`, { key });
  const answer = await client.raw(
    new Request(`http://127.0.0.1:8080/v1/files/${id}`, { headers: { authorization: `Bearer ${system}` } }),
  );
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(PDF);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/pdf',
    'content-length': String(PDF.length),
    'content-disposition': `attachment; filename="Bien _lai_.pdf"; filename*=UTF-8''Bi%C3%AAn%20_lai_.pdf`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  expect([(await get(finance, '?reveal=doi-soat')).status, (await get(system, '?reveal=doi-soat')).status]).toEqual([
    ...[403, 403],
  ]);
  expect((await get(operator)).json.errors[0].pointer).toBe('/reveal');
  const seen = () => on.rows(`select to_state from journal where to_state like 'revealed%'`);
  expect(await seen()).toEqual([]);
  expect([(await get(operator, '?reveal=doi-soat')).status, (await get(auditor, '?reveal=kiem-tra')).status]).toEqual([
    ...[200, 200],
  ]);
  expect((await seen()).map(({ to_state }) => to_state).toSorted()).toEqual([
    'revealed: doi-soat',
    'revealed: kiem-tra',
  ]);
  expect((await client.send('GET', '/v1/files/fil_none', { key: system })).json.code).toBe('not-found');
  store.away = true;
  const away = await get(system);
  expect([away.status, away.json.code, away.headers.get('retry-after')]).toEqual([503, 'files-unavailable', '10']);
  await erase(subject);
  expect([(await get(system)).status, (await get(system)).json.code]).toEqual([410, 'erased']);
  await desk.close();
});
