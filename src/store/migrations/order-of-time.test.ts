import { describe, expect, it } from 'vitest';
import { checkCounts } from '../../../test/kit/counts.ts';
import { onlySqlite, openStore } from '../../../test/kit/store.ts';
import { ed25519Signer } from '../../crypto/ed25519.ts';
import { webDigest } from '../../crypto/vault-web.ts';
import { held } from '../../dossiers/statements.ts';
import { GENESIS, type Line, leafText, type Seal, sealText } from '../../journal/line.ts';
import { verifyJournal } from '../../journal/verify.ts';
import { verifyExport } from '../../journal/verify-export.ts';
import { journalled } from '../../runtime/journalled.ts';
import { type Engine, type Row, type Statement, sql } from '../engine.ts';
import { carryOver } from './carry.ts';
import { migrate, migrations } from './migrate.ts';
import type { Migration } from './migration.ts';

const AT = 1_669_900_000_000;
const signer = await ed25519Signer(new Uint8Array(32).fill(7));
const DOSSIERS = 7;
const orderOfTime = migrations[5] as Migration;
/** The same in slices of two. */
const inSmallSlices: Migration = {
  ...orderOfTime,
  carry: (orderOfTime.carry ?? []).map((carry) => ({ ...carry, slice: 2 })),
};

/** Codes go against the order of time, as they may in life. */
const codeOf = (n: number): string => `H02.${90 - n}-221201-000${n}`;

const line = (index: number, ref: string, from: string | null, to: string): Line => ({
  ...{ id: `${ref}:t${index}`, ref, from, to, actor: 'province', at: AT + index, payloadHash: `hash ${index}` },
  position: index,
});

/** A store as the first versions left it: dossiers, a subscriber, a journal half sealed. */
async function storeOfBefore(): Promise<Engine> {
  const engine = await openStore();
  await engine.batch([
    sql(
      'create table migration (number bigint not null primary key, name text not null, oldest_program text not null, applied_at bigint not null)',
    ),
  ]);
  for (const { number, name, oldestProgram, statements } of migrations.slice(0, 5))
    await engine.batch([
      ...statements.map((text) => sql(text)),
      sql('insert into migration values (?1, ?2, ?3, {at})', number, name, oldestProgram),
    ]);

  const numbers = Array.from({ length: DOSSIERS }, (_, n) => n);
  const stream = (id: string, system: string, key: string): Statement =>
    sql(
      `insert into stream (id, system, key, lane, next_seq, desired_version, sent_version, due_at, doubt, parked_reason, written_by)
       values (?1, ?2, ?3, ?2 || '/command', 3, 1, 1, 77, 'look-after', null, 't')`,
      ...[id, system, key],
    );
  const exchange = (id: string, of: string, seq: number, subject: string | null, state: string): Statement =>
    sql(
      `insert into exchange (id, stream, seq, operation, kind, version, subject, state, due_at, accepted_at, accepted_by, told)
       values (?1, ?2, ?3, 'sync-dossier', 'collapsing', 1, ?4, ?5, 5, 6, 'province', null)`,
      ...[id, of, seq, subject, state],
    );
  await engine.batch([
    ...numbers.flatMap((n) => {
      const [code, subject, of] = [codeOf(n), `sub_${n}`, `national-portal:${codeOf(n)}`];
      return [
        sql(
          `insert into subject (id, kind, ref, salt, epoch, created_at) values (?1, 'dossier', ?2, 's', 202211, 1)`,
          subject,
          code,
        ),
        sql('insert into blind_index (hash, subject) values (?1, ?2)', `hash ${n}`, subject),
        sql(
          `insert into dossier (code, subject, updated_at, content_mac, version, status, channel, agency, procedure, changed_at, step_keys, written_by)
           values (?1, ?2, 1, 'mac', 2, 'processing', 'online', 'H02', '1.001193', 5, '[]', 't')`,
          ...[code, subject],
        ),
        ...[1, 2].map((version) =>
          sql(
            'insert into dossier_body (code, version, at, body) values (?1, ?2, 5, ?3)',
            code,
            version,
            `body ${n}/${version}`,
          ),
        ),
        stream(of, 'national-portal', code),
        exchange(`x_${n}a`, of, 1, subject, 'superseded'),
        exchange(`x_${n}b`, of, 2, subject, n === 3 ? 'dead' : 'delivered'),
      ];
    }),
    stream('subscriber:sub_1', 'subscriber', 'sub_1'),
    exchange('x_event', 'subscriber:sub_1', 1, null, 'pending'),
  ]);
  await writeJournal(
    engine,
    numbers.map((n) => `x_${n}a`),
  );
  return engine;
}

