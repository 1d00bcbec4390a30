import type { LandTaxAsk, LandTaxQuestion, TransferSlip } from '../../contracts/domain/transfer-slip.ts';

/** A slip as a room makes it; people and parcels are invented. */
export const transferSlip = (id: string, changes: Partial<TransferSlip> = {}): TransferSlip => ({
  id,
  occasion: 'first',
  dossierCode: 'H02.15.03-261130-0001',
  certificateNumber: 'AA 000001',
  slipNumber: 'PC-0001',
  approvedAt: '2026-11-30T08:15:30+07:00',
  approvedBy: 'TRẦN THỊ B',
  deferDebt: true,
  content: {
    landUser: {
      name: 'NGUYỄN VĂN A & <B>',
      taxCode: '8000000000',
      identityNumber: '001000000000',
      phone: null,
      address: 'Xã Mẫu',
    },
    parcel: {
      sheetNumber: '12',
      parcelNumber: '34',
      address: 'Thôn Mẫu',
      area: '120.5',
      purpose: 'ODT',
      origin: null,
      term: 'Lâu dài',
    },
    house: null,
    transfer: {
      kind: 'CN',
      priceVnd: 1_500_000_000,
      contractDate: '2026-11-20',
      from: { name: 'LÊ VĂN C', taxCode: null, identityNumber: '001000000001', phone: null, address: null },
    },
    exemption: null,
  },
  ...changes,
});

export const landTaxAsk = (
  id: string,
  question: LandTaxQuestion,
  changes: Partial<Omit<LandTaxAsk, 'id' | 'question'>> = {},
): LandTaxAsk => ({
  id,
  slipId: 'slip-0001',
  question,
  dossierCode: 'H02.15.03-261130-0001',
  certificateNumber: 'AA 000001',
  slipNumber: 'PC-0001',
  ...changes,
});
