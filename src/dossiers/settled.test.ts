import { expect, it } from 'vitest';
import { type DossierSnapshot, dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { snapshotOf } from '../../test/kit/delivery/bench.ts';
import { ground } from '../../test/kit/room.ts';
import { sql } from '../store/engine.ts';
import { createAccept } from './accept.ts';
import { contentText, settled, storedContent } from './content.ts';
import { bodyRow } from './statements.ts';
import { createDossierViews } from './views.ts';

const later = (snapshot: DossierSnapshot, revision: number): DossierSnapshot => ({
  ...snapshot,
  revision,
  updatedAt: `2022-12-0${revision}T09:15:00+07:00`,
});
const base = (): DossierSnapshot =>
  dossierSnapshot.parse({
    ...snapshotOf('D1', 1),
    summary: 'Đăng ký hộ tịch ở Đà Nẵng',
    note: 'Giấy tờ\nệ\tố',
    applicant: { ...snapshotOf('D1', 1).applicant, name: 'Nguyễn Thị Mẫu' },
    attachments: [{ id: 'a', name: 'tệp', url: 'https://example.vn/t%E1%BB%87p' }],
  });
const decomposed = (snapshot: DossierSnapshot): DossierSnapshot =>
  JSON.parse(JSON.stringify(snapshot), (_, value) => (typeof value === 'string' ? value.normalize('NFD') : value));

/** What says the same as `base` in other characters. */
const SAME: readonly [string, (snapshot: DossierSnapshot) => DossierSnapshot][] = [
  ['decomposed', decomposed],
  [
    'with an empty phone, fax and e-mail',
    (snapshot) => ({ ...snapshot, applicant: { ...snapshot.applicant, phone: '', fax: '', email: '' } }),
  ],
  [
    'with letters in an address',
    (snapshot) => ({ ...snapshot, attachments: [{ id: 'a', name: 'tệp', url: 'https://example.vn/tệp' }] }),
  ],
];
const plainBase = (): DossierSnapshot => {
  const { phone: _phone, fax: _fax, email: _email, ...applicant } = base().applicant;
  return { ...base(), applicant };
};

it.each(SAME)('the same dossier %s is the same content, and is kept as it is compared', async (_, spelt) => {
  const on = await ground();
  const accept = createAccept({ ...on, wake: () => {} });
  const give = (snapshot: DossierSnapshot) =>
    accept({ snapshot: dossierSnapshot.parse(snapshot), actor: 'province', mode: 'send' });
  expect(await give(later(plainBase(), 1))).toMatchObject({ kind: 'accepted' });
  expect(await give(later(spelt(plainBase()), 1))).toMatchObject({ kind: 'unchanged', version: 1 });
  expect(await give(later(spelt(plainBase()), 2))).toMatchObject({ kind: 'unchanged', version: 1 });
  expect(await give(later(spelt({ ...plainBase(), receiptNumber: '7' }), 3))).toMatchObject({
    kind: 'accepted',
    version: 2,
  });
  const read = await createDossierViews({ ...on, filled: () => [] }).content('D1');
  expect(contentText(read?.snapshot as DossierSnapshot)).toBe(contentText({ ...plainBase(), receiptNumber: '7' }));
});

it.each(SAME)('one held from before, %s, is not sent again when it is handed over as it was', async (_, spelt) => {
  const on = await ground();
  const accept = createAccept({ ...on, wake: () => {} });
  const give = (snapshot: DossierSnapshot) =>
    accept({ snapshot: dossierSnapshot.parse(snapshot), actor: 'province', mode: 'send' });
  expect(await give(later(plainBase(), 1))).toMatchObject({ kind: 'accepted' });
  // As the program before made it: the digest and the body of what was given.
  const given = contentText(dossierSnapshot.parse(later(spelt(plainBase()), 1)));
  expect(given).not.toBe(contentText(later(plainBase(), 1)));
  const [mac = ''] = await on.vault.mac('dossier.content', [given]);
  const [row] = await on.rows('select u.id, u.salt, u.epoch from subject u join dossier d on d.subject = u.id');
  const [body = ''] = await on.vault.seal([
    { subject: row as never, purpose: 'dossier.body', row: bodyRow(plainBase().code, 1), text: storedContent(given) },
  ]);
  await on.engine.batch([
    sql('update dossier set content_mac = ?1', mac),
    sql('update dossier_body set body = ?1', body),
  ]);
  const exchanges = await on.rows('select id from exchange');

  for (const revision of [1, 2])
    expect(await give(later(spelt(plainBase()), revision))).toMatchObject({ kind: 'unchanged', version: 1 });
  expect(await on.rows('select id from exchange')).toEqual(exchanges);
  expect(await give(later(spelt({ ...plainBase(), receiptNumber: '7' }), 3))).toMatchObject({
    kind: 'accepted',
    version: 2,
  });
});

it('what is settled already is the same object, and settling does nothing twice', () => {
  expect(settled(plainBase()).snapshot).toStrictEqual(plainBase());
  const snapshot = plainBase();
  expect(settled(snapshot).snapshot).toBe(snapshot);
  for (const [, spelt] of SAME) {
    const once = settled(spelt(plainBase())).snapshot;
    expect(settled(once).snapshot).toBe(once);
  }
});

it('the order by time uses every digit that was given', async () => {
  const on = await ground();
  const accept = createAccept({ ...on, wake: () => {} });
  const at = (fraction: string, note: string) =>
    accept({
      snapshot: dossierSnapshot.parse({
        ...snapshotOf('D1', 1),
        revision: null,
        updatedAt: `2022-12-01T09:15:00${fraction}+07:00`,
        note,
      }),
      ...{ actor: 'province', mode: 'send' as const },
    });
  expect(await at('.1235', 'a')).toMatchObject({ kind: 'accepted' });
  expect(await at('.123499999', 'b')).toMatchObject({ kind: 'refused', reason: 'stale-revision' });
  expect(await at('.123500', 'b')).toMatchObject({ kind: 'refused', reason: 'conflicting-revision' });
  expect(await at('.1235000', 'a')).toMatchObject({ kind: 'unchanged' });
  expect(await at('.12350001', 'b')).toMatchObject({ kind: 'accepted', version: 2 });
  // Equal content at a later digit moves the order on.
  expect(await at('.1236', 'b')).toMatchObject({ kind: 'unchanged', version: 2 });
  expect(await at('.12355', 'c')).toMatchObject({ kind: 'refused', reason: 'stale-revision' });
  expect(await at('.124', 'c')).toMatchObject({ kind: 'accepted', version: 3 });
});