/** Two lines a reference, the first five of them under one seal. */
async function sealedLines(refs: readonly string[]): Promise<{ lines: Line[]; seal: Seal }> {
  const lines = [
    ...refs.map((ref, index) => line(index + 1, ref, null, 'pending')),
    ...refs.map((ref, index) => line(refs.length + index + 1, ref, 'sending', 'delivered')),
  ];
  const leaves = (await webDigest(lines.slice(0, 5).map((each) => leafText(each)))).join('');
  const [root = ''] = await webDigest([leaves]);
  const unsigned = { n: 1, first: 1, last: 5, prev: GENESIS, root, signedAt: AT };
  const signature = await signer.sign(sealText(unsigned));
  return { lines, seal: { ...unsigned, leaves, signature, publicKey: signer.publicKey } };
}

/** Five lines have a seal and a place, the others not; written in no order. */
async function writeJournal(engine: Engine, refs: readonly string[]): Promise<void> {
  const { lines, seal } = await sealedLines(refs);
  await engine.batch([
    ...lines.toReversed().map(({ id, ref, from, to, actor, at, payloadHash, position }) =>
      sql(
        `insert into journal (id, ref, from_state, to_state, actor, at, payload_hash, seal, position)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, case when cast(?8 as bigint) <= 5 then 1 end, case when cast(?8 as bigint) <= 5 then cast(?8 as bigint) end)`,
        ...[id, ref, from, to, actor, at, payloadHash, position],
      ),
    ),
    sql(
      'insert into seal (n, first, last, prev, leaves, root, signed_at, signature, public_key) values (1, 1, 5, ?1, ?2, ?3, ?4, ?5, ?6)',
      ...[seal.prev, seal.leaves, seal.root, AT, seal.signature, signer.publicKey],
    ),
  ]);
}

const TABLES = ['journal', 'stream', 'exchange', 'dossier_body', 'subject', 'dossier', 'blind_index', 'seal', 'meta'];
async function everything(engine: Engine): Promise<Record<string, Row[]>> {
  const rows: Record<string, Row[]> = {};
  for (const table of TABLES)
    rows[table] = (await engine.all<Row>(sql(`select * from ${table}`)))
      .map((row) => ({ ...row }))
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return rows;
}

it('I8: an export of before verifies: each line names its seal, and what was not sealed has no position', async () => {
  const { lines, seal } = await sealedLines(['x_1', 'x_2', 'x_3']);
  const known = { digest: webDigest, kinds: journalled.kinds, publicKeys: [signer.publicKey] };
  const text = (records: readonly object[]) =>
    (async function* () {
      for (const record of records) yield `${JSON.stringify(record)}\n`;
    })();
  const head = { n: 1, position: 5, root: seal.root, signature: seal.signature };
  const records = [
    { type: 'journal', format: 'lienthong-journal-1', publicKey: signer.publicKey, exportedAt: AT },
    { type: 'seal', ...seal },
    ...lines.slice(0, 5).map((each) => ({ type: 'line', ...each, seal: 1 })),
    ...lines.slice(5).map((each) => ({ type: 'line', ...each, seal: null, position: null })),
    { type: 'end', lines: 6, seals: 1, unsealed: 1, head },
  ];
  expect(await verifyExport(text(records), known)).toMatchObject({ ok: true, lines: 6, unsealed: 1, seals: 1 });
  const changed = records.map((each, n) => (n === 3 ? { ...each, actor: 'x' } : each));
  expect(await verifyExport(text(changed), known)).toMatchObject({ ok: false, problem: 'changed', position: 2 });
  const elsewhere = records.map((each, n) => (n === 3 ? { ...each, seal: 2 } : each));
  expect(await verifyExport(text(elsewhere), known)).toMatchObject({ ok: false, problem: 'changed', position: 2 });
});

