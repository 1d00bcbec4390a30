import type { Adapter, InboundRequest } from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import type { ConformanceOptions, Counterpart, TellSample } from '../../adapters/kit/conformance-harness.ts';
import { landSystem } from '../../adapters/land-system/index.ts';
import type { LandReturned, LandSupplement, LandWrongResult } from '../../contracts/domain/land-dossier.ts';
import { type RunningLand, startLand } from '../../mocks/land-system/server.ts';
import { DEFAULT_SETTINGS, type LandSettings } from '../../mocks/land-system/settings.ts';
import type { LandFault } from '../../mocks/land-system/state.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { landDossier, landPaper } from '../kit/land-dossier.ts';
import { SimulatedCounterpart } from './rules.ts';

const { username, password, clientId, clientSecret, callbackSecret } = DEFAULT_SETTINGS;

class LandCounterpart extends SimulatedCounterpart<LandFault, RunningLand> {
  constructor(land: RunningLand) {
    super(land, { 'success-with-failure': { kind: 'yes-with-failure' } });
  }

  override effects(): number {
    const { received, supplemented, returned, wrongResults } = this.running.state.counters;
    return received + supplemented + returned + wrongResults;
  }

  override effectsOf(command: string, input: unknown): number {
    const held = this.running.state.book.get((input as LandReturned).receiptNumber);
    if (held === undefined) return 0;
    if (command === 'supplement-dossier') return held.supplements.length;
    if (command === 'wrong-result') return held.wrongResults.length;
    return command === 'dossier-returned' && held.returnedAt === undefined ? 0 : 1;
  }
}

function landOf(counterpart: Counterpart): RunningLand {
  if (!(counterpart instanceof LandCounterpart)) throw new TypeError('another counterpart');
  return counterpart.running;
}

const createAdapter = (counterpart: Counterpart): Adapter => {
  const { url, state } = landOf(counterpart);
  const account = { USERNAME: username, PASSWORD: password, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret };
  const of = { URL: url, KIND: state.settings.kind, SECURITY_CODE: callbackSecret };
  return landSystem.create(landSystem.config.parse({ ...of, ...account }));
};

/** A dossier that they hold already, with a result. */
const holdFinished = (counterpart: Counterpart, input: unknown): void => {
  const { receiptNumber } = input as LandReturned;
  landOf(counterpart).state.book.add(receiptNumber, receiptNumber, {}).state = 'finished';
};
const numbered = (series: number, n: number) => `H02.15-25060${series}-${String(n).padStart(4, '0')}`;

const inbound = (body: unknown): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: { securityCode: callbackSecret },
  body: utf8(typeof body === 'string' ? body : JSON.stringify(body)),
  remoteAddress: '127.0.0.1',
});

const SoBienNhan = 'H02.15-250601-0001';
/** A call that says this; the same in another order, and something else by `other`. */
function told(path: string, said: object, other: object, broken: readonly object[] = []): TellSample {
  const message = { SoBienNhan, ...said };
  const unreadable = ['', '{', '<html></html>', '[]', 'null', {}, said, { ...message, SoBienNhan: '024000000000' }];
  return {
    kind: 'tell',
    path,
    message: inbound(message),
    same: inbound(Object.fromEntries(Object.entries({ ...message, securityCode: callbackSecret }).reverse())),
    other: inbound({ ...message, ...other }),
    broken: [...unreadable, ...broken.map((each) => ({ ...message, ...each }))].map(inbound),
  };
}

const conformanceOf = (kind: LandSettings['kind']): ConformanceOptions => ({
  start: async () => new LandCounterpart(await startLand({ settings: { kind } })),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  commands: {
    'receive-dossier': { recovery: 'repeatable', input: (n) => landDossier({ receiptNumber: numbered(1, n) }) },
    'supplement-dossier': {
      recovery: 'manual',
      input: (n): LandSupplement => ({
        receiptNumber: numbered(2, n),
        dueAt: '2025-06-20T17:00:00+07:00',
        note: null,
        papers: [landPaper],
      }),
      prepare: holdFinished,
    },
    'dossier-returned': {
      recovery: 'repeatable',
      input: (n): LandReturned => ({ receiptNumber: numbered(3, n), returnedAt: '2025-06-20T09:00:00+07:00' }),
      prepare: holdFinished,
    },
    'wrong-result': {
      recovery: 'manual',
      input: (n): LandWrongResult => ({ receiptNumber: numbered(4, n), content: 'Sai họ tên', papers: [] }),
      prepare: holdFinished,
    },
  },
  queries: {},
  secrets: [password, clientSecret, callbackSecret],
  sessions: kind === 'ilis',
  itemRows: false,
  callbacks: [
    told('LuanChuyen', { MaTrangThai: 4, NgayChuyen: '2025-06-02T01:00:00' }, { MaTrangThai: 5 }, [
      { NgayChuyen: 'hôm qua' },
      { DanhSachTapTin: 7 },
    ]),
    told('ChoBoSung', { NgayChoBoSung: '2025-06-02T01:00:00', LaTamDung: true }, { LaTamDung: false }, [
      { NgayChoBoSung: '31/02/2025' },
    ]),
    told('DaBoSung', { NgayNhanBoSung: '2025-06-02T01:00:00' }, { NgayHenTraMoi: '2025-06-09T01:00:00' }, [
      { NgayHenTraMoi: '2025-13-01' },
    ]),
    told('KetQuaThue', { DanhSachThongBaoThue: [{ SoThongBaoThue: '1' }] }, { DanhSachThongBaoThue: [] }, [
      { DanhSachThongBaoThue: 'x' },
    ]),
    told('ThueChuyenTraHoSoDoSai', { LyDo: 'Sai thửa' }, { LyDo: 'Sai tên' }),
    told('KetThuc', { TrangThaiKetThuc: 0 }, { TrangThaiKetThuc: 1 }, [{ TrangThaiKetThuc: null }]),
    told('CungCapSoBienNhan', { MaHoSoMotCua: 'H02-1' }, { MaHoSoMotCua: 'H02-2' }),
    told('ThongBaoNhapSaiThuTuc', { NoiDung: 'a' }, { NoiDung: 'b' }),
    told('YeuCauCapNhatHoSo', { NoiDung: 'a' }, { NoiDung: 'b' }),
  ],
});

/** What the conformance suite is told of the land system, of each kind. */
export const vbdlisConformance = conformanceOf('vbdlis');
export const ilisConformance = conformanceOf('ilis');
