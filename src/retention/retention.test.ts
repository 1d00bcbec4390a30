import { beforeEach, describe, expect, it } from 'vitest';
import { textOf, utf8 } from '../../adapters/kit/bytes.ts';
import { nationalPortal } from '../../adapters/national-portal/index.ts';
import { type DossierStatus, dossierStatus } from '../../contracts/domain/status.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { smallDossier } from '../../test/kit/body.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { memoryKeyringStore, openKeyring } from '../crypto/keyring.ts';
import { cancelErased } from '../delivery/erase.ts';
import { createSystems, type Systems } from '../delivery/systems.ts';
import { createAccept } from '../dossiers/accept.ts';
import { createInbound } from '../inbound/inbound.ts';
import { createNationalDossiers } from '../national-dossiers/national-dossiers.ts';
import { NATIONAL_DOSSIER, nationalDossierHandler } from '../national-dossiers/receive.ts';
import { declaredBy } from '../runtime/declared.ts';
import { rooms } from '../runtime/rooms.ts';
import { sql } from '../store/engine.ts';
import type { RetentionPeriods } from './periods.ts';
import { createRetention } from './retention.ts';
import { type Subjects, subjects } from './subjects.ts';

const DAY_MS = 86_400_000;
let on: Ground;
let room: Subjects;
let systems: Systems;

beforeEach(async () => {
  on = await ground();
  const adapter = nationalPortal.create(
    nationalPortal.config.parse({
      ...{ URL: 'http://127.0.0.1:9/forward', USERNAME: 'u', PASSWORD: 'p', UNIT: 'H02', ALLOW: '10.1.2.3' },
    }),
  );
  systems = createSystems([{ name: adapter.system, title: adapter.title, adapter }]);
  room = subjects({
    ...declaredBy(rooms),
    ...on,
    keyring: await openKeyring({ masterKey: new Uint8Array(32), store: memoryKeyringStore(), platform: on.platform }),
    erasures: { append: async () => {}, read: async function* () {} },
    alsoErase: cancelErased,
  });
});

const sweep = (periods: RetentionPeriods) => createRetention({ ...on, subjects: room, periods }).sweep();
const passDays = (days: number) => on.pass(days * DAY_MS);
let revision = 0;
async function hand(code: string, status: DossierStatus, more: { closedAt?: string; updatedAt?: string } = {}) {
  revision += 1;
  const accept = createAccept({ ...on, wake: () => {} });
  const updatedAt = vietnamTime(on.platform.wall());
  const snapshot = { ...smallDossier(code, revision, status), updatedAt, ...more };
  expect(await accept({ snapshot, mode: 'send', actor: 'province' })).toMatchObject({ kind: 'accepted' });
  on.pass(1_000);
}
const living = async (kind: string): Promise<unknown[]> =>
  (
    await on.engine.all<{ ref: string }>(
      sql('select ref from subject where kind = ?1 and purged_at is null order by ref', kind),
    )
  ).map(({ ref }) => ref);
async function push(code: string, summary: string) {
  const handlers = new Map([[NATIONAL_DOSSIER, nationalDossierHandler(on)]]);
  const body = JSON.stringify({ data: { MaHoSo: code, TrichYeuHoSo: summary, ChuHoSo: 'Nguyễn Văn Mẫu' } });
  const inbound = createInbound({ ...on, systems, handlers });
  const reply = await inbound.receive('national-portal', 'nhanhsdvcqg', {
    ...{
      method: 'POST',
      headers: {},
      remoteAddress: '10.1.2.3',
      readQuery: () => ({ query: {}, whole: true }),
      readBody: async () => utf8(body),
    },
  });
  expect(textOf(reply?.body ?? utf8(''))).toContain('"error_code":0');
  await inbound.settled();
}

