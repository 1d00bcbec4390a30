import type { Answer } from './answers.ts';
import { refusal } from './answers.ts';
import { agencyList, fieldList, procedure, procedureList, procedureListOfUnit } from './catalogue.ts';
import { isRecord, type WireRecord } from './judge.ts';
import { lookUpDossier } from './lookup.ts';
import type { PortalState } from './state.ts';
import { syncDossiers, syncProgress, syncStatus } from './sync.ts';
import { texts } from './texts.ts';

type Service = (state: PortalState, call: WireRecord) => Answer;

/** What `/mapi/g` can be asked for (WIRE.md 1.3). */
const services: ReadonlyMap<string, Service> = new Map<string, Service>([
  ['DongBoHoSoMC', syncDossiers],
  ['CapNhatTienDoHoSoMC', syncProgress],
  ['DongBoTrangThaiHoSo', syncStatus],
  ['TraCuuHoSo', lookUpDossier],
  ['LayThuTuc', procedure],
  ['LayDanhSachTTHC', procedureList],
  ['LayDanhSachTTHCDonVi', procedureListOfUnit],
  ['LayDanhMucCoQuan', agencyList],
  ['LayDanhMucLinhVuc', fieldList],
]);

/** These change a dossier, so that two of them open at once for one dossier are an overlap. */
const changing: ReadonlySet<string> = new Set(['DongBoHoSoMC', 'CapNhatTienDoHoSoMC', 'DongBoTrangThaiHoSo']);

export function changesDossiers(service: string): boolean {
  return changing.has(service);
}

export function perform(state: PortalState, service: string, call: WireRecord): Answer {
  const { calls } = state.counters;
  calls[service] = (calls[service] ?? 0) + 1;
  const operation = services.get(service);
  return operation === undefined ? refusal(state.settings, texts.noSuchService) : operation(state, call);
}

/** The dossiers that a call speaks of, for faults and overlaps. */
export function codesIn(call: WireRecord): string[] {
  const { data, mahoso } = call;
  const rows: readonly unknown[] = Array.isArray(data) ? data : [data];
  const codes = rows.flatMap((row) => (isRecord(row) && typeof row.MaHoSo === 'string' ? [row.MaHoSo] : []));
  return typeof mahoso === 'string' ? [...codes, mahoso] : codes;
}
