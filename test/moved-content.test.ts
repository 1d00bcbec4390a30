import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Keyring, memoryKeyringStore, openKeyring } from '../src/crypto/keyring.ts';
import { sealJson } from '../src/crypto/subject-keys.ts';
import { Tampered, type Vault } from '../src/crypto/vault.ts';
import { countingPlatform, DECEMBER_2022 } from '../src/crypto/vault-suite.ts';
import { INPUT_PURPOSE, sealedInput } from '../src/delivery/acts/sealed-input.ts';
import type { Claimed } from '../src/delivery/sending/claim-statements.ts';
import { dossiers } from '../src/dossiers/room.ts';
import { createDossierViews } from '../src/dossiers/views.ts';
import { subscriberOperations } from '../src/events/subscriber-operations.ts';
import { createSubscriptions } from '../src/events/subscriptions.ts';
import { subjects } from '../src/retention/subjects.ts';
import { declaredBy } from '../src/runtime/declared.ts';
import { nodeVault } from '../src/runtime/node/vault.ts';
import { sql } from '../src/store/engine.ts';
import { type Bench, createBench, type Process, put, stepOf } from './kit/delivery/bench.ts';
import { ground } from './kit/room.ts';

/** I8: whoever can write the store, and has no key, moves sealed content from row to row of one person: none of it opens. */

const platform = countingPlatform(DECEMBER_2022);
const NOT_COMPOSED = 'an exchange could not be put together';
let keyring: Keyring;
let vault: Vault;
let bench: Bench;
let gateway: Process;

beforeEach(async () => {
  keyring = await openKeyring({ masterKey: new Uint8Array(32), store: memoryKeyringStore(), platform });
  vault = nodeVault(keyring, platform);
});

const OF = (code: string): string => `subject = (select d.subject from dossier d where d.code = '${code}')`;
const bodyOf = (code: string, version: number): string =>
  `(select b.body from dossier_body b where b.version = ${version} and b.${OF(code)})`;
const edit = (...texts: string[]) => bench.engine.batch(texts.map((text) => sql(text)));
/** Two rows exchange what is sealed in them. */
async function exchange(table: string, key: string, column: string, where = `${column} is not null`): Promise<void> {
  const rows = await bench.rows<{ key: string; value: string }>(
    `select ${key} as key, ${column} as value from ${table} where ${where}`,
  );
  expect(rows).toHaveLength(2);
  await bench.engine.batch(
    rows.map((row, n) =>
      sql(`update ${table} set ${column} = ?1 where ${key} = ?2 and ${where}`, rows[1 - n]?.value ?? '', row.key),
    ),
  );
}
const content = (code: string) =>
  createDossierViews({ engine: bench.engine, vault, platform, filled: () => [] }).content(code);

describe('of a dossier', () => {
  /** Two states of each are held, and nothing of them was sent. */
  beforeEach(async () => {
    bench = await createBench({ vault, policy: { batchSize: 10 } });
    const held = await bench.start({ configured: false });
    for (const code of ['D1', 'D2'])
      for (const mark of [1, 2]) {
        void held.accept(put(code, mark, { steps: Array.from({ length: mark }, (_, n) => stepOf(n)) }));
        await bench.idle();
      }
    held.kill();
  });
  afterEach(() => bench.close());
  const notComposed = () => bench.notices.filter(({ message }) => message === NOT_COMPOSED);

  it('an older body in place of a newer one is never sent, is told aloud, and stops no other', async () => {
    const [kept] = await bench.rows<{ body: string }>(`select ${bodyOf('D1', 2)} as body`);
    await edit(`update dossier_body set body = ${bodyOf('D1', 1)} where version = 2 and ${OF('D1')}`);
    gateway = await bench.start();
    await bench.advance(5_000);
    expect(bench.portal.mark('D2')).toBe(2);
    expect(bench.portal.calls.filter(({ keys }) => keys.includes('D1'))).toEqual([]);
    expect(notComposed()[0]).toMatchObject({ level: 'error', fields: { error: expect.stringContaining('Tampered') } });
    expect(
      await bench.rows(`select distinct state, cause from exchange where operation = 'sync-dossier' and ${OF('D1')}
        and state <> 'superseded'`),
    ).toEqual([{ state: 'retrying', cause: 'cannot-compose' }]);
    await expect(content('D1')).rejects.toThrow(Tampered);

    // Put right again it goes by itself.
    await bench.engine.batch([
      sql(`update dossier_body set body = ?1 where version = 2 and ${OF('D1')}`, kept?.body ?? ''),
    ]);
    await bench.advance(600_000);
    expect(bench.portal.mark('D1')).toBe(2);
  });

  it('two bodies exchanged show neither state, and no step of the other', async () => {
    await exchange('dossier_body', 'version', 'body', OF('D1'));
    gateway = await bench.start();
    await bench.advance(600_000);
    expect(bench.portal.mark('D2')).toBe(2);
    expect(bench.portal.steps.get('D2')).toHaveLength(2);
    expect(bench.portal.calls.filter(({ keys }) => keys.includes('D1'))).toEqual([]);
    expect(notComposed().length).toBeGreaterThan(1);
    await expect(content('D1')).rejects.toThrow(Tampered);
  });

  it('a version set back shows what that version was, and no other takes its place', async () => {
    await edit(`update dossier set version = 1 where code = 'D1'`);
    expect((await content('D1'))?.snapshot.summary).toBe('1');
    await edit(`delete from dossier_body where version = 1 and ${OF('D1')}`);
    await edit(
      `update dossier_body set version = 1 where ${OF('D1')}`,
      `update dossier set version = 1 where code = 'D1'`,
    );
    await expect(content('D1')).rejects.toThrow(Tampered);
  });
});

