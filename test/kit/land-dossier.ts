import type { LandDossier, LandPaper } from '../../contracts/domain/land-dossier.ts';

export const landPaper: LandPaper = {
  name: 'Đơn đăng ký biến động',
  originals: 1,
  copies: 0,
  file: { name: 'don.pdf', base64: 'JVBERi0xLjc=' },
};

/** A land dossier as a room sends it; people and places are invented. */
export function landDossier(changes: Partial<LandDossier> = {}): LandDossier {
  const receiptNumber = changes.receiptNumber ?? 'H02.15-250601-0001';
  return {
    receiptNumber,
    dossierCode: receiptNumber,
    atProvince: true,
    provinceId: '24',
    districtId: null,
    communeId: '07213',
    receivedBy: 'CB01',
    receivedAt: '2025-06-01T08:30:00+07:00',
    dueAt: '2025-06-15T17:00:00+07:00',
    propertyAddress: 'Thôn Mẫu, xã Mẫu',
    applicant: {
      name: 'NGUYEN VAN A',
      identityNumber: '024000000000',
      address: 'Thôn Mẫu, xã Mẫu',
      phone: '0900000000',
      email: null,
    },
    workflow: { code: 'QT01', name: 'Đăng ký biến động' },
    parcels: [{ number: '12', mapSheet: '3', areaM2: 120.5, address: null }],
    papers: [landPaper, { ...landPaper, name: 'Bản chính giấy chứng nhận', file: null }],
    ...changes,
  };
}
