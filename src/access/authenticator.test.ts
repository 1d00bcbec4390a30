import { expect, it } from 'vitest';
import { ground } from '../../test/kit/room.ts';
import { Secret } from '../observability/secret.ts';
import { sql } from '../store/engine.ts';
import { createAuthenticator, REMEMBER_MS, type TokenVerifier } from './authenticator.ts';
import { createKeys } from './keys.ts';

it('I7: a changed ADMIN_KEY counts at once, the one before for as long as it is remembered', async () => {
  const on = await ground();
  let held = 'khoa-quan-tri-cu';
  const authenticator = createAuthenticator({ ...on, scopesOf: () => new Set(), adminKey: new Secret(() => held) });
  const who = async (credential: string) =>
    (authenticator.remembered(credential) ?? (await authenticator.principalOf(credential)))?.id;
  expect(await who('khoa-quan-tri-cu')).toBe('admin-key');
  held = 'khoa-quan-tri-moi';
  expect(await who('khoa-quan-tri-moi')).toBe('admin-key');
  on.pass(REMEMBER_MS);
  expect(await who('khoa-quan-tri-cu')).toBeUndefined();
  expect(await who('khoa-quan-tri-moi')).toBe('admin-key');
});

it('I7: a token of a bound account is the principal that holds the keys, and of a program never a person', async () => {
  const on = await ground();
  const keys = createKeys({ ...on, onRevoked: () => {} });
  const verifyToken: TokenVerifier = async (token) => ({
    principal: {
      ...({
        id: `jwt:${token.split('.')[0]}`,
        kind: 'person',
        role: 'operator',
        credential: 'jwt',
        test: false,
      } as const),
      ratePerSecond: 1,
    },
    expiresAt: on.platform.wall() + 3_600_000,
  });
  const authenticator = createAuthenticator({ ...on, scopesOf: () => new Set(), verifyToken });
  const made = await keys.create(
    { principal: { kind: 'person', name: 'van-hanh', role: 'auditor', account: 'tk-17' }, test: false },
    'seed',
  );
  const principal = made?.view.principal.id;
  expect(made?.view.principal.account).toBe('jwt:tk-17');
  expect(await authenticator.principalOf('tk-17.x.y')).toMatchObject({
    id: principal,
    kind: 'person',
    role: 'operator',
  });
  expect(await authenticator.principalOf(made?.key ?? '')).toMatchObject({ id: principal, role: 'auditor' });
  expect((await authenticator.principalOf('tk-18.x.y'))?.id).toBe('jwt:tk-18');
  await on.engine.batch([sql(`update principal set kind = 'system'`)]);
  expect((await authenticator.principalOf('tk-17.x.z'))?.kind).toBe('system');
  await on.engine.batch([sql('update principal set revoked_at = 1')]);
  expect(await authenticator.principalOf('tk-17.y.z')).toBeUndefined();
});
