import type { Adapter, InboundRequest } from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import type { ConformanceOptions, Counterpart } from '../../adapters/kit/conformance-harness.ts';
import { nationalPortal } from '../../adapters/national-portal/index.ts';
import { dossierSnapshot } from '../../contracts/domain/dossier.ts';
import type { PortalFault } from '../../mocks/national-portal/portal-request.ts';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
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
    super(
      portal,
      own,
      ({ state: { counters } }) => counters.creates + counters.updates + counters.progressRows + counters.statusSyncs,
    );
  }
}

function createAdapter(counterpart: Counterpart): Adapter {
  if (!(counterpart instanceof PortalCounterpart)) throw new TypeError('another counterpart');
  const { url, state } = counterpart.running;
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

/** What the conformance suite is told of the national portal's adapter. */
export const portalConformance: ConformanceOptions = {
  start: async () => new PortalCounterpart(await startPortal({ settings: { password: PASSWORD } })),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  command: {
    name: 'sync-dossier',
    input: (n) => ({
      known: false,
      dossier: dossierSnapshot.parse({
        code: `H02.15.03-221201-${String(n).padStart(4, '0')}`,
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
      }),
    }),
  },
  query: { name: 'list-agencies', input: {} },
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
