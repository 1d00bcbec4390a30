import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDesk, testDesk } from '../../../test/kit/desk.ts';
import { nodeAssets } from '../../runtime/node/assets.ts';

describe('the documentation', () => {
  let desk: TestDesk;
  let client: Awaited<ReturnType<TestDesk['whole']>>;
  beforeAll(async () => {
    desk = await testDesk();
    client = await desk.whole({ assets: nodeAssets() });
  });
  afterAll(() => desk.close());

  it('is an OpenAPI 3.1 document of every route that is shown', async () => {
    const { status, json: document } = await client.send('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(document.openapi).toBe('3.1.0');
    expect(document.servers[0].url).toBe('http://127.0.0.1:8080');
    expect(document.paths['/v1/admin/keys'].post.security).toEqual([{ key: [] }]);
    expect(document.paths['/healthz'].get.security).toEqual([]);
    const parameters = document.paths['/v1/admin/keys'].post.parameters;
    expect(parameters).toContainEqual(
      expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: true }),
    );
    expect(document.components.schemas.Problem).toBeDefined();
    expect(JSON.stringify(document)).not.toMatch(/"pattern":"[^"]*\/[a-z]+"/);
  });

  it('is shown by a page that asks nothing of anyone else', async () => {
    const page = await client.send('GET', '/docs');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('http');
    expect(page.text).not.toMatch(/https?:\/\/|<script>|onload=/);
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links).toHaveLength(4);
    for (const link of links) expect((await client.send('GET', link)).status, link).toBe(200);
    const start = await client.send('GET', '/docs/start.js');
    expect(start.headers.get('content-type')).toContain('javascript');
    expect(start.text).toContain('validatorUrl: null');
  });

  it('is where a person is led who asks for nothing', async () => {
    const root = await client.send('GET', '/');
    expect([root.status, root.headers.get('location')]).toEqual([302, '/docs']);
  });

  it('says that a body may come too slowly, wherever one is waited for', async () => {
    const { paths } = (await client.send('GET', '/openapi.json')).json;
    for (const { contract } of client.app.routes.filter(({ contract: { hidden } }) => hidden !== true)) {
      const { responses } = paths[contract.path][contract.method];
      const buffered = contract.body !== undefined && contract.body.kind !== 'stream';
      expect([contract.operationId, '408' in responses]).toEqual([contract.operationId, buffered]);
    }
  });

  it('describes a sequence of lines as a text, and each line by its schema', async () => {
    const { paths, components } = (await client.send('GET', '/openapi.json')).json;
    const { requestBody, responses } = paths['/v1/dossiers/import'].post;
    for (const [{ content }, id] of [
      [requestBody, 'DossierSnapshot'],
      [responses['200'], 'ImportAnswer'],
    ]) {
      const { schema } = content['application/x-ndjson'];
      expect(schema).toMatchObject({ type: 'string', contentMediaType: 'application/x-ndjson' });
      expect(schema.contentSchema).toEqual({ type: 'array', items: { $ref: `#/components/schemas/${id}` } });
      expect(components.schemas[id].type).toBe('object');
    }
  });

  it('serves its own files and no other', async () => {
    for (const name of ['package.json', '..%2F..%2Fpackage.json', '%2Fetc%2Fpasswd', 'constructor'])
      expect((await client.send('GET', `/docs/assets/${name}`)).status, name).toBe(404);
  });
});
