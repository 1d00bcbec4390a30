import { expect, it } from 'vitest';
import { ground } from '../../test/kit/room.ts';
import { Secret } from '../observability/secret.ts';
import { createIdempotency } from '../routes/idempotency.ts';
import { sql } from '../store/engine.ts';
import { createAuthenticator, REMEMBER_MS, REMEMBERED_AT_MOST, type TokenVerifier } from './authenticator.ts';
import { accountOf } from './hash.ts';
import { createKeys } from './keys.ts';
import { personOf } from './people.ts';
import { renameAccount } from './statements.ts';

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
        id: await accountOf(on.vault, token.split('.')[0] ?? ''),
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
  expect(made?.view.principal.account).toBe(await accountOf(on.vault, 'tk-17'));
  expect(await authenticator.principalOf('tk-17.x.y')).toMatchObject({
    id: principal,
    kind: 'person',
    role: 'operator',
  });
  expect(await authenticator.principalOf(made?.key ?? '')).toMatchObject({ id: principal, role: 'auditor' });
  expect((await authenticator.principalOf('tk-18.x.y'))?.id).toBe(await accountOf(on.vault, 'tk-18'));
  await on.engine.batch([sql(`update principal set kind = 'system'`)]);
  expect((await authenticator.principalOf('tk-17.x.z'))?.kind).toBe('system');
  await on.engine.batch([sql('update principal set revoked_at = 1')]);
  expect(await authenticator.principalOf('tk-17.y.z')).toBeUndefined();
});

it('asks about a few of those that wait for their turn at once, and a credential that held stays known (I7)', async () => {
  const on = await ground();
  const running = { now: 0, most: 0 };
  const verifyToken: TokenVerifier = async (token) => {
    running.now += 1;
    running.most = Math.max(running.most, running.now);
    await new Promise((resolve) => setImmediate(resolve));
    running.now -= 1;
    if (token.startsWith('fails')) throw new Error('not now');
    if (!token.startsWith('good')) return undefined;
    const principal = { id: `jwt:${token}`, kind: 'system', role: 'system', credential: 'jwt', test: false } as const;
    return { principal: { ...principal, ratePerSecond: 1 }, expiresAt: on.platform.wall() + 3_600_000 };
  };
  const authenticator = createAuthenticator({ ...on, scopesOf: () => new Set(), verifyToken });
  const many = ['bad', 'fails', 'good'].flatMap((word) =>
    Array.from({ length: 20 }, (_, n) => authenticator.principalOf(`${word}${n}.b.c`, true).catch(() => 'failed')),
  );
  const answers = await Promise.all(many);
  expect(answers.map((answer) => (typeof answer === 'object' ? 'good' : answer))).toEqual([
    ...[...Array(20).fill(undefined), ...Array(20).fill('failed'), ...Array(20).fill('good')],
  ]);
  expect(running).toEqual({ now: 0, most: 4 });
  on.pass(REMEMBER_MS);
  expect(authenticator.remembered('good1.b.c')).toBeUndefined();
  expect(['good1.b.c', 'bad1.b.c', 'fails1.b.c'].map(authenticator.heldBefore)).toEqual([true, false, false]);
  authenticator.forget('jwt');
  expect(authenticator.heldBefore('good1.b.c')).toBe(false);
});

it('remembers so many credentials, and forgets the one asked about the longest ago, never all', async () => {
  const on = await ground();
  const verifyToken: TokenVerifier = async (token) => ({
    principal: { id: `jwt:${token}`, kind: 'system', role: 'system', credential: 'jwt', test: false, ratePerSecond: 1 },
    expiresAt: on.platform.wall() + 3_600_000,
  });
  const engine = { all: async () => [], batch: async () => [] };
  const authenticator = createAuthenticator({ ...on, engine, scopesOf: () => new Set(), verifyToken });
  for (let n = 0; n <= REMEMBERED_AT_MOST; n++) await authenticator.principalOf(`${n}.b.c`);
  expect(authenticator.heldBefore('0.b.c')).toBe(false);
  expect(authenticator.heldBefore('1.b.c')).toBe(true);
  expect(authenticator.heldBefore(`${REMEMBERED_AT_MOST}.b.c`)).toBe(true);
});

it('I7: an account that a store of before knows by its subject is the same person once it signs in', async () => {
  const on = await ground();
  const now = await accountOf(on.vault, 'tk-17');
  const verifyToken: TokenVerifier = async () => ({
    principal: { id: now, kind: 'person', role: 'operator', credential: 'jwt', test: false, ratePerSecond: 1 },
    former: 'jwt:tk-17',
    expiresAt: on.platform.wall() + 3_600_000,
  });
  const authenticator = createAuthenticator({ ...on, scopesOf: () => new Set(), verifyToken });
  const personBehind = async (id: string) =>
    (await on.engine.all(sql(`select ${personOf('cast(?1 as text)')} as person`, id)))[0]?.person;
  await on.engine.batch([sql(`insert into account_name (former) values ('jwt:tk-17')`)]);
  expect(await personBehind('jwt:tk-17')).toBe('jwt:tk-17');
  expect(await authenticator.principalOf('a.b.c')).toMatchObject({ id: now });
  expect([await personBehind('jwt:tk-17'), await personBehind(now)]).toEqual([now, now]);

  const keys = createKeys({ ...on, onRevoked: () => {} });
  const bound = await keys.create(
    { principal: { kind: 'person', name: 'van-hanh', role: 'auditor', account: 'tk-17' }, test: false },
    'seed',
  );
  const principal = bound?.view.principal.id;
  expect([await personBehind('jwt:tk-17'), await personBehind(now)]).toEqual([principal, principal]);
});

it('I2: what an account began under its keys before an upgrade is found by them after it, and not done again', async () => {
  const on = await ground();
  const now = await accountOf(on.vault, 'tk-17');
  const before = 'jwt:tk-17';
  const keys = createIdempotency({ ...on, instance: 'p1' });
  const begin = (principal: string, key: string) => keys.begin({ principal, route: 'POST /v1/x', key }, 'request');
  const done = async (principal: string, key: string, answer: string) => {
    const begun = await begin(principal, key);
    if (begun.kind !== 'run') throw new Error(`the key ${key} is not new`);
    await begun.run.finish({ status: 200, answer });
  };
  await done(before, 'k1', '"old"');
  await done(before, 'k2', '"old"');
  // As an earlier version kept them.
  await on.engine.batch([
    sql(`update idempotency set answer = '"old"'`),
    sql('insert into account_name (former) values (?1)', before),
  ]);
  // Begun anew between the upgrade and the next sign-in, by another process.
  await done(now, 'k2', '"new"');
  await done('jwt:tk-18', 'k3', '"other"');
  await on.engine.batch([...renameAccount(before, now)]);
  expect(await begin(now, 'k1')).toEqual({ kind: 'stored', stored: { status: 200, answer: '"old"' } });
  expect(await begin(now, 'k2')).toEqual({ kind: 'stored', stored: { status: 200, answer: '"new"' } });
  expect(await begin(now, 'k3')).toMatchObject({ kind: 'run' });
});
