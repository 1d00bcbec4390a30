import { describe, expect, it } from 'vitest';
import type { Adapter, Callback, InboundReply, InboundRequest, Verifier } from '../../adapters/adapter.ts';
import { drift } from '../../adapters/adapter.ts';
import { textOf, utf8 } from '../../adapters/kit/bytes.ts';
import { nationalPortal } from '../../adapters/national-portal/index.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { createSystems } from '../delivery/systems.ts';
import { createNationalDossiers } from '../national-dossiers/national-dossiers.ts';
import { NATIONAL_DOSSIER, nationalDossierHandler } from '../national-dossiers/receive.ts';
import { type CallbackRequest, createInbound, type Inbound } from './inbound.ts';

const PORTAL = nationalPortal.create(
  nationalPortal.config.parse({
    URL: 'http://127.0.0.1:9/forward',
    USERNAME: 'u',
    PASSWORD: 'p',
    UNIT: 'H02',
    ALLOW: '10.1.0.0/16, fd00::/8',
  }),
);
const PEER = '10.1.2.3';
const IDENTITY = '024000000000';

function room(on: Ground, adapter: Adapter = PORTAL): Inbound {
  return createInbound({
    ...on,
    systems: createSystems([{ name: adapter.system, title: adapter.title, adapter }]),
    handlers: new Map([[NATIONAL_DOSSIER, nationalDossierHandler(on)]]),
  });
}
function request(body: string | Uint8Array, remoteAddress = PEER): CallbackRequest {
  const bytes = typeof body === 'string' ? utf8(body) : body;
  return {
    method: 'POST',
    headers: {},
    remoteAddress,
    readQuery: () => ({ query: {}, whole: true }),
    readBody: async (limit) => (bytes.length > limit ? undefined : bytes),
  };
}
const push = (code: string, more: object = {}): string =>
  JSON.stringify({
    service: 'nhanhsdvcqg',
    isUpdating: 'false',
    isSync: 'false',
    data: { MaHoSo: code, MaTTHC: '1.001193', ChuHoSo: 'Nguyễn Văn Mẫu', SoGiayTo: IDENTITY, ...more },
  });
const said = (reply: InboundReply | undefined): string => textOf(reply?.body ?? utf8('{}'));
const errorCode = (reply: InboundReply | undefined): unknown =>
  (JSON.parse(said(reply)) as { error_code?: unknown }).error_code;
/** What is answered, and then all that follows from it. */
async function receive(inbound: Inbound, body: string | Uint8Array, from?: string) {
  const reply = await inbound.receive('national-portal', 'nhanhsdvcqg', request(body, from));
  await inbound.settled();
  return reply;
}

