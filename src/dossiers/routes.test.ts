import { expect, it } from 'vitest';
import { DEFAULT_PURPOSES } from '../../contracts/domain/purpose.ts';
import { plainVault } from '../../test/kit/delivery/plain-vault.ts';
import { testDesk } from '../../test/kit/desk.ts';
import { recount } from '../delivery/counting.ts';
import { sql } from '../store/engine.ts';
import { createAccept } from './accept.ts';
import type { AcceptCommand } from './acceptance.ts';
import { dossierRoutes } from './routes.ts';
import { createDossierViews } from './views.ts';

const CODE = 'H02.15.03-1';
const dossier = (revision: number, more: object = {}) => ({
  revision,
  updatedAt: '2026-01-15T08:00:00+07:00',
  procedure: { code: '1.001193' },
  agency: { code: 'H02.15.03' },
  channel: 'online',
  status: 'processing',
  receivedAt: '2026-01-15T07:30:00+07:00',
  applicant: { kind: 'citizen', name: 'Nguyễn Văn Mẫu', identities: [{ type: 'citizen-id', number: '024000000000' }] },
  ...more,
});

/** `meanwhile` runs between what a withdrawal read and what it writes. */
async function room(meanwhile: (round: number) => Promise<unknown> = async () => {}) {
  const desk = await testDesk();
  const accept = createAccept({ ...desk, vault: plainVault(), wake: () => {} });
  const views = createDossierViews({ ...desk, vault: plainVault(), filled: () => [] });
  let rounds = 0;
  let keys = 0;
  const client = desk.serve(
    dossierRoutes({
      purposes: DEFAULT_PURPOSES,
      dossiers: {
        views,
        importing: { accept, handedOver: () => 0, platform: desk.platform, turn: setImmediate },
        accept: async (command: AcceptCommand) => {
          if (command.setAside === 'withdrawal') await meanwhile(++rounds);
          return accept(command);
        },
      },
    }),
  );
  const key = await desk.key('system');
  const hand = (revision: number, more: object = {}) =>
    client.send('PUT', `/v1/dossiers/${CODE}`, { key, body: dossier(revision, more) });
  const withdraw = () =>
    client.send('POST', `/v1/dossiers/${CODE}/withdrawal`, {
      ...{ key, body: { reason: 'nhập nhầm', as: 'withdrawn' } },
      headers: { 'idempotency-key': `w${++keys}` },
    });
  return { desk, views, hand, withdraw, rounds: () => rounds };
}

it('a withdrawal shows the dossier as withdrawn, and its place in the order stays', async () => {
  const { hand, withdraw, views } = await room();
  expect((await withdraw()).status).toBe(404);
  expect((await hand(1)).status).toBe(202);
  expect((await withdraw()).status).toBe(202);
  expect(await views.content(CODE)).toMatchObject({ version: 2, snapshot: { revision: 1, status: 'withdrawn' } });
});

it('I3: the same withdrawal again is 200, and so is the snapshot that it was made from; a newer one takes it back', async () => {
  const { desk, hand, withdraw, views } = await room();
  await hand(1);
  const first = await withdraw();
  const again = await withdraw();
  expect([again.status, again.json]).toEqual([200, { ...first.json, outcome: 'unchanged' }]);
  expect((await hand(1)).status).toBe(200);
  expect(await views.content(CODE)).toMatchObject({ version: 2, snapshot: { status: 'withdrawn' } });
  await desk.engine.batch([sql(`update exchange set state = 'rejected'`), ...recount()]);
  expect((await withdraw()).status).toBe(202);
  expect((await hand(2)).status).toBe(202);
  expect(await views.content(CODE)).toMatchObject({ version: 4, snapshot: { status: 'processing' } });
});

it('a withdrawal is not made from what may be older than the nation shows', async () => {
  const { desk, hand, withdraw } = await room();
  await hand(1);
  await desk.engine.batch([sql(`update stream set doubt = 'ask-first'`)]);
  const answer = await withdraw();
  expect([answer.status, answer.json.code]).toEqual([409, 'wrong-state']);
  expect(answer.json.detail).toContain('hand the dossier over once more');
  expect((await hand(2, { summary: 'mới' })).status).toBe(202);
  expect((await withdraw()).status).toBe(202);
});

it('I1: a snapshot taken while a withdrawal is being made is withdrawn itself, and nothing of it is lost', async () => {
  const meanwhile = { hand: async (_round: number): Promise<unknown> => undefined };
  const { desk, hand, withdraw, views, rounds } = await room((round) => meanwhile.hand(round));
  await hand(1, { summary: 'cũ' });
  meanwhile.hand = async (round) => {
    if (round === 1) expect((await hand(2, { summary: 'mới' })).status).toBe(202);
  };
  const answer = await withdraw();
  expect([answer.status, answer.json.version]).toEqual([202, 3]);
  expect(rounds()).toBe(2);
  expect(await views.content(CODE)).toMatchObject({
    version: 3,
    snapshot: { revision: 2, summary: 'mới', status: 'withdrawn', note: 'nhập nhầm' },
  });
  // What was written over is not written again, and the next one is not stale.
  expect((await hand(1, { summary: 'cũ' })).status).toBe(409);
  expect((await hand(3)).status).toBe(202);
  expect(
    await desk.engine.all({ sql: `select to_state from journal where to_state = 'withdrawal'`, params: [] }),
  ).toEqual([{ to_state: 'withdrawal' }]);
});

it('a withdrawal over a dossier that never holds still is given up in plain words, and wrote nothing', async () => {
  const meanwhile = { hand: async (_round: number): Promise<unknown> => undefined };
  const { hand, withdraw, views, rounds } = await room((round) => meanwhile.hand(round));
  await hand(1);
  meanwhile.hand = (round) => hand(round + 1, { summary: `lần ${round}` });
  expect((await withdraw()).status).toBe(409);
  expect(rounds()).toBe(10);
  expect(await views.content(CODE)).toMatchObject({ version: 11, snapshot: { revision: 11, status: 'processing' } });
});

it('a dossier with every list at its longest, as long in each entry as in life, is taken; one above a mebibyte is 413', async () => {
  const { hand } = await room();
  const text = (length: number) => 'x'.repeat(length);
  const list = (length: number, entry: (n: number) => object) => Array.from({ length }, (_, n) => entry(n));
  const full = {
    steps: list(1_000, (n) => ({
      ...{ at: new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString(), status: 'processing' },
      ...{ actor: text(20), position: text(20), unit: text(60), note: text(60) },
    })),
    attachments: list(1_000, (n) => ({
      id: `a${n}`,
      name: text(60),
      componentCode: 'GT01',
      url: `https://example.vn/${n}`,
    })),
    otherDocuments: list(500, () => ({ name: text(50), copies: 1, kind: 'original' })),
    results: list(500, (n) => ({ id: `r${n}`, name: text(60), code: 'KQ.G15.000031', url: `https://example.vn/${n}` })),
    fees: list(200, () => ({ kind: 'fee', code: 'LP01', name: text(60), amount: { amount: 8_000, currency: 'VND' } })),
    supplements: list(200, (n) => ({ id: `s${n}`, content: text(100), documents: [{ name: text(40), copies: 1 }] })),
  };
  expect((await hand(1, full)).status).toBe(202);
  expect((await hand(2, { attachments: list(600, (n) => ({ id: `a${n}`, name: text(2_000) })) })).status).toBe(413);
});
