import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import type { Due, LandAsk } from './land-stories.ts';

/** A dossier as the one-gate hands it to the land system; parcels are made. */
export function landRequest({ code, procedure, applicant, receivedAt, updatedAt, dueAt }: DossierSnapshot): object {
  const at = receivedAt ?? updatedAt;
  return {
    ...{ dossierCode: code, provinceId: '24', communeId: '07213', receivedBy: 'CB01', receivedAt: at },
    ...{ dueAt: dueAt ?? at, applicant: { name: applicant.name, identityNumber: identityOf(applicant) } },
    process: { code: procedure.code, name: procedure.name },
    parcels: [{ number: '12', mapSheet: '3', areaM2: 120.5 }],
    papers: [{ name: 'Đơn đăng ký', originals: 1 }],
  };
}

/** What the land office transfers to the tax department. */
export function slipRequest({ code, applicant, updatedAt }: DossierSnapshot, slipNumber: string): object {
  return {
    ...{ dossierCode: code, certificateNumber: 'DD 000001', slipNumber, approvedAt: updatedAt, approvedBy: 'CB01' },
    content: {
      landUser: { name: applicant.name, identityNumber: identityOf(applicant), address: 'Số 1, phố Mẫu' },
      parcel: { sheetNumber: '3', parcelNumber: '12', area: '120.5', purpose: 'ODT' },
    },
  };
}

export const identityOf = ({ identities }: DossierSnapshot['applicant']): string | null =>
  identities?.[0]?.number ?? null;

export const slipNumberOf = ({ dossier }: LandAsk, again = false): string =>
  `PC-${dossier.slice(-11)}${again ? '-2' : ''}`;
export const noticeNumber = (slipNumber: string, due: Due): string => `TB-${slipNumber}-${due.block}`;
export const owedVnd = ({ dueVnd, exemptVnd }: Due): number => dueVnd - exemptVnd;

const BLOCKS = ['LPTB', 'TSDD', 'TNCN', 'TMD', 'TMN'] as const;
const sumOf = (dues: readonly Due[], of: (due: Due) => number): string =>
  String(dues.reduce((sum, due) => sum + of(due), 0));

/** The second phase of a question after a slip: every amount of it; `oddVnd` is what one due is off by. */
export function answerFields(dues: readonly Due[], slipNumber: string, oddVnd = 0): Readonly<Record<string, string>> {
  const blocks = BLOCKS.flatMap((block): [string, string][] => {
    const due = dues.find((one) => one.block === block);
    const fields = {
      ...{ SO_THONG_BAO: due ? noticeNumber(slipNumber, due) : '', NGAY_THONG_BAO: due ? '2022-12-01' : '' },
      ...{ HAN_NOP: due ? '2022-12-31' : '', PHAI_NOP: String(due?.dueVnd ?? 0), DA_NOP: '0' },
      ...{ MIEN_GIAM: String(due?.exemptVnd ?? 0) },
      CON_PNOP: due === undefined ? '0' : String(owedVnd(due) + (block === 'LPTB' ? oddVnd : 0)),
    };
    return Object.entries(fields).map(([name, text]) => [`${block}_${name}`, text]);
  });
  return {
    ...Object.fromEntries(blocks),
    ...{ TONG_PHAI_NOP: sumOf(dues, ({ dueVnd }) => dueVnd), TONG_DA_NOP: '0' },
    ...{ TONG_MIEN_GIAM: sumOf(dues, ({ exemptVnd }) => exemptVnd), TONG_CON_PNOP: sumOf(dues, owedVnd) },
  };
}

/** What the portal tells of a notice: what remains to be paid. */
export const noticeRows = (dues: readonly Due[], slipNumber: string, moreVnd = 0) =>
  dues.map((due) => ({
    ...{ SO_QUYET_DINH: noticeNumber(slipNumber, due), NGAY_QUYET_DINH: '01-12-2022', TEN_TIEUMUC: due.name },
    SO_TIEN: String(owedVnd(due) + moreVnd),
  }));

/** A proof that a notice was paid; `hour` tells one payment from another. */
export const proofOf = (due: Due, slipNumber: string, { moreVnd = 0, hour = 9 } = {}) => ({
  ...{ MaThongBaoThue: noticeNumber(slipNumber, due), SoTien: String(owedVnd(due) + moreVnd) },
  ...{ ThoiGianThanhToan: `20221201${String(hour).padStart(2, '0')}1500`, TrangThaiThanhToan: '1' },
});
