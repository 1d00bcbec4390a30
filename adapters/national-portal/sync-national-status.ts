import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { type CollapsingCommand, completed, rejected, type SendOutcome } from '../adapter.ts';
import { nationalTime } from '../kit/national-time.ts';
import { cut, plain } from '../kit/text.ts';
import { statusCode } from './codes.ts';
import { divide, outcomeOf } from './items.ts';
import { lookUp } from './lookup-dossier.ts';
import { commandPolicy } from './policy.ts';
import type { Portal } from './portal.ts';
import { longest, type NationalStatus, service } from './wire.ts';

export interface SyncNationalStatusInput {
  /** A dossier that was born on the portal: `nationalCode` is set. */
  readonly dossier: DossierSnapshot;
}

/** `DongBoTrangThaiHoSo`: where a dossier that was born on the portal stands with us (WIRE.md 1.7). */
export function syncNationalStatus(portal: Portal): CollapsingCommand<SyncNationalStatusInput> {
  return {
    kind: 'collapsing',
    name: 'sync-national-status',
    recovery: {
      kind: 'repeatable',
      why: 'A status replaces the one before it: the same one twice is one status.',
      readBack: async ({ dossier }, context) => {
        const found = await lookUp(portal, dossier.nationalCode ?? dossier.code, context);
        if (found.kind !== 'completed') return found;
        if (!found.result.exists) return completed('absent');
        if (found.result.status === undefined) return completed('cannot-tell');
        return completed(found.result.status === dossier.status ? 'matches' : 'differs');
      },
    },
    policy: commandPolicy,
    run: async (inputs, context) => {
      const outcomes: SendOutcome[] = [];
      for (const { dossier } of inputs) {
        const data = nationalStatus(dossier);
        if (data === undefined) {
          outcomes.push(rejected('no-national-code', 'the dossier was not born on the portal', ['/nationalCode']));
          continue;
        }
        const answer = await portal.call(context, service.syncNationalStatus, { type: '2', data });
        // "Đã tồn tại" to a status that replaces another: they show it already.
        const item = answer.kind === 'answered' ? divide(answer, [data.MaHoSo])?.[0] : undefined;
        outcomes.push(answer.kind === 'answered' ? outcomeOf(item, { status: dossier.status }) : answer);
      }
      return { kind: 'itemised', outcomes };
    },
  };
}

/** Undefined without a national code. The newest step tells what was done last and when. */
export function nationalStatus(dossier: DossierSnapshot): NationalStatus | undefined {
  if (dossier.nationalCode == null || dossier.nationalCode === '') return undefined;
  const last = (dossier.steps ?? []).reduce<NonNullable<DossierSnapshot['steps']>[number] | undefined>(
    (newest, step) => (newest === undefined || Date.parse(step.at) >= Date.parse(newest.at) ? step : newest),
    undefined,
  );
  return {
    MaHoSo: dossier.nationalCode,
    MaHoSoDonVi: dossier.code,
    MaDoiTuong: plain(dossier.applicant.nationalAccountId),
    NoiDung: cut(last?.note || dossier.note || dossier.summary, longest.summary),
    NgayXuLy: nationalTime(last?.at ?? dossier.updatedAt),
    TrangThai: statusCode[dossier.status],
    TaiLieuXuLy: (dossier.results ?? []).map((result) => ({
      TepDinhKemId: result.id,
      TenTepDinhKem: cut(result.name || result.id, longest.attachmentName),
      IsDeleted: 'False',
      DuongDanTaiTepTin: plain(result.url),
    })),
  };
}