describe('a dossier that the portal hands over', () => {
  it('I1: is stored, acted on, journalled, raised as an event, and answered 0', async () => {
    const on = await ground();
    expect(errorCode(await receive(room(on), push('G1')))).toBe(0);
    expect(await on.rows('select state, ref, type from inbound')).toEqual([
      { state: 'acted', ref: 'G1', type: 'national-dossier' },
    ]);
    expect(await on.rows('select national_code, version, procedure from national_dossier')).toEqual([
      { national_code: 'G1', version: 1, procedure: '1.001193' },
    ]);
    const [event] = await on.rows('select type, ref, data from event');
    expect(event).toMatchObject({ type: 'national-dossier.received', ref: 'G1' });
    expect(JSON.parse(String(event?.data))).toEqual({
      nationalCode: 'G1',
      procedure: '1.001193',
      agency: null,
      version: 1,
    });
    expect((await on.rows('select to_state from journal order by id')).map((row) => row.to_state).sort()).toEqual([
      'acted',
      'received: version 1',
      'stored',
    ]);
  });

  it('I6: keeps in clear what is a code, and nothing else that was written in its place', async () => {
    const on = await ground();
    const inbound = room(on);
    for (const [n, MaTTHC] of ['Nguyễn Văn Mẫu', IDENTITY, 'x'.repeat(61), '2.000488.000.00.00.H56'].entries())
      expect(errorCode(await receive(inbound, push(`G${n}`, { MaTTHC })))).toBe(0);
    expect(await on.rows('select procedure from national_dossier order by national_code')).toEqual([
      { procedure: null },
      { procedure: null },
      { procedure: null },
      { procedure: '2.000488.000.00.00.H56' },
    ]);
    for (const { data } of await on.rows('select data from event')) expect(data).not.toContain('Mẫu');
  });

  it('I2: a hundred repeats act once, and each is answered as a duplicate', async () => {
    const on = await ground();
    const inbound = room(on);
    const replies = await Promise.all(Array.from({ length: 100 }, () => receive(inbound, push('G1'))));
    expect(replies.map(errorCode).filter((code) => code === 0)).toHaveLength(1);
    expect(replies.map(errorCode).filter((code) => code === 1)).toHaveLength(99);
    expect(await on.rows('select repeats from inbound')).toEqual([{ repeats: 99 }]);
    expect(await on.rows('select version from national_dossier')).toEqual([{ version: 1 }]);
    expect(await on.rows('select count(*) as n from event')).toEqual([{ n: 1 }]);
  });

  it('the same code with other content is news, judged by the data and never by the code', async () => {
    const on = await ground();
    const inbound = room(on);
    expect(errorCode(await receive(inbound, push('G1')))).toBe(0);
    expect(errorCode(await receive(inbound, push('G1', { TrichYeuHoSo: 'Bổ sung' })))).toBe(0);
    // Members in another order are the same data.
    expect(
      errorCode(
        await receive(
          inbound,
          JSON.stringify({
            data: {
              ...{ TrichYeuHoSo: 'Bổ sung', ChuHoSo: 'Nguyễn Văn Mẫu' },
              ...{ SoGiayTo: IDENTITY, MaTTHC: '1.001193', MaHoSo: 'G1' },
            },
          }),
        ),
      ),
    ).toBe(1);
    expect(await on.rows('select version from national_dossier')).toEqual([{ version: 2 }]);
    const read = await createNationalDossiers(on).read('G1', 'prn_a', 'kiem-tra');
    expect(read.kind === 'found' && read.content.summary).toBe('Bổ sung');
  });

  it('I3: what was shown before and comes back is news: after A, B and A again, A is shown', async () => {
    const on = await ground();
    const inbound = room(on);
    const [a, b] = [push('G1', { TrichYeuHoSo: 'A' }), push('G1', { TrichYeuHoSo: 'B' })];
    const codes = [];
    // Each is repeated until it is answered, and other codes come in between.
    for (const body of [a, a, b, push('G2'), b, a, push('G2'), a]) codes.push(errorCode(await receive(inbound, body)));
    expect(codes).toEqual([0, 1, 0, 0, 1, 0, 1, 1]);
    const read = await createNationalDossiers(on).read('G1', 'prn_a', 'kiem-tra');
    expect(read.kind === 'found' && [read.summary.version, read.content.summary]).toEqual([3, 'A']);
    expect(await on.rows(`select seq, repeats from inbound where ref = 'G1' order by seq`)).toEqual([
      { seq: 1, repeats: 1 },
      { seq: 2, repeats: 1 },
      { seq: 3, repeats: 1 },
    ]);
  });

  it('I1, I3: whatever comes at once, the newest stored is shown, and no two in a row are the same', async () => {
    const on = await ground();
    const rooms = [room(on), room(on), room(on)];
    const texts = Array.from({ length: 60 }, (_, n) => 'ABC'.charAt((n * 7 + (n >> 2)) % 3));
    const replies = await Promise.all(
      texts.map((text, n) => receive(rooms[n % 3] ?? rooms[0] ?? room(on), push('G1', { TrichYeuHoSo: text }))),
    );
    const stored = await on.rows(
      'select i.id as inbound, i.seq, i.repeats, s.id, s.salt, s.epoch, i.raw from inbound i join subject s on s.id = i.subject order by i.seq',
    );
    const shown = await Promise.all(
      stored.map(async ({ inbound, id, salt, epoch, raw }) => {
        const subject = { id: String(id), salt: String(salt), epoch: Number(epoch) };
        const [text] = await on.vault.open([
          { subject, purpose: 'inbound.raw', row: String(inbound), sealed: String(raw) },
        ]);
        return (JSON.parse(text ?? '{}') as { summary?: string }).summary;
      }),
    );
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_row, index) => index + 1));
    expect(shown.filter((text, index) => text === shown[index - 1])).toEqual([]);
    expect(stored.reduce((sum, { repeats }) => sum + Number(repeats), stored.length)).toBe(texts.length);
    expect(replies.filter((reply) => errorCode(reply) === 0)).toHaveLength(stored.length);
    const read = await createNationalDossiers(on).read('G1', 'prn_a', 'kiem-tra');
    expect(read.kind === 'found' && read.content.summary).toBe(shown.at(-1));
    expect(await on.rows(`select count(*) as n from inbound where state <> 'acted'`)).toEqual([{ n: 0 }]);
  });

  it('I1: a crash between storing and acting loses nothing and acts once', async () => {
    const on = await ground();
    let crash = true;
    const engine: Ground['engine'] = {
      ...on.engine,
      batch: (statements) => {
        if (crash && statements.some(({ sql }) => sql.includes("set state = 'acted'"))) throw new Error('killed');
        return on.engine.batch(statements);
      },
    };
    expect(errorCode(await receive(room({ ...on, engine }), push('G1')))).toBe(0);
    expect(await on.rows('select state from inbound')).toEqual([{ state: 'stored' }]);
    expect(await on.rows('select count(*) as n from national_dossier')).toEqual([{ n: 0 }]);

    crash = false;
    const [here, there] = [room(on), room(on)];
    const acted = await Promise.all([here.actOnStored(), there.actOnStored()]);
    expect(Math.max(...acted)).toBe(1);
    expect(await on.rows('select state from inbound')).toEqual([{ state: 'acted' }]);
    expect(await on.rows('select version from national_dossier')).toEqual([{ version: 1 }]);
    expect(await on.rows('select count(*) as n from event')).toEqual([{ n: 1 }]);
    expect(await here.actOnStored()).toBe(0);
  });

  it('an older message that is acted on late never overwrites a newer one', async () => {
    const on = await ground();
    let fail = true;
    const handlers = new Map([
      [
        NATIONAL_DOSSIER,
        async (...given: Parameters<ReturnType<typeof nationalDossierHandler>>) => {
          if (fail) throw new Error('not now');
          return nationalDossierHandler(on)(...given);
        },
      ],
    ]);
    const systems = createSystems([{ name: PORTAL.system, title: PORTAL.title, adapter: PORTAL }]);
    const inbound = createInbound({ ...on, systems, handlers });
    await receive(inbound, push('G1', { TrichYeuHoSo: 'cũ' }));
    fail = false;
    // Not even when the clock was set back meanwhile.
    on.pass(-60_000);
    await receive(inbound, push('G1', { TrichYeuHoSo: 'mới' }));
    await inbound.actOnStored();
    const read = await createNationalDossiers(on).read('G1', 'prn_a', 'kiem-tra');
    expect(read.kind === 'found' && read.content.summary).toBe('mới');
    expect(await on.rows(`select count(*) as n from inbound where state = 'acted'`)).toEqual([{ n: 2 }]);
  });

  it('answers -1 when the store cannot take it, so that the portal sends it again', async () => {
    const on = await ground();
    const engine = { ...on.engine, batch: () => Promise.reject(new Error('disk full')) };
    expect(errorCode(await receive(room({ ...on, engine }), push('G1')))).toBe(-1);
    expect(errorCode(await receive(room(on), push('G1')))).toBe(0);
  });

  it('I6: no name and no number stands outside the sealed columns', async () => {
    const on = await ground();
    await receive(room(on), push('G1'));
    for (const table of ['inbound', 'national_dossier', 'event', 'journal', 'subject', 'blind_index_new']) {
      const text = JSON.stringify(await on.rows(`select * from ${table}`));
      expect(text).not.toContain('Mẫu');
      expect(text).not.toContain(IDENTITY);
    }
    expect(await on.rows('select count(*) as n from blind_index_new')).toEqual([{ n: 1 }]);
  });
});

