import type { Adapter, InboundRequest } from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import type { ConformanceOptions, Counterpart } from '../../adapters/kit/conformance-harness.ts';
import { nationalPortal } from '../../adapters/national-portal/index.ts';
import type { SyncDossierInput } from '../../adapters/national-portal/sync-dossier.ts';
import type { SyncNationalStatusInput } from '../../adapters/national-portal/sync-national-status.ts';
import type { SyncProgressInput } from '../../adapters/national-portal/sync-progress.ts';
import { dossierSnapshot, type Step } from '../../contracts/domain/dossier.ts';
import type { PortalFault } from '../../mocks/national-portal/fault.ts';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import type { PortalState } from '../../mocks/national-portal/state.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { type OwnMisbehaviours, SimulatedCounterpart } from './rules.ts';

const PASSWORD = 'mat-khau-thu-nghiem';
const refusedRow = { ErrorCode: '5', ErrorMessage: 'Đồng bộ không thành công: dữ liệu không được chấp nhận' };

const own: OwnMisbehaviours<PortalFault> = {
  'success-with-failure': { kind: 'zero-with-failure' },
  'item-refused': { kind: 'foreign-item-row' },
  'row-of-another': { kind: 'foreign-item-row', row: { ...refusedRow, maHoSo: 'H02.15.03-221201-9999' } },
};

/** The simulated portal as the suite's counterpart. */
class PortalCounterpart extends SimulatedCounterpart<PortalFault, RunningPortal> {
  constructor(portal: RunningPortal) {
    super(portal, own);
  }

  override effectsOf(command: string, input: unknown): number {
    const { state } = this.running;
    if (command === 'sync-dossier') {
      const history = state.dossier((input as SyncDossierInput).dossier.code)?.history ?? [];
      return history.filter((each) => each.mode !== 'moved').length;
    }
    if (command === 'sync-progress') return state.dossier((input as SyncProgressInput).code)?.progress.length ?? 0;
    const { nationalCode } = (input as SyncNationalStatusInput).dossier;
    const statuses = state.nationalDossier(nationalCode ?? '')?.statuses ?? [];
    // A status replaces the one before it: the same one again is no other.
    return new Set(statuses.map(({ at: _at, ...said }) => JSON.stringify(said))).size;
  }

  override effects(): number {
    const { counters } = this.running.state;
    return counters.creates + counters.updates + counters.progressRows + counters.statusSyncs;
  }
}

function createAdapter(counterpart: Counterpart): Adapter {
  const state = stateOf(counterpart);
  const { url } = (counterpart as PortalCounterpart).running;
  const { username, unit, dstcode } = state.settings;
  return nationalPortal.create(
    nationalPortal.config.parse({
      URL: url,
      USERNAME: username,
      PASSWORD,
      UNIT: unit,
      DSTCODE: dstcode,
      ALLOW: '127.0.0.1',
    }),
  );
}

const inbound = (body: string): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: {},
  body: utf8(body),
  remoteAddress: '127.0.0.1',
});
const pushed = { MaHoSo: 'G22.99-221201-0001', MaTTHC: '1.001193', TrangThaiHoSo: '1', TaiLieuNop: [] };

/** The status that somebody else gives it. */
const RETURNED = '10';
const numbered = (series: string, n: number) => `${series}-${String(n).padStart(4, '0')}`;
const step: Step = {
  at: '2022-12-01T10:00:00+07:00',
  unit: 'Bộ phận một cửa',
  actor: 'Cán bộ Mẫu',
  status: 'processing',
};
const dossierOf = (n: number) =>
  dossierSnapshot.parse({
    code: numbered('H02.15.03-221201', n),
    updatedAt: '2022-12-01T09:15:00+07:00',
    procedure: { code: '1.001193', name: 'Thủ tục đăng ký khai sinh' },
    agency: { code: 'H02.15.03' },
    channel: 'counter',
    status: 'processing',
    applicant: {
      kind: 'citizen',
      name: 'Nguyễn Văn Mẫu',
      identities: [{ type: 'citizen-id', number: '024000000000' }],
    },
    receivedAt: '2022-12-01T08:30:00+07:00',
  });

function stateOf(counterpart: Counterpart): PortalState {
  if (!(counterpart instanceof PortalCounterpart)) throw new TypeError('another counterpart');
  return counterpart.running.state;
}

/** What the conformance suite is told of the national portal's adapter. */
export const portalConformance: ConformanceOptions = {
  start: async () => new PortalCounterpart(await startPortal({ settings: { password: PASSWORD } })),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  commands: {
    'sync-dossier': {
      recovery: 'read-back',
      input: (n): SyncDossierInput => ({ known: false, dossier: dossierOf(n) }),
      move: (counterpart, input) =>
        stateOf(counterpart).moveDossier((input as SyncDossierInput).dossier.code, RETURNED),
    },
    'sync-progress': {
      recovery: 'repeatable',
      input: (n): SyncProgressInput => ({ code: numbered('H02.15.03-221202', n), steps: [step] }),
      prepare: (counterpart, input) => {
        const { code } = input as SyncProgressInput;
        if (!stateOf(counterpart).dossier(code)) stateOf(counterpart).moveDossier(code, '2');
      },
    },
    'sync-national-status': {
      recovery: 'read-back',
      input: (n): SyncNationalStatusInput => ({
        dossier: { ...dossierOf(n), nationalCode: numbered('G22.99-221201', n) },
      }),
      prepare: (counterpart, input) => {
        stateOf(counterpart).national.add((input as SyncNationalStatusInput).dossier.nationalCode ?? '');
      },
      move: (counterpart, input) => {
        const MaHoSo = (input as SyncNationalStatusInput).dossier.nationalCode;
        stateOf(counterpart).national.applyStatus({ MaHoSo, TrangThai: RETURNED });
      },
    },
  },
  queries: {
    'list-agencies': { input: {} },
    'list-fields': { input: {} },
    'list-procedures': { input: {} },
    'list-unit-procedures': { input: { unit: 'H02.15.03' } },
    'get-procedure': { input: { code: '1.001193' } },
    'lookup-dossier': { input: { code: 'H02.15.03-221201-0001' } },
  },
  secrets: [PASSWORD],
  sessions: true,
  itemRows: true,
  callbacks: [
    {
      kind: 'tell',
      path: 'nhanhsdvcqg',
      message: inbound(JSON.stringify({ service: 'nhanhsdvcqg', isUpdating: 'False', isSync: 'True', data: pushed })),
      same: inbound(
        JSON.stringify(
          { data: [Object.fromEntries(Object.entries(pushed).reverse())], service: 'nhanhsdvcqg' },
          null,
          2,
        ),
      ),
      other: inbound(JSON.stringify({ service: 'nhanhsdvcqg', data: { ...pushed, TrangThaiHoSo: '7' } })),
      broken: [
        '',
        '<xml/>',
        '[]',
        '{}',
        '{"data":{}}',
        '{"data":"x"}',
        `{"data":${JSON.stringify([pushed, pushed])}}`,
      ].map(inbound),
    },
  ],
};