it('what they said of an attempt and answered in a call is shown in its own place alone', async () => {
  bench = await createBench({ vault });
  gateway = await bench.start();
  bench.portal.behave = ({ n }) => ({ kind: 'rejected', code: String(n), answer: `answer ${n}` });
  for (const mark of [1, 2]) {
    void gateway.accept(put('D1', mark));
    await bench.advance(10_000);
  }
  const held = subjects({
    ...{ engine: bench.engine, vault, keyring, platform },
    ...{ erasures: { append: async () => {}, read: async function* () {} }, keeps: [] },
    sealed: declaredBy([dossiers]).sealed,
  });
  const states = async (): Promise<Record<string, string[]>> => {
    const found: Record<string, string[]> = {};
    const ids = await bench.rows<{ id: string }>('select id from subject order by id');
    for await (const { kind, state } of held.export(
      ids.map(({ id }) => id),
      'prn_admin',
      'kiem tra',
    ))
      found[kind] = [...(found[kind] ?? []), state];
    return found;
  };
  const all = (state: string) => ({
    'dossier.body': [state, state],
    'attempt.detail': [state, state],
    'call.raw': [state, state],
  });
  expect(await states()).toEqual(all('read'));
  await exchange('attempt', 'exchange', 'detail');
  await exchange('call', 'id', 'raw');
  await exchange('dossier_body', 'version', 'body');
  expect(await states()).toEqual(all('tampered'));
  await bench.close();
});

describe('of what is on its way', () => {
  const claimed = (id: string, more: Partial<Claimed>): Claimed => ({
    ...{ stream: 's', system: 's', key: '', epoch: 1, doubt: 'none', suspect: 0, sent_version: 0, id, seq: 1 },
    ...{ operation: 'o', kind: 'act', version: null, part: null, subject: null, payload: null, attempts: 0 },
    ...{ tried_ms: 0, accepted_at: 0, aside: 0, claimed_from: 'pending', ...more },
  });

  it('an act’s input in another act of the same person is not sent', async () => {
    const on = await ground({ vault });
    const subject = vault.newSubject();
    await on.engine.batch([
      sql(
        `insert into subject (id, kind, ref, salt, epoch, created_at) values (?1, 'k', 'r', ?2, ?3, 1)`,
        ...[subject.id, subject.salt, subject.epoch],
      ),
    ]);
    const payload = await sealJson(vault, subject, INPUT_PURPOSE, 'x-1', { amountVnd: 8000 });
    const compose = sealedInput(on);
    expect(await compose([claimed('x-1', { subject: subject.id, payload })])).toMatchObject([
      { input: { amountVnd: 8000 } },
    ]);
    await expect(compose([claimed('x-2', { subject: subject.id, payload })])).rejects.toThrow(Tampered);
  });

  it('an event in place of another, or a secret in place of another, goes to no receiver', async () => {
    const on = await ground({ vault });
    const made = await createSubscriptions({ ...on, mayCall: () => 'public' }).create(
      { url: 'https://example.vn/su-kien' },
      { id: 'prn_a', role: 'administrator' },
    );
    const [row] = await on.rows(
      'select s.id, s.secrets, u.id as subject, u.salt, u.epoch from subscription s join subject u on u.id = s.subject',
    );
    const subject = { id: String(row?.subject), salt: String(row?.salt), epoch: Number(row?.epoch) };
    const payload = await sealJson(vault, subject, INPUT_PURPOSE, 'x-1', { id: 'evt_1' });
    const compose = [...subscriberOperations(on).values()][0]?.compose;
    const sent = (id: string) => compose?.([claimed(id, { key: String(row?.id), subject: subject.id, payload })]);
    expect(await sent('x-1')).toMatchObject([{ input: { id: 'evt_1', secrets: [made?.secret] } }]);
    await expect(sent('x-2')).rejects.toThrow(Tampered);
    await on.engine.batch([sql(`update subscription set secrets = replace(secrets, '"n":1', '"n":2')`)]);
    await expect(sent('x-1')).rejects.toThrow(Tampered);
  });
});