describe('what cannot be believed or understood', () => {
  it('I7: a stranger changes nothing, is told -1, and is counted in one row', async () => {
    const on = await ground();
    const inbound = room(on);
    for (let n = 0; n < 50; n++) {
      const reply = await receive(inbound, push('G1'), '10.2.0.1');
      expect([reply?.status, errorCode(reply)]).toEqual([403, -1]);
    }
    on.pass(60_000);
    await receive(inbound, push('G1'), '10.2.0.1');
    expect(await on.rows('select state, repeats from inbound')).toEqual([{ state: 'refused', repeats: 50 }]);
    expect(await on.rows('select count(*) as n from national_dossier')).toEqual([{ n: 0 }]);
    // The refused one does not stand in the way of the true one.
    expect(errorCode(await receive(inbound, push('G1')))).toBe(0);
  });

  it('a stranger is made to wait for nothing: only a little of the body is read', async () => {
    const on = await ground();
    const limits: number[] = [];
    await room(on).receive('national-portal', 'nhanhsdvcqg', {
      ...request('', '192.0.2.1'),
      readBody: async (limit) => {
        limits.push(limit);
        return undefined;
      },
    });
    expect(limits).toEqual([16_384]);
  });

  it('I7: of what strangers send no more is read than is kept of it, neither query nor body', async () => {
    const on = await ground();
    const inbound = room(on);
    const read: string[] = [];
    const from = (n: number): CallbackRequest => ({
      ...request('', `192.0.2.${n % 250}`),
      readQuery: () => {
        read.push('query');
        return { query: {}, whole: true };
      },
      readBody: async () => {
        read.push('body');
        return utf8('x');
      },
    });
    const replies = await Promise.all(
      Array.from({ length: 500 }, (_, n) => inbound.receive('national-portal', 'nhanhsdvcqg', from(n))),
    );
    expect(new Set(replies.map((reply) => reply?.status))).toEqual(new Set([403]));
    expect(read.length).toBe(10);
    expect(new Set(read)).toEqual(new Set(['query', 'body']));
  });

  it.each([
    ['beyond the bounds', { query: { a: 'x' }, whole: false }, 'too-large'],
    ['that no store can keep', { query: { a: 'x\0' }, whole: true }, 'not-understood'],
    ['with a name that no store can keep', { query: { 'a\0': 'x' }, whole: true }, 'not-understood'],
  ])('a query %s is answered as failed, and its beginning is kept to be looked at', async (_name, read, type) => {
    const on = await ground();
    const reply = await room(on).receive('national-portal', 'nhanhsdvcqg', {
      ...request(push('G1')),
      readQuery: () => read,
    });
    expect(errorCode(reply)).toBe(-1);
    expect(await on.rows('select state, type from inbound')).toEqual([{ state: 'refused', type }]);
    expect(await on.rows('select count(*) as n from national_dossier')).toEqual([{ n: 0 }]);
  });

  it('refusals from very many senders share a row in the end', async () => {
    const on = await ground();
    const inbound = room(on);
    await on.engine.batch([
      {
        sql: `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
          insert into inbound (id, system, path, seq, type, verifier, subject, state, received_at, written_by)
          select 'r' || i, 'national-portal', 'p', 1, 'not-verified', 'peer', 's', 'refused', {at}, 't' from n`,
        params: [],
      },
    ]);
    for (const last of [1, 2, 3, 4]) await receive(inbound, 'x', `192.0.2.${last}`);
    expect(
      await on.rows(`select repeats from inbound i join inbound_head h on h.inbound = i.id where h.id like '%:others'`),
    ).toEqual([{ repeats: 3 }]);
  });

  it('a message off the wire schema is kept raw as drift, answered -1, and repeats are counted', async () => {
    const on = await ground();
    const inbound = room(on);
    for (let n = 0; n < 3; n++)
      expect(errorCode(await receive(inbound, JSON.stringify({ data: { MaHoSo: 7, ChuHoSo: 'Mẫu' } })))).toBe(-1);
    expect(errorCode(await receive(inbound, 'no json'))).toBe(-1);
    const rows = await on.rows('select state, repeats from inbound order by id');
    expect(rows).toEqual([
      { state: 'drift', repeats: 2 },
      { state: 'drift', repeats: 0 },
    ]);
    expect(on.notices).toContain('a callback outside the wire schema was quarantined');
  });

  it.each<[string, string]>([
    ['lists', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['objects', `${'{"a":'.repeat(5_000)}0${'}'.repeat(5_000)}`],
    [
      'both, in the dossier',
      JSON.stringify({ data: { MaHoSo: 'G1' } }).replace(
        '"G1"',
        `"G1","x":${'[{"a":'.repeat(100)}0${'}]'.repeat(100)}`,
      ),
    ],
    ['a text within a text', JSON.stringify({ data: `${'['.repeat(5_000)}${']'.repeat(5_000)}` })],
    [
      'members beyond number',
      `{"data":{"MaHoSo":"G1"${Array.from({ length: 20_001 }, (_, n) => `,"k${n}":0`).join('')}}}`,
    ],
  ])('I1: what a verified peer sent too deep or too wide is kept raw to the byte: %s', async (_name, body) => {
    const on = await ground();
    expect(errorCode(await receive(room(on), body))).toBe(-1);
    const [row] = await on.rows(
      'select i.id as inbound, i.state, i.raw, s.id, s.salt, s.epoch from inbound i join subject s on s.id = i.subject',
    );
    expect(row?.state).toBe('drift');
    const subject = { id: String(row?.id), salt: String(row?.salt), epoch: Number(row?.epoch) };
    const [raw] = await on.vault.open([
      { subject, purpose: 'inbound.raw', row: String(row?.inbound), sealed: String(row?.raw) },
    ]);
    expect(JSON.parse(String(raw))).toMatchObject({ body });
  });

  it.each<[string, () => never]>([
    [
      'at once',
      () => {
        throw new RangeError('Maximum call stack size exceeded');
      },
    ],
    ['later', (() => Promise.reject(new TypeError('024000000000'))) as () => never],
  ])('I1: what an adapter fails over is kept raw all the same: %s', async (_name, parse) => {
    const on = await ground();
    const [callback] = PORTAL.callbacks;
    const inbound = room(on, { ...PORTAL, callbacks: [{ ...callback, parse } as Callback] });
    expect(errorCode(await receive(inbound, push('G1')))).toBe(-1);
    expect(await on.rows('select state from inbound')).toEqual([{ state: 'drift' }]);
    expect(on.notices.join()).not.toContain('024000000000');
  });

  it('several dossiers in one message are refused whole, kept raw, and nothing of them is acted on', async () => {
    const on = await ground();
    const inbound = room(on);
    const body = JSON.stringify({ data: [{ MaHoSo: 'G1' }, { MaHoSo: 'G2' }] });
    expect(errorCode(await receive(inbound, body))).toBe(-1);
    expect(await on.rows('select count(*) as n from national_dossier')).toEqual([{ n: 0 }]);
    const [row] = await on.rows(
      'select i.id as inbound, i.state, i.raw, s.id, s.salt, s.epoch from inbound i join subject s on s.id = i.subject',
    );
    expect(row?.state).toBe('drift');
    const subject = { id: String(row?.id), salt: String(row?.salt), epoch: Number(row?.epoch) };
    const [raw] = await on.vault.open([
      { subject, purpose: 'inbound.raw', row: String(row?.inbound), sealed: String(row?.raw) },
    ]);
    expect(JSON.parse(raw ?? '')).toEqual({ method: 'POST', query: {}, body });
  });

  it('a body beyond the bound is answered as failed and stores no message', async () => {
    const on = await ground();
    const reply = await room(on).receive('national-portal', 'nhanhsdvcqg', {
      ...request(''),
      readBody: async () => undefined,
    });
    expect(errorCode(reply)).toBe(-1);
    expect(await on.rows('select state, type from inbound')).toEqual([{ state: 'refused', type: 'too-large' }]);
  });

  it('no more of a body is read than the store can keep', async () => {
    const on = await ground();
    const small = { ...on.engine, limits: { ...on.engine.limits, textBytes: 4_000 } };
    const asked: number[] = [];
    await room({ ...on, engine: small }).receive('national-portal', 'nhanhsdvcqg', {
      ...request(''),
      readBody: async (bytes) => void asked.push(bytes),
    });
    expect(asked).toEqual([2_000]);
  });

  it('no such callback, or a system that is not configured, is nothing at all', async () => {
    const on = await ground();
    expect(await room(on).receive('national-portal', 'other', request('{}'))).toBeUndefined();
    expect(await room(on).receive('tax', 'nhantbthuedvcqg', request('{}'))).toBeUndefined();
  });

  it.each<[string, Verifier, string, boolean]>([
    ['a peer in an IPv4 block', { kind: 'peer', allow: ['10.0.0.0/8'] }, '10.255.0.1', true],
    ['the same, written as IPv6', { kind: 'peer', allow: ['10.0.0.0/8'] }, '::ffff:10.255.0.1', true],
    ['a peer outside of it', { kind: 'peer', allow: ['10.0.0.0/8'] }, '11.0.0.1', false],
    ['a peer in an IPv6 block', { kind: 'peer', allow: ['fd00::/8'] }, 'fd12::1', true],
    ['an empty list', { kind: 'peer', allow: [] }, '127.0.0.1', false],
    ['no address', { kind: 'peer', allow: ['0.0.0.0/0', '::/0'] }, '', false],
    ['a good signature', { kind: 'signature', verify: async () => true }, '', true],
    ['a bad signature', { kind: 'signature', verify: async () => false }, PEER, false],
    [
      'a verifier that throws',
      {
        kind: 'shared-key',
        verify: async () => {
          throw new Error('no');
        },
      },
      PEER,
      false,
    ],
    ['a query', { kind: 'query' }, '', true],
  ])('I7: %s', async (_name, verifier, address, passes) => {
    const on = await ground();
    const parsed: InboundRequest[] = [];
    const callback: Callback = {
      kind: 'tell',
      methods: ['POST'],
      path: 'nhanhsdvcqg',
      verifier,
      maximumBytes: 100,
      parse: async (given) => {
        parsed.push(given);
        return drift('', 'x', 'y');
      },
      reply: (result) => ({ status: 200, contentType: 'text/plain', body: utf8(result) }),
    };
    const inbound = room(on, { ...PORTAL, callbacks: [callback] });
    const reply = await receive(inbound, 'hello', address);
    expect(said(reply)).toBe(passes ? 'failed' : 'refused');
    expect(parsed).toHaveLength(passes ? 1 : 0);
  });
});
