import { expect, it } from 'vitest';
import { ground } from '../../test/kit/room.ts';
import { Secret } from '../observability/secret.ts';
import { createAuthenticator, REMEMBER_MS } from './authenticator.ts';

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
