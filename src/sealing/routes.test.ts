import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type TestDesk, testDesk } from '../../test/kit/desk.ts';
import { standing } from '../../test/kit/exchanges.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { journalLine } from '../chronicle/journal-line.ts';
import { keptWords } from '../crypto/kept-words.ts';
import { memoryKeyringStore, openKeyring } from '../crypto/keyring.ts';
import { ownedDeliveries } from '../events/subscriptions.ts';
import { subjects } from '../retention/subjects.ts';
import { sql } from '../store/engine.ts';
import { createReading } from './reading.ts';
import { journalRoutes } from './routes.ts';

interface Shown {
  readonly position: number;
  readonly to: string;
  readonly actor: string;
  readonly said: { readonly from: string | null; readonly to: string };
}

async function open(): Promise<{
  on: Ground;
  desk: TestDesk;
  read: (reference: string, key: string, more?: string) => Promise<{ status: number; items: Shown[]; next: string }>;
}> {
  const on = await ground();
  const desk = await testDesk();
  const filled = <Filler>() => [ownedDeliveries as Filler];
  const client = desk.serve(journalRoutes(createReading({ ...on, filled })));
  return {
    on,
    desk,
    read: async (reference, key, more = '') => {
      const path = `/v1/admin/journal?reference=${encodeURIComponent(reference)}${more}`;
      const { status, json } = await client.send('GET', path, { key });
      return { status, items: json.items, next: json.nextCursor };
    },
  };
}

it('I6: why a person was erased, held and released is read after the erasure, by auditors and operators', async () => {
  const { on, desk, read } = await open();
  const keyring = await openKeyring({ masterKey: randomBytes(32), store: memoryKeyringStore(), ...on });
  const rooms = subjects({
    ...{ ...on, keyring, sealed: [], keeps: [] },
    erasures: { append: async () => {}, async *read() {} },
  });
  await on.engine.batch([
    sql(
      `insert into subject (id, kind, ref, salt, epoch, created_at) values ('sub_1', 'dossier', 'D1', 's', 202601, {at})`,
    ),
  ]);
  await rooms.hold(['sub_1'], 'an', 'thanh tra đang xem');
  await rooms.release(['sub_1'], 'an', 'xem xong');
  for await (const _ of rooms.export(['sub_1'], 'an', 'bà Mẫu hỏi')) throw new Error('nothing is kept');
  await rooms.erase(['sub_1'], 'binh', 'bà Mẫu yêu cầu');
  for (const role of ['auditor', 'operator', 'administrator'] as const) {
    const { items } = await read('subject:sub_1', await desk.key(role));
    expect(items.map(({ said, actor }) => [said.to, actor])).toEqual([
      ['reason: bà Mẫu yêu cầu', 'binh'],
      ['erased', 'binh'],
      ['exported: bà Mẫu hỏi', 'an'],
      ['reason: xem xong', 'an'],
      ['hold-released', 'an'],
      ['held', 'an'],
    ]);
    expect(JSON.stringify(items.map(({ to }) => to))).not.toContain('Mẫu');
  }
  for (const role of ['system', 'finance'] as const)
    expect((await read('subject:sub_1', await desk.key(role))).status).toBe(403);
});

it('is read page by page, whatever stands between, and shows what does not open as such', async () => {
  const { on, desk, read } = await open();
  const key = await desk.key('auditor');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a:1', 'a:10', 'a'), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (refs, limit) => {
        const run = randomBytes(4).toString('hex');
        const lines = refs.map((ref, n) => ({ id: `${run}${ref}:${n}`, ref: run + ref, to: String(n), actor: 'an' }));
        await on.engine.batch(lines.map((line) => journalLine(line)));
        const met: string[] = [];
        for (let more = ''; ; ) {
          const { items, next } = await read(`${run}a:1`, key, `&limit=${limit}${more}`);
          expect(items.length).toBeLessThanOrEqual(limit);
          met.push(...items.map(({ to }) => to));
          if (next === null) break;
          more = `&cursor=${next}`;
        }
        expect(met).toEqual(lines.flatMap(({ ref, to }) => (ref === `${run}a:1` ? [to] : [])).reverse());
      },
    ),
    { numRuns: 20 },
  );
  await on.engine.batch([
    journalLine({
      id: 'b:1',
      ref: 'b',
      to: `reason: ${await keptWords(on.vault, { column: 'journal.to_state' }, 'x')}zz`,
      actor: 'an',
    }),
    // As a refund has it, under its payment.
    journalLine({ id: 'rfd_1:1', ref: 'payment:p1', to: 'refund sending', actor: 'an' }),
  ]);
  expect((await read('b', key)).items.map(({ said }) => said.to)).toEqual(['reason: …']);
  expect((await read('rfd_1', key)).items.map(({ said }) => said.to)).toEqual(['refund sending']);
  expect((await read('b', key, '&cursor=x')).status).toBe(400);
});

it('I6: of deliveries to somebody else’s subscription there is nothing to read', async () => {
  const { on, desk, read } = await open();
  await standing(on, [{ id: 'x_s1', key: 'hook_1', seq: 1, state: 'dead', kind: 'appended', version: null }], {
    system: 'subscriber',
  });
  await standing(on, [{ id: 'x_p1', seq: 1, state: 'dead' }]);
  await on.engine.batch([
    sql(
      `insert into subscription (id, url, types, subject, secrets, position, created_at, created_by, written_by)
       values ('hook_1', 'https://a.example', 'null', 's', '', 0, {at}, 'somebody', 't')`,
    ),
    journalLine({ id: 'subscription:hook_1:1', ref: 'subscription:hook_1', to: 'created', actor: 'somebody' }),
  ]);
  const [operator, administrator] = [await desk.key('operator'), await desk.key('administrator')];
  for (const [ref, hidden] of [
    ['x_s1', true],
    ['subscription:hook_1', true],
    ['x_p1', false],
  ] as const)
    expect([(await read(ref, operator)).items.length === 0, (await read(ref, administrator)).items.length]).toEqual([
      hidden,
      1,
    ]);
});
