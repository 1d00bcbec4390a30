import type { Adapter, AdapterDefinition } from '../adapter.ts';
import { landCallbacks } from './callbacks.ts';
import { landCommands } from './commands.ts';
import { type LandConfig, landConfig } from './config.ts';
import { kinds } from './kinds.ts';
import { openLine } from './open-line.ts';
import { lanes } from './policy.ts';
import { sessionLine } from './session-line.ts';

const title = { vi: 'Hệ thống đất đai của tỉnh', en: 'Provincial land system' };

/** The land system of the province: VBDLIS or iLIS (WIRE.md 3.4, WIRE-2 3.4b). */
export const landSystem: AdapterDefinition<LandConfig> = {
  system: 'land-system',
  title,
  envPrefix: 'LAND_SYSTEM',
  config: landConfig,
  secrets: ['PASSWORD', 'CLIENT_SECRET', 'SECURITY_CODE'],
  create: createLandSystem,
};

const lines = { open: openLine, session: sessionLine } as const;

function createLandSystem(config: LandConfig): Adapter {
  const line = lines[kinds[config.kind].line](config);
  return {
    system: 'land-system',
    title,
    assumed: [
      'SoBienNhan is our own dossier code, and at most one dossier stands under it',
      'Times: sent with an offset; theirs as ISO 8601, dd/MM/yyyy HH:mm:ss, epoch or /Date()/, without an offset in LAND_SYSTEM_TIME_ZONE (iLIS: Vietnamese time)',
      'data 0 or success false is a refusal; "đã tồn tại" is a yes to each of the four calls, under a failing status too',
      'dossier-returned: the same again leaves the same state',
      'iLIS: the grant at /token as a form, its refusal as RFC 6749 says, an expired token by HTTP 401',
      'Shapes of TapTin and of the lists of papers; DienTich in square metres; texts for the ids of units',
      'MaTrangThai other than 5, 9 and 10 is "in process"',
      'ThueChuyenTraHoSoDoSai, CungCapSoBienNhan, ThongBaoNhapSaiThuTuc, YeuCauCapNhatHoSo: all of the body but SoBienNhan',
      'iLIS calls us as VBDLIS does, with the same securityCode',
    ],
    queries: {},
    commands: landCommands(config, line),
    callbacks: landCallbacks(config),
    lanes,
    probe: (context) => line.probe(context),
  };
}