describe.runIf(onlySqlite)('a store of the first versions, which knew no other engine', () => {
  it('I1: every row is carried over, and is found by its new name', async () => {
    const engine = await storeOfBefore();
    const before = await everything(engine);
    await migrate(engine);
    await checkCounts(engine);
    const after = await everything(engine);
    for (const table of TABLES.filter((each) => each !== 'meta'))
      expect([table, after[table]?.length]).toEqual([table, before[table]?.length]);
    for (let n = 0; n < DOSSIERS; n++) {
      expect(await engine.all(held([codeOf(n)]))).toMatchObject([
        { code: codeOf(n), subject: `sub_${n}`, last_exchange: `x_${n}b`, last_state: n === 3 ? 'dead' : 'delivered' },
      ]);
      expect(
        await engine.all(sql(`select version, body from dossier_body where subject = ?1 order by version`, `sub_${n}`)),
      ).toEqual([1, 2].map((version) => ({ version, body: `body ${n}/${version}` })));
    }
    expect(await engine.all(sql(`select id, stream from exchange where id = 'x_event'`))).toEqual([
      { id: 'x_event', stream: 'subscriber:sub_1' },
    ]);
    expect(await engine.all(sql(`select distinct doubt, due_at, sent_version from stream`))).toEqual([
      { doubt: 'look-after', due_at: 77, sent_version: 1 },
    ]);
    await engine.close();
  });

  it('I8: the journal verifies across it: what was sealed keeps its place, what was not follows in the order of time', async () => {
    const engine = await storeOfBefore();
    await migrate(engine);
    const known = { digest: webDigest, kinds: journalled.kinds, publicKeys: [signer.publicKey] };
    expect(await verifyJournal(engine, known)).toMatchObject({
      ok: true,
      lines: 2 * DOSSIERS,
      unsealed: 2 * DOSSIERS - 5,
    });
    const rows = await engine.all<{ at: number; position: number }>(
      sql('select at, position from journal order by position'),
    );
    expect(rows.map(({ at, position }) => [position, at])).toEqual(rows.map((_, index) => [index + 1, AT + index + 1]));
    await engine.batch([sql(`update journal set actor = 'x' where position = 3`)]);
    expect(await verifyJournal(engine, known)).toMatchObject({ ok: false, problem: 'changed', position: 3 });
    await engine.close();
  });

  it('I1: once rows are carried over, an older program refuses the store', async () => {
    const engine = await storeOfBefore();
    await carryOver(engine, inSmallSlices, () => {});
    expect(await engine.all(sql('select number, oldest_program, applied_at from migration where number > 5'))).toEqual([
      { number: 6, oldest_program: '0.3.0', applied_at: 0 },
    ]);
    await migrate(engine);
    expect(await engine.all(sql('select count(*) as n from migration where applied_at = 0'))).toEqual([{ n: 0 }]);
    await engine.close();
  });

  it('I1: a row that fits nothing stops the migration, and nothing is lost', async () => {
    const engine = await storeOfBefore();
    await engine.batch([sql(`insert into dossier_body (code, version, at, body) values ('nobody', 1, 5, 'kept')`)]);
    await expect(migrate(engine)).rejects.toThrow('rows_left_behind');
    expect(await engine.all(sql(`select body from dossier_body where code = 'nobody'`))).toEqual([{ body: 'kept' }]);
    await engine.close();
  });

  it('I1: cut off at any of its commits it goes on where it was, and nothing is carried twice', async () => {
    const whole = await storeOfBefore();
    await migrate(whole);
    const expected = await everything(whole);
    await whole.close();

    for (let cutAt = 0; ; cutAt++) {
      const engine = await storeOfBefore();
      let batches = 0;
      const dying: Engine = {
        ...engine,
        batch: async (statements) => {
          if (batches++ === cutAt) throw new Error('power lost');
          return engine.batch(statements);
        },
      };
      const told: string[] = [];
      const cut = await carryOver(dying, inSmallSlices, (message) => told.push(message)).then(
        () => false,
        () => true,
      );
      await carryOver(engine, inSmallSlices, (message) => told.push(message));
      await migrate(engine);
      expect(await everything(engine)).toEqual(expected);
      expect(told.at(-1)).toBe(`dossiers with their streams: ${DOSSIERS} of ${DOSSIERS}`);
      await engine.close();
      if (!cut) break;
    }
  });
});
