import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { z } from 'zod';

/** What the machine gives for a notice without any gateway: hono, a schema, an answer. */
const notice = z.looseObject({ MaLoi: z.string(), MaThamChieu: z.string(), MaXacThuc: z.string() });
const app = new Hono();
app.post('/notice', async (context) => {
  const parsed = notice.safeParse(await context.req.json());
  if (!parsed.success) return context.json({ MaLoi: '99' }, 400);
  return context.json({
    MaLoi: parsed.data.MaLoi,
    MaThamChieu: parsed.data.MaThamChieu,
    MaXacThuc: parsed.data.MaXacThuc,
  });
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
