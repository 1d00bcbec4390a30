import { expect } from 'vitest';
import type { Walk } from '../../test/end-to-end/contract-client.ts';
import { smallDossier } from '../../test/kit/body.ts';

const CODE = 'H02.15.04-230103-0001';

export const walk: Walk = {
  'the land system is not there, and says so': async ({ call }) => {
    const body = smallDossier(CODE, 1);
    expect((await call('putDossier', { params: { code: CODE }, body })).status).toBe(202);
    const once = () => ({ 'idempotency-key': crypto.randomUUID() });
    const params = { code: CODE };
    const dossier = {
      ...{ dossierCode: CODE, provinceId: '24', communeId: '07231', receivedBy: 'CB01' },
      ...{ receivedAt: '2023-01-03T08:00:00+07:00', dueAt: '2023-01-20T17:00:00+07:00' },
      applicant: { name: 'Nguyễn Văn Mẫu', identityNumber: '024000000000' },
      process: { code: 'QT01', name: 'Đăng ký biến động' },
    };
    const sent = await call<{ code: string }>('sendLandDossier', { headers: once(), body: dossier });
    expect([sent.status, sent.body.code]).toEqual([503, 'system-not-configured']);
    const more = { dueAt: '2023-01-25T17:00:00+07:00' };
    const supplement = await call('supplementLandDossier', { params, headers: once(), body: more });
    const returnedAt = '2023-01-20T17:00:00+07:00';
    const returned = await call('returnLandDossier', { params, headers: once(), body: { returnedAt } });
    const redo = await call('redoLandDossier', { params, headers: once(), body: { content: 'Sai diện tích' } });
    expect([supplement.status, returned.status, redo.status]).toEqual([503, 503, 503]);
    expect((await call('getLandDossier', { params })).status).toBe(404);
  },
};
