import { type Adapter, type AdapterDefinition, completed } from '../adapter.ts';
import { receiveDossier } from './callbacks.ts';
import { type PortalConfig, portalConfig } from './config.ts';
import { getProcedure } from './get-procedure.ts';
import { listAgencies } from './list-agencies.ts';
import { listFields } from './list-fields.ts';
import { listProcedures } from './list-procedures.ts';
import { listUnitProcedures } from './list-unit-procedures.ts';
import { lookupDossier } from './lookup-dossier.ts';
import { lanes } from './policy.ts';
import { createPortal } from './portal.ts';
import { syncDossier } from './sync-dossier.ts';
import { syncNationalStatus } from './sync-national-status.ts';
import { syncProgress } from './sync-progress.ts';

const title = { vi: 'Cổng Dịch vụ công quốc gia', en: 'National Public Service Portal' };

/** The National Public Service Portal (WIRE.md 1, A2). */
export const nationalPortal: AdapterDefinition<PortalConfig> = {
  system: 'national-portal',
  title,
  envPrefix: 'NATIONAL_PORTAL',
  config: portalConfig,
  secrets: ['USERNAME', 'PASSWORD'],
  create: createNationalPortal,
};

function createNationalPortal(config: PortalConfig): Adapter {
  const portal = createPortal(config);
  return {
    system: 'national-portal',
    title,
    assumed: [
      'TraCuuHoSo: MaHoSo and TrangThaiHoSo (or MaTrangThai) of the record found',
      'DongBoHoSoMC: which fields are mandatory; codes of LoaiGiayTo, HinhThucThu, TrangThaiBoSung, NoiNopHoSo "1"',
      'DongBoTrangThaiHoSo: the shape of TaiLieuXuLy',
      'Answers that speak of single items of a batch: by MaHoSo in the message or in a line of result',
      'How an expired session is expressed: HTTP 401 or 403, a text that speaks of the session, else any failure of an old one',
      'nhanhsdvcqg: one dossier a message, and the fields of data beside MaHoSo',
    ],
    queries: {
      'lookup-dossier': lookupDossier(portal),
      'get-procedure': getProcedure(portal),
      'list-procedures': listProcedures(portal),
      'list-unit-procedures': listUnitProcedures(portal),
      'list-agencies': listAgencies(portal),
      'list-fields': listFields(portal),
    },
    commands: {
      'sync-dossier': syncDossier(portal),
      'sync-progress': syncProgress(portal),
      'sync-national-status': syncNationalStatus(portal),
    },
    callbacks: [receiveDossier(config)],
    lanes,
    probe: async (context) => (await portal.login(context)) ?? completed('logged in'),
  };
}
