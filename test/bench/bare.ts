import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { dossierPut } from '../../contracts/v1/dossier.ts';

/** What the machine gives without any gateway: hono, the same schema, the same body, no storage. */
const app = new Hono();
app.put('/v1/dossiers/:code', async (context) => {
  const parsed = dossierPut.safeParse(await context.req.json());
  if (!parsed.success) return context.json({ error: 'invalid' }, 400);
  return context.json({ code: context.req.param('code'), outcome: 'accepted', version: 1, exchange: null }, 202);
});
serve({ fetch: app.fetch, port: Number(process.argv[2] ?? 0), hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
