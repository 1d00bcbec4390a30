import { expect, it } from 'vitest';
import { smallDossier } from '../../test/kit/body.ts';
import { ground } from '../../test/kit/room.ts';
import { memoryKeyringStore, openKeyring } from '../crypto/keyring.ts';
import { subjects } from '../retention/subjects.ts';
import { declaredBy } from '../runtime/declared.ts';
import { rooms } from '../runtime/rooms.ts';
import { createAccept } from './accept.ts';

it('I6: a number that only an earlier snapshot had finds the dossier until it is erased (docs/decisions/0011)', async () => {
  const on = await ground();
  const accept = createAccept({ ...on, wake: () => {} });
  const hand = (revision: number, number: string) => {
    const { applicant, ...rest } = smallDossier('D1', revision);
    const identities = [{ type: 'citizen-id' as const, number }];
    return accept({ snapshot: { ...rest, applicant: { ...applicant, identities } }, mode: 'send', actor: 'province' });
  };
  expect(await hand(1, '024000000001')).toMatchObject({ kind: 'accepted' });
  expect(await hand(2, '024000000002')).toMatchObject({ kind: 'accepted' });
  const room = subjects({
    ...declaredBy(rooms),
    ...on,
    keyring: await openKeyring({ masterKey: new Uint8Array(32), store: memoryKeyringStore(), platform: on.platform }),
    erasures: { append: async () => {}, read: async function* () {} },
  });
  const found = async (number: string) => (await room.findByIdentity(number)).map(({ ref }) => ref);
  expect(await found('024000000001')).toEqual(['D1']);
  expect(await found('024000000002')).toEqual(['D1']);
  await room.erase(
    (await room.findByRef('D1')).map(({ id }) => id),
    'prn_a',
  );
  expect(await found('024000000001')).toEqual([]);
  expect(await found('024000000002')).toEqual([]);
});
