import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { storeKind } from '../../test/kit/store.ts';
import { ed25519Signer } from '../crypto/ed25519.ts';
import { webDigest } from '../crypto/vault-web.ts';
import { exportJournal } from '../journal/export.ts';
import { verifyJournal } from '../journal/verify.ts';
import { verifyExport } from '../journal/verify-export.ts';
import { journalled } from '../runtime/journalled.ts';
import { openPostgres } from '../store/engine/postgres.ts';
import { type Engine, sql } from '../store/engine.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { sealer } from './sealer.ts';

const line = (ref: string) => ({
  text: `insert into journal (id, ref, to_state, actor, at) values ($1, $2, 'made', 'tester', (extract(epoch from clock_timestamp()) * 1000)::bigint)`,
  values: [`${ref}:1`, ref],
});

/** A store that others write too: `other` is a connection of one of them. */
async function shared(): Promise<{ engine: Engine; other: pg.Client; close(): Promise<void> }> {
  const { newPostgres } = await import('../../test/kit/store/postgres.ts');
  let url = '';
  const engine = await newPostgres((given) => {
    url = given;
    return openPostgres({ url, connections: 2, readers: 1 });
  });
  await migrate(engine);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  const close = async () => {
    await other.end();
    await engine.close();
  };
  return { engine, other, close };
}

describe.runIf(storeKind === 'postgres')('where several write (only PostgreSQL lets two batches be open)', () => {
  it('I8: no line is sealed past while a batch is open that may bring an older one', async () => {
    const { engine, other, close } = await shared();
    const signer = await ed25519Signer(new Uint8Array(32).fill(7));
    const known = { digest: webDigest, kinds: journalled.kinds, publicKeys: [signer.publicKey] };
    const work = sealer({ ...{ engine, signer, owner: 'here', digest: webDigest } });
    const write = (ref: string) => other.query(line(ref));
    const seal = async () => (await work.seal({ mine: async () => true })).lines;
    await engine.batch([
      sql(`insert into lease (name, owner, epoch, until) values ('sealer', 'here', 1, {now} + 60000)`),
    ]);

    await write('early');
    await other.query('begin');
    await write('slow');
    await engine.batch([
      sql(`insert into journal (id, ref, to_state, actor, at) values ('quick:1', 'quick', 'made', 'tester', {at})`),
    ]);
    // `quick` has the number after that of `slow`, which nobody sees yet.
    expect(await seal()).toBe(0);
    expect(await seal()).toBe(0);
    await other.query('commit');
    await expect.poll(seal, { timeout: 10_000 }).toBe(3);
    expect(await verifyJournal(engine, known)).toMatchObject({ ok: true, lines: 3, unsealed: 0 });

    // A batch that failed leaves a number that nobody has: it is no line that was removed.
    await other.query('begin');
    await write('never');
    await other.query('rollback');
    for (const ref of ['a', 'b', 'c']) await write(ref);
    await expect.poll(seal, { timeout: 10_000 }).toBe(3);
    expect(await engine.all(sql('select first, last from seal order by n'))).toEqual([
      { first: 1, last: 3 },
      { first: 4, last: 7 },
    ]);
    const verdict = { ok: true, lines: 6, seals: 2 };
    expect(await verifyJournal(engine, known)).toMatchObject(verdict);
    const exported = async function* () {
      yield* exportJournal(engine, { publicKey: signer.publicKey, now: 0 });
    };
    expect(await verifyExport(exported(), known)).toMatchObject(verdict);

    await other.query(
      `insert into journal (position, id, ref, to_state, actor, at) values (4, 'put-in:1', 'put-in', 'made', 'x', 1)`,
    );
    expect(await verifyJournal(engine, known)).toMatchObject({ problem: 'inserted', position: 4, line: 'put-in:1' });
    await other.query('delete from journal where position = 4');
    await other.query(`update journal set actor = 'x' where position = 6`);
    expect(await verifyJournal(engine, known)).toMatchObject({ problem: 'changed', position: 6, line: 'b:1' });
    await other.query('delete from journal where position = 6');
    expect(await verifyJournal(engine, known)).toMatchObject({ problem: 'removed' });
    await close();
  });

  it('a page that ends at the horizon leaves out what an open batch may still come before', async () => {
    const { engine, other, close } = await shared();
    const before = () =>
      engine.scan<{ ref: string }>(sql('select ref from journal where at < {atHorizon} order by at, position'));
    await other.query('begin');
    await other.query(line('slow'));
    await new Promise((done) => setTimeout(done, 20));
    await engine.batch([
      sql(`insert into journal (id, ref, to_state, actor, at) values ('quick:1', 'quick', 'made', 'tester', {at})`),
    ]);
    expect(await before()).toEqual([]);
    await other.query('commit');
    await expect.poll(before, { timeout: 10_000 }).toEqual([{ ref: 'slow' }, { ref: 'quick' }]);
    await close();
  });
});
