import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Client, scopesOf, TEST_ADMIN_KEY, type TestDesk, testDesk } from '../../test/kit/desk.ts';
import { sql } from '../store/engine.ts';
import { createAuthenticator, REMEMBER_MS } from './authenticator.ts';
import { adminKeyRoutes } from './routes.ts';

describe('keys (I7)', () => {
  let desk: TestDesk;
  let client: Client;
  let count = 0;
  const key = TEST_ADMIN_KEY;
  const make = (body: unknown, idempotencyKey = `k${count++}`) =>
    client.send('POST', '/v1/admin/keys', { key, body, headers: { 'idempotency-key': idempotencyKey } });
  const list = (with_: string) => client.send('GET', '/v1/admin/keys', { key: with_ });
  const admin = { kind: 'person', name: 'quan-tri', role: 'administrator' };

  beforeEach(async () => {
    desk = await testDesk();
    client = desk.serve(adminKeyRoutes(desk));
  });
  afterEach(() => desk.close());

  it('are shown once, work, and are stored as a digest only (I6)', async () => {
    const made = await make({ principal: admin }, 'once');
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ principal: admin, test: false, createdBy: 'admin-key', revokedAt: null });
    const secret: string = made.json.key;
    expect(secret).toMatch(/^ltk_live_[\w-]{43}$/);
    expect(made.json.hint).toBe(secret.slice(-4));
    expect((await list(secret)).status).toBe(200);
    const again = await make({ principal: admin }, 'once');
    expect([again.status, again.json.id, again.json.key]).toEqual([201, made.json.id, null]);
    for (const table of ['api_key', 'principal', 'idempotency', 'journal'])
      expect(JSON.stringify(await desk.engine.all(sql(`select * from ${table}`)))).not.toContain(secret.slice(9));
    expect(JSON.stringify(desk.lines)).not.toContain(secret.slice(9));
    expect((await list(key)).text).not.toContain(secret);
  });

  it('are listed by page', async () => {
    for (let each = 0; each < 3; each++) await make({ principal: { ...admin, name: `a${each}` } });
    const first = await client.send('GET', '/v1/admin/keys?limit=2', { key });
    expect(first.json.items).toHaveLength(2);
    const rest = await client.send('GET', `/v1/admin/keys?limit=2&cursor=${first.json.nextCursor}`, { key });
    expect(rest.json.items).toHaveLength(1);
    expect(rest.json.nextCursor).toBeNull();
    for (const cursor of ['nonsense', '%00', btoa('{}'), btoa('["a","b"]')])
      expect((await client.send('GET', `/v1/admin/keys?cursor=${encodeURIComponent(cursor)}`, { key })).json.code).toBe(
        'invalid-cursor',
      );
    for (const limit of ['0', '501', 'x', '1.5', ''])
      expect((await client.send('GET', `/v1/admin/keys?limit=${limit}`, { key })).status).toBe(400);
  });

  it('stop working when revoked: here at once, in another process within seconds', async () => {
    const { json: made } = await make({ principal: admin });
    const elsewhere = createAuthenticator({ ...desk, scopesOf });
    expect(await elsewhere.principalOf(made.key)).toBeDefined();
    expect((await list(made.key)).status).toBe(200);
    const revoked = await client.send('DELETE', `/v1/admin/keys/${made.id}`, { key });
    expect(revoked.json.revokedAt).not.toBeNull();
    expect((await list(made.key)).status).toBe(401);
    expect(elsewhere.remembered(made.key)).toBeDefined();
    desk.platform.at += REMEMBER_MS;
    expect(elsewhere.remembered(made.key)).toBeUndefined();
    expect(await elsewhere.principalOf(made.key)).toBeUndefined();
    const again = await client.send('DELETE', `/v1/admin/keys/${made.id}`, { key });
    expect(again.json.revokedAt).toBe(revoked.json.revokedAt);
    expect((await client.send('DELETE', '/v1/admin/keys/key_none', { key })).status).toBe(404);
    expect(await desk.engine.all(sql('select ref, from_state, to_state, actor from journal order by id'))).toEqual([
      { ref: made.id, from_state: null, to_state: 'active', actor: 'admin-key' },
      { ref: made.id, from_state: 'active', to_state: 'revoked', actor: 'admin-key' },
      { ref: made.principal.id, from_state: null, to_state: 'administrator', actor: 'admin-key' },
    ]);
  });

  it('expire by the clock, remembered or not', async () => {
    const expiresAt = new Date(desk.platform.at + 1000).toISOString();
    const { json: made } = await make({ principal: admin, expiresAt });
    expect((await list(made.key)).status).toBe(200);
    desk.platform.at += 1000;
    expect((await list(made.key)).status).toBe(401);
  });

  it('of a known principal share its name; of an unknown one there are none', async () => {
    const { json: first } = await make({ principal: admin });
    const { json: second } = await make({ principal: { id: first.principal.id } });
    expect(second.principal).toEqual(first.principal);
    expect(second.key).not.toBe(first.key);
    expect((await make({ principal: { id: 'prn_none' } })).status).toBe(404);
  });

  it('bind an account to a person, once, and to one only', async () => {
    const { json: first } = await make({ principal: { ...admin, account: 'mau@example.vn' } });
    expect(first.principal.account).toMatch(/^jwt:[\w-]{22}$/);
    const { json: second } = await make({ principal: admin });
    expect(second.principal.account).toBeNull();
    const id = second.principal.id;
    const refused = { status: 409, json: { code: 'wrong-state' } };
    expect(await make({ principal: { id, account: 'mau@example.vn' } })).toMatchObject(refused);
    expect(await make({ principal: { ...admin, account: 'mau@example.vn' } })).toMatchObject(refused);
    const bound = await make({ principal: { id, account: 'tk-17' } });
    expect(bound).toMatchObject({
      status: 201,
      json: { principal: { id, account: expect.stringMatching(/^jwt:[\w-]{22}$/) } },
    });
    expect((await make({ principal: { id, account: 'tk-17' } })).status).toBe(201);
    expect(await make({ principal: { id, account: 'tk-18' } })).toMatchObject(refused);
    expect((await make({ principal: { ...admin, kind: 'system', account: 'tk-19' } })).status).toBe(400);
    const { json: robot } = await make({ principal: { ...admin, kind: 'system' } });
    expect(await make({ principal: { id: robot.principal.id, account: 'tk-19' } })).toMatchObject(refused);
    expect(await desk.engine.all(sql(`select ref, to_state from journal where to_state like 'account%'`))).toEqual([
      { ref: id, to_state: expect.stringMatching(/^account jwt:[\w-]{22}$/) },
    ]);
    expect(await desk.engine.all(sql('select id from principal'))).toHaveLength(3);
  });

  it('for tests are refused unless every system is a simulator', async () => {
    const { json: made } = await make({ principal: admin, test: true });
    expect(made.key).toMatch(/^ltk_test_/);
    expect((await list(made.key)).status).toBe(200);
    const real = await testDesk({ simulators: false });
    const other = await real.keys.create(
      { principal: { kind: 'person', name: 't', role: 'administrator' }, test: true },
      't',
    );
    const refused = await real.serve(adminKeyRoutes(real)).send('GET', '/v1/admin/keys', { key: other?.key });
    expect([refused.status, refused.json.code]).toEqual([403, 'test-key-refused']);
    await real.close();
  });

  it('name what is wrong with an order for one', async () => {
    const answer = await make({
      principal: { kind: 'person', name: 'x', role: 'king' },
      test: 'yes',
      expiresAt: 'soon',
    });
    expect(answer.json.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
      '/principal/role',
      '/test',
      '/expiresAt',
    ]);
  });

  it('begin with one, made when there is no administrator and shown once', async () => {
    const shown: string[] = [];
    await desk.keys.bootstrap((text) => shown.push(text));
    await desk.keys.bootstrap((text) => shown.push(text));
    expect(shown).toHaveLength(1);
    expect((await list(shown[0] ?? '')).status).toBe(200);
  });
});
