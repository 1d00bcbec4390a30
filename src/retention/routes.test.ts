import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { utf8 } from '../../adapters/kit/bytes.ts';
import { dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { testDesk } from '../../test/kit/desk.ts';
import { askable, scriptedPortal } from '../../test/kit/portal.ts';
import { ground } from '../../test/kit/room.ts';
import type { Erasures } from '../crypto/erasures.ts';
import { readWord } from '../crypto/kept-words.ts';
import { memoryKeyringStore, openKeyring } from '../crypto/keyring.ts';
import { webVault } from '../crypto/vault-web.ts';
import { cancelErased } from '../delivery/erase.ts';
import { createAccept } from '../dossiers/accept.ts';
import { createInbound } from '../inbound/inbound.ts';
import { NATIONAL_DOSSIER, nationalDossierHandler } from '../national-dossiers/receive.ts';
import { declaredBy } from '../runtime/declared.ts';
import { rooms } from '../runtime/rooms.ts';
import { subjectRoutes } from './routes.ts';
import { subjects } from './subjects.ts';

const NUMBER = '024000000000';

async function room() {
  const desk = await testDesk();
  const base = { ...(await ground()), engine: desk.engine, platform: desk.platform };
  const keyring = await openKeyring({
    ...{ masterKey: randomBytes(32), store: memoryKeyringStore(), platform: desk.platform },
  });
  const on = { ...base, vault: webVault(keyring, desk.platform) };
  const adapter = scriptedPortal({});
  const callbacks = adapter.callbacks.map((callback) => ({
    ...callback,
    verifier: { kind: 'peer' as const, allow: ['127.0.0.1'] },
  }));
  const { systems } = await askable(on, { ...adapter, callbacks });
  const erased: string[] = [];
  const erasures: Erasures = {
    append: async (ids) => void erased.push(...ids),
    read: async function* () {
      yield* erased;
    },
  };
  const client = desk.serve(
    subjectRoutes({
      subjects: subjects({ ...declaredBy(rooms), ...on, keyring, erasures, alsoErase: cancelErased }),
    }),
  );
  const key = await desk.key('administrator');
  const accept = createAccept({ ...on, wake: () => {} });
  const hand = (code: string, number: string) =>
    accept({
      actor: 'prn_a',
      mode: 'send',
      snapshot: dossierSnapshot.parse({
        code,
        updatedAt: '2026-01-15T08:00:00+07:00',
        procedure: { code: '1.001193' },
        agency: { code: 'H02.15.03' },
        channel: 'online',
        status: 'processing',
        receivedAt: '2026-01-15T07:30:00+07:00',
        applicant: { kind: 'citizen', name: 'Nguyễn Văn Mẫu', identities: [{ type: 'citizen-id', number }] },
        steps: [{ at: '2026-01-15T07:30:00+07:00', status: 'accepted', actor: 'Trần Thị Thử' }],
      }),
    });
  const inbound = createInbound({
    ...on,
    systems,
    handlers: new Map([[NATIONAL_DOSSIER, nationalDossierHandler(on)]]),
  });
  let n = 0;
  const act = (id: string, what: string, as = key) =>
    client.send('POST', `/v1/admin/subjects/${id}/${what}`, {
      ...{ key: as, body: { reason: 'theo yêu cầu' } },
      headers: { 'idempotency-key': `k${++n}` },
    });
  const find = async (body: object) =>
    (await client.send('POST', '/v1/admin/subjects/find', { key, body })).json.items as {
      id: string;
      kind: string;
      ref: string;
    }[];
  return { desk, on, client, key, hand, act, find, erased, inbound };
}

it('finds a person in dossiers of ours and of the portal, and gives out everything that is kept', async () => {
  const { hand, find, act, inbound, on } = await room();
  await hand('H02.15.03-1', NUMBER);
  await hand('H02.15.03-2', '024000000001');
  await on.engine.batch([
    {
      sql: `insert into attempt (exchange, n, call, epoch, started_at) select x.id, 1, 'call_1', 1, {at} from exchange x where x.kind = 'collapsing'`,
      params: [],
    },
  ]);
  const body = JSON.stringify({ data: { MaHoSo: 'G1', SoGiayTo: NUMBER, ChuHoSo: 'Nguyễn Văn Mẫu' } });
  await inbound.receive('national-portal', 'nhanhsdvcqg', {
    ...{ method: 'POST', headers: {}, remoteAddress: '127.0.0.1' },
    readQuery: () => ({ query: {}, whole: true }),
    readBody: async () => utf8(body),
  });
  await inbound.settled();
  const found = await find({ identity: NUMBER });
  expect(found.map(({ kind, ref }) => [kind, ref])).toHaveLength(2);
  const byKind = Map.groupBy(found, ({ kind }) => kind);
  const [dossier] = byKind.get('dossier') ?? [];
  const [message] = byKind.get('inbound') ?? [];
  expect(dossier?.ref).toBe('H02.15.03-1');
  expect(await find({ ref: 'H02.15.03-1' })).toEqual([dossier]);
  const { json } = await act(dossier?.id ?? '', 'export');
  expect(json.held.map((item: { kind: string; state: string }) => [item.kind, item.state])).toEqual([
    ['dossier.body', 'read'],
  ]);
  expect(JSON.stringify(json.held[0].content)).toContain('Nguyễn Văn Mẫu');
  const pushed = await act(message?.id ?? '', 'export');
  expect(pushed.json.held.map((item: { kind: string }) => item.kind)).toEqual(['national_dossier.body', 'inbound.raw']);
});

it('I6: an erasure cancels what is open of the person, and nobody else’s', async () => {
  const { hand, find, act, erased, on } = await room();
  await hand('H02.15.03-1', NUMBER);
  await hand('H02.15.03-2', '024000000001');
  const [subject] = await find({ identity: NUMBER });
  const id = subject?.id ?? '';
  const done = await act(id, 'erase');
  expect([done.status, done.json.erasedAt === null]).toEqual([200, false]);
  expect(erased).toEqual([id]);
  const states = (code: string) =>
    on.engine.all({
      sql: 'select x.state, x.cause from exchange x join stream s on s.id = x.stream where s.key = ?1 order by x.seq',
      params: [code],
    });
  expect(await states('H02.15.03-1')).toEqual(Array(2).fill({ state: 'cancelled', cause: 'erased' }));
  expect(await states('H02.15.03-2')).toEqual(Array(2).fill({ state: 'pending', cause: null }));
  const streams = await on.engine.all({ sql: 'select key from stream where due_at is not null', params: [] });
  expect(streams).toEqual([{ key: 'H02.15.03-2' }]);
  const lines = await on.engine.all({ sql: `select to_state from journal where to_state = 'cancelled'`, params: [] });
  expect(lines).toHaveLength(2);
  const said = await on.engine.all<{ ref: string; to_state: string }>({
    sql: `select ref, to_state from journal where to_state like 'reason: %'`,
    params: [],
  });
  expect(
    await Promise.all(
      said.map(async (line) => [line.ref, await readWord(on.vault, { column: 'journal.to_state' }, line.to_state)]),
    ),
  ).toEqual([[`subject:${id}`, 'reason: theo yêu cầu']]);
  expect(await find({ identity: NUMBER })).toEqual([]);
  expect((await act(id, 'export')).json.code).toBe('erased');
  expect((await hand('H02.15.03-1', NUMBER)).kind).toBe('refused');
  expect((await act(id, 'erase')).status).toBe(200);
});

it('a legal hold stops an erasure and all that goes with it', async () => {
  const { hand, find, act, on, erased } = await room();
  await hand('H02.15.03-1', NUMBER);
  const [subject] = await find({ identity: NUMBER });
  const id = subject?.id ?? '';
  expect((await act(id, 'hold')).json.hold).toMatchObject({ reason: 'theo yêu cầu' });
  expect((await act(id, 'erase')).json.code).toBe('on-hold');
  expect(erased).toEqual([]);
  expect(await on.engine.all({ sql: `select 1 from exchange where state = 'cancelled'`, params: [] })).toEqual([]);
  expect((await act(id, 'unhold')).json.hold).toBeNull();
  expect((await act(id, 'erase')).status).toBe(200);
});

it('I7: nobody but the administrator, and nothing of what does not exist', async () => {
  const { act, desk, client, key } = await room();
  expect((await act('sub_none', 'erase', await desk.key('operator'))).status).toBe(403);
  for (const what of ['erase', 'hold', 'unhold', 'export']) expect((await act('sub_none', what)).status).toBe(404);
  const both = await client.send('POST', '/v1/admin/subjects/find', { key, body: {} });
  expect(both.json.code).toBe('validation-failed');
});
