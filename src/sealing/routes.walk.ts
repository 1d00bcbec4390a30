import { expect } from 'vitest';
import type { Page, Walk } from '../../test/end-to-end/contract-client.ts';

export const walk: Walk = {
  'why a system was paused is read in the journal': async ({ call, once }) => {
    const params = { name: 'national-portal' };
    const reason = 'maintenance that was announced';
    await call('pauseSystem', { params, headers: once(), body: { reason } });
    await call('resumeSystem', { params, headers: once(), body: { reason: 'it is over' } });
    const query = { reference: 'system:national-portal' };
    const { body } = await call<Page<{ to: string; said: { to: string } }>>('listJournal', { query });
    const said = body.items.map((line) => line.said.to);
    expect(said).toContain(`paused: ${reason}`);
    expect(said).toContain('reason: it is over');
    expect(JSON.stringify(body.items.map(({ to }) => to))).not.toContain(reason);
  },
};
