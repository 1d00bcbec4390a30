import type { Answer } from './answers.ts';
import type { WireRecord } from './judge.ts';
import type { PortalState } from './state.ts';
import { stageNames, texts } from './texts.ts';

/** yyyyMMddHHmmss as `dd/MM/yyyy HH:mm:ss`, the form of the sister API (WIRE.md A2.5). */
function shown(time: string): string {
  if (time.length !== 14) return '';
  const part = (from: number, to: number): string => time.slice(from, to);
  return `${part(6, 8)}/${part(4, 6)}/${part(0, 4)} ${part(8, 10)}:${part(10, 12)}:${part(12, 14)}`;
}

/**
 * TraCuuHoSo: `result` is empty when the dossier is unknown. Its fields beside code and status are assumed; of one born
 * on the portal it shows the status that the province reported last, or "0" before it has reported any.
 */
export function lookUpDossier(portal: PortalState, call: WireRecord): Answer {
  portal.counters.lookups += 1;
  const code = typeof call.mahoso === 'string' ? call.mahoso : '';
  const dossier = portal.dossiers.get(code);
  const national = portal.national.get(code);
  if (dossier === undefined && national !== undefined) {
    const status = national.statuses.at(-1)?.status ?? '0';
    return { code: 0, message: texts.found, result: [{ MaHoSo: national.code, TrangThaiHoSo: status }] };
  }
  if (dossier === undefined) return { code: 0, message: texts.found, result: [] };
  const row = {
    MaHoSo: dossier.code,
    MaTTHC: dossier.procedure,
    HoTenNguoiNop: dossier.applicant,
    TrangThaiHoSo: dossier.status,
    TenTrangThai: stageNames[dossier.status] ?? '',
    DonViXuLy: dossier.unit,
    NgayNop: shown(dossier.submittedAt),
    NgayTiepNhan: shown(dossier.receivedAt),
    NgayHenTra: shown(dossier.dueAt),
  };
  return { code: 0, message: texts.found, result: [row] };
}
