import { afterAll, describe, expect, it } from 'vitest';
import { scopesOf, TEST_ADMIN_KEY, type TestDesk, testDesk } from '../../test/kit/desk.ts';
import type { Principal } from '../principal.ts';

const scopes = [...scopesOf('administrator')];

/** The token `all-but.N.x` has every scope but the N-th. */
function withoutScope(token: string): Principal {
  const missing = scopes[Number(token.split('.')[1])];
  return {
    id: token,
    kind: 'person',
    role: 'administrator',
    scopes: new Set(scopes.filter((scope) => scope !== missing)),
    credential: 'jwt',
    test: false,
    ratePerSecond: 100,
  };
}

/** Holds for every route that is registered, those of later files included (I7). */
describe('every route', async () => {
  const desk: TestDesk = await testDesk();
  const client: Awaited<ReturnType<TestDesk['whole']>> = await desk.whole({
    authenticator: {
      ...desk.authenticator,
      heldBefore: () => false,
      principalOf: async (token) =>
        token.startsWith('all-but.') ? withoutScope(token) : desk.authenticator.principalOf(token),
    },
  });
  afterAll(() => desk.close());

  /** The paths that need no principal. A new one is a decision, so it is written down here. */
  const open = new Map([
    ['GET /healthz', 'public'],
    ['GET /readyz', 'public'],
    ['GET /return/payment-platform', 'public'],
    ['GET /return/payment/{reference}', 'public'],
    ['GET /openapi.json', 'public'],
    ['GET /', 'public'],
    ['GET /docs', 'public'],
    ['GET /docs/start.js', 'public'],
    ['GET /docs/assets/{name}', 'public'],
    ['POST /callbacks/{system}/{path}', 'peer'],
    ['GET /callbacks/{system}/{path}', 'peer'],
  ]);

  for (const { contract } of client.app.routes) {
    const name = `${contract.method.toUpperCase()} ${contract.path}`;
    const path = contract.path.replaceAll(/\{\w+\}/g, 'x');
    const { scope } = contract;
    if (scope === 'public' || scope === 'peer') {
      it(`${name} is open on purpose`, () => {
        expect(open.get(name)).toBe(scope);
      });
      continue;
    }
    it(`${name} answers 401 to nobody and to a wrong key`, async () => {
      for (const key of [undefined, 'ltk_live_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']) {
        const answer = await client.send(contract.method.toUpperCase(), path, {
          key,
          from: `10.0.0.${client.app.routes.findIndex((route) => route.contract === contract)}`,
        });
        expect(answer.status).toBe(401);
        expect(answer.json.code).toBe('unauthenticated');
        expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      }
    });
    it(`${name} answers 403 without ${scope}`, async () => {
      const answer = await client.send(contract.method.toUpperCase(), path, {
        key: `all-but.${scopes.indexOf(scope)}.x`,
      });
      expect(answer.status).toBe(403);
      expect(answer.json.code).toBe('forbidden');
    });
    it(`${name} lets the scope ${scope} pass`, async () => {
      const answer = await client.send(contract.method.toUpperCase(), path, { key: TEST_ADMIN_KEY });
      // Nothing by these names is held, no system is configured, or the request is not one that the route takes. A fault
      // of its own is none of these.
      if (answer.status === 503) expect(answer.json.code).toBe('system-not-configured');
      else expect(answer.status).toBeOneOf([200, 400, 404, 415, 422]);
    });
  }

  it('has one operation a name, and describes each', () => {
    const ids = client.app.routes.map((route) => route.contract.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { contract } of client.app.routes) expect(contract.description.length).toBeGreaterThan(20);
  });

  it('names every parameter of its path', () => {
    for (const { contract } of client.app.routes) {
      const inPath = [...contract.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(Object.keys(contract.params?.shape ?? {}).sort()).toEqual(inPath.sort());
    }
  });
});
