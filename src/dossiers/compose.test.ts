import { expect, it } from 'vitest';
import { smallDossier } from '../../test/kit/body.ts';
import { ground } from '../../test/kit/room.ts';
import type { Claimed } from '../delivery/sending/claim-statements.ts';
import { fill } from '../room.ts';
import { createAccept } from './accept.ts';
import { alsoSent, dossierOperations } from './compose.ts';

it('what other rooms know of a dossier is sent with it, over what the province gave', async () => {
  const on = await ground();
  const accept = createAccept({ ...on, wake: () => {} });
  for (const code of ['D1', 'D2'])
    await accept({ snapshot: smallDossier(code, 1, 'processing'), mode: 'send', actor: 'province' });
  const paid = [
    { kind: 'charge', code: 'LP01', name: 'Lệ phí', amount: { amount: 8000, currency: 'VND' }, paidBy: 'online' },
  ] as const;
  const asked: (readonly string[])[] = [];
  const payments = fill(alsoSent, async (codes) => {
    asked.push(codes);
    return new Map([['D2', () => ({ fees: [...paid] })]]);
  });
  const operations = dossierOperations({ ...on, filled: <Filler>() => [payments.filler as Filler] });
  const items = ['D1', 'D2'].map((key) => ({ key, sent_version: 0 }) as Claimed);
  const composed = await operations.get('national-portal/sync-dossier')?.compose(items);
  expect(asked).toEqual([['D1', 'D2']]);
  expect(composed).toMatchObject([{ input: { dossier: { code: 'D1' } } }, { input: { dossier: { fees: paid } } }]);
  expect(JSON.stringify(composed?.[0])).not.toContain('LP01');
});
