import { expect } from 'vitest';
import type { Page, Problem, Walk } from '../../test/end-to-end/contract-client.ts';

export const walk: Walk = {
  'keys are made, listed and revoked; a revoked one is refused': async ({ client, call, once }) => {
    const made = await call<{ id: string; key: string }>('createKey', {
      headers: once(),
      body: { principal: { kind: 'system', name: 'he-thong-mot-cua', role: 'system' } },
    });
    const holder = await client.as(made.body.key);
    expect((await holder.call('listDossiers')).status).toBe(200);
    expect((await holder.call<Problem>('listKeys')).body.code).toBe('forbidden');
    expect((await call<Page<object>>('listKeys')).body.items.length).toBeGreaterThan(0);
    expect((await call('revokeKey', { params: { id: made.body.id } })).status).toBe(200);
    expect((await holder.call<Problem>('listDossiers')).body.code).toBe('unauthenticated');
  },
};