describe('erasure by age', () => {
  it('I1: without a period nothing is ever erased', async () => {
    await hand('D1', 'completed');
    await push('G1', 'A');
    passDays(36_500);
    expect(await sweep({})).toBe(0);
    expect(await living('dossier')).toEqual(['D1']);
    expect(await on.rows(`select id from journal where ref = 'retention' or actor = 'retention'`)).toEqual([]);
  });

  it('I6: of dossiers, exactly those that are closed, each so long after its end, with a line of the journal', async () => {
    for (const status of dossierStatus.options) await hand(`D-${status}`, status);
    await sweep({ dossierDays: 100 });
    passDays(99);
    expect(await sweep({ dossierDays: 100 })).toBe(0);
    passDays(2);
    expect(await sweep({ dossierDays: 100 })).toBe(5);
    expect(await living('dossier')).toEqual(
      ['accepted', 'awaiting-payment', 'processing', 'registered', 'supplementing'].map((word) => `D-${word}`),
    );
    expect(
      await on.rows(`select count(*) as n from journal where actor = 'retention' and to_state = 'erased'`),
    ).toEqual([{ n: 5 }]);
    expect(await sweep({ dossierDays: 100 })).toBe(0);
  });

  it('the age starts at the end that the province states, and a dossier that is opened again has none', async () => {
    await hand('D1', 'completed', { closedAt: '2022-12-02T10:00:00+07:00' });
    await hand('D2', 'completed');
    await sweep({ dossierDays: 365 });
    const kept = async (code: string) => (await room.findByRef(code))[0]?.purgeAfter ?? null;
    // Its end is long past, but what has just come is given the time to be delivered.
    expect(await kept('D1')).toBeLessThan(on.platform.wall() + 31 * DAY_MS);
    expect(await kept('D1')).toBeGreaterThan(on.platform.wall() + 29 * DAY_MS);
    expect(await kept('D2')).toBeGreaterThan(on.platform.wall() + 364 * DAY_MS);
    await hand('D1', 'processing');
    await sweep({ dossierDays: 365 });
    expect(await kept('D1')).toBeNull();
    passDays(400);
    expect(await sweep({ dossierDays: 365 })).toBe(1);
    expect(await living('dossier')).toEqual(['D1']);
    await hand('D1', 'result-returned');
    await sweep({ dossierDays: 365 });
    expect(await kept('D1')).toBeGreaterThan(on.platform.wall() + 364 * DAY_MS);
  });

  it('I1: one that was opened again since its age was said is not erased, though it is past it', async () => {
    await hand('D1', 'completed');
    await sweep({ dossierDays: 100 });
    passDays(101);
    await hand('D1', 'supplementing');
    expect(await room.eraseDue(10, 'retention')).toBe(0);
    expect(await living('dossier')).toEqual(['D1']);
  });

  it('a legal hold stops it, until it is lifted', async () => {
    await hand('D1', 'completed');
    await sweep({ dossierDays: 100 });
    const [subject] = await room.findByRef('D1');
    await room.hold([subject?.id ?? ''], 'prn_a', 'court order');
    passDays(500);
    expect(await sweep({ dossierDays: 100 })).toBe(0);
    await room.release([subject?.id ?? ''], 'prn_a');
    expect(await sweep({ dossierDays: 100 })).toBe(1);
  });

  it('I1: what the portal handed over is kept until the province has taken it up; older contents of it are not', async () => {
    await push('G1', 'A');
    passDays(1);
    await push('G1', 'B');
    await sweep({ inboundDays: 30 });
    passDays(60);
    expect(await sweep({ inboundDays: 30 })).toBe(1);
    const national = createNationalDossiers(on);
    const read = await national.read('G1', 'prn_a', 'kiem-tra');
    expect(read.kind === 'found' && read.content.summary).toBe('B');
    await national.acknowledge({ nationalCode: 'G1', dossierCode: 'D1', version: undefined }, 'prn_a');
    expect(await sweep({ inboundDays: 30 })).toBe(1);
    expect((await national.read('G1', 'prn_a', 'kiem-tra')).kind).toBe('erased');
    expect(await living('inbound')).toEqual([]);
  });

  it('kept answers to questions go by their own age', async () => {
    const subject = on.vault.newSubject();
    await on.engine.batch([
      sql(
        `insert into subject (id, kind, ref, salt, epoch, created_at) values (?1, 'call', 'c1', ?2, ?3, {at}), ('sub_s', 'subscription', 's1', 'x', 1, {at})`,
        subject.id,
        subject.salt,
        subject.epoch,
      ),
    ]);
    await sweep({ callDays: 10 });
    passDays(11);
    expect(await sweep({ callDays: 10 })).toBe(1);
    expect(await living('subscription')).toEqual(['s1']);
  });

  it('other periods are journalled and hold for what is there; none takes every age back', async () => {
    for (let n = 0; n < 3; n++) await hand(`D${n}`, 'completed');
    await push('G1', 'A');
    await sweep({ dossierDays: 100, inboundDays: 100 });
    expect(await on.rows('select count(*) as n from subject where purge_after is not null')).toEqual([{ n: 4 }]);
    passDays(200);
    expect(await sweep({ inboundDays: 1000 })).toBe(0);
    expect(await on.rows(`select count(*) as n from subject where purge_after is not null`)).toEqual([{ n: 1 }]);
    expect(await sweep({ dossierDays: 150 })).toBe(3);
    expect(await on.rows(`select to_state from journal where ref = 'retention' order by at, id`)).toEqual([
      { to_state: 'periods: {"dossierDays":100,"inboundDays":100}' },
      { to_state: 'periods: {"inboundDays":1000}' },
      { to_state: 'periods: {"dossierDays":150}' },
    ]);
  });

  it('goes through more than fits one part, and only what changed the next time', async () => {
    await on.engine.batch([
      sql(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1200)
         insert into subject (id, kind, ref, salt, epoch, created_at) select 's' || i, 'dossier', 'D' || i, 'x', 1, {at} from n`,
      ),
      sql(
        `insert into dossier (code, subject, updated_at, content_mac, version, status, channel, agency, procedure, closed_at, changed_at, step_keys, written_by)
         select ref, id, {at}, '', 1, 'completed', 'online', 'H02', '1', {at}, {at} - 1, '[]', 't' from subject`,
      ),
    ]);
    const seen: string[] = [];
    const scan: Ground['engine']['scan'] = (statement) => {
      seen.push(statement.sql);
      return on.engine.scan(statement);
    };
    const again = () =>
      createRetention({ ...on, engine: { ...on.engine, scan }, subjects: room, periods: { dossierDays: 40 } }).sweep();
    await again();
    expect(await on.rows('select count(*) as n from subject where purge_after is not null')).toEqual([{ n: 1200 }]);
    expect(seen).toHaveLength(4);
    seen.length = 0;
    await again();
    expect(seen).toHaveLength(1);
    passDays(41);
    expect(await again()).toBe(1200);
  });
});
