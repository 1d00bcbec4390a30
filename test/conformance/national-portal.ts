import { setTimeout } from 'node:timers/promises';
import type { Adapter, InboundRequest } from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import type { ConformanceOptions, Counterpart, Misbehaviour } from '../../adapters/kit/conformance-harness.ts';
import { nationalPortal } from '../../adapters/national-portal/index.ts';
import type { SyncDossierInput } from '../../adapters/national-portal/sync-dossier.ts';
import type { SyncNationalStatusInput } from '../../adapters/national-portal/sync-national-status.ts';
import type { SyncProgressInput } from '../../adapters/national-portal/sync-progress.ts';
import { dossierSnapshot, type Step } from '../../contracts/domain/dossier.ts';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import type { PortalState } from '../../mocks/national-portal/state.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';

const PASSWORD = 'mat-khau-thu-nghiem';
const refusedRow = { ErrorCode: '5', ErrorMessage: 'Đồng bộ không thành công: dữ liệu không được chấp nhận' };
/** Long enough that a question asked at once comes before the act. */
const LATE_MS = 250;
const anyCall = { match: { service: 'any-call' } } as const;

function ruleFor(how: Misbehaviour): FaultRule | undefined {
  switch (how) {
    case 'silence':
      return { kind: 'hang', ...anyCall };
    case 'reset':
      return { kind: 'reset-before-acting', ...anyCall };
    case 'lost-reply':
      return { kind: 'lose-reply', ...anyCall };
    case 'acts-late':
      return { kind: 'process-late', afterMs: LATE_MS, answer: 'status', status: 504, ...anyCall };
    case 'slow-body':
      return { kind: 'drip', chunkBytes: 1, everyMs: 100, ...anyCall };
    case 'truncated':
      return { kind: 'truncate', ...anyCall };
    case 'malformed':
      return { kind: 'malformed', ...anyCall };
    case 'off-schema':
      return { kind: 'off-schema', ...anyCall };
    case 'status-500':
      return { kind: 'status', status: 500, ...anyCall };
    case 'status-503':
      return { kind: 'status', status: 503, ...anyCall };
    case 'status-503-retry-after':
      return { kind: 'status', status: 503, retryAfter: 7, ...anyCall };
    case 'status-429':
      return { kind: 'status', status: 429, retryAfter: 11, ...anyCall };
    case 'skewed-retry-after':
      return {
        kind: 'status',
        status: 503,
        retryAfter: new Date(Date.now() + 3_600_000 + 30_000).toUTCString(),
        ...anyCall,
      };
    case 'refused-under-4xx':
      return { kind: 'business-status', status: 400, ...anyCall };
    case 'refused-under-5xx':
      return { kind: 'business-status', status: 500, ...anyCall };
    case 'success-with-failure':
      return { kind: 'zero-with-failure', ...anyCall };
    case 'item-refused':
      return { kind: 'foreign-item-row', ...anyCall };
    case 'row-of-another':
      return { kind: 'foreign-item-row', row: { ...refusedRow, maHoSo: 'H02.15.03-221201-9999' }, ...anyCall };
    case 'sessions-forgotten':
      return { kind: 'expire-session' };
    case 'logins-refused':
      return { kind: 'refuse-login' };
  }
}

/** The simulated portal as the suite's counterpart. */
class PortalCounterpart implements Counterpart {
  readonly portal: RunningPortal;

  constructor(portal: RunningPortal) {
    this.portal = portal;
  }

  misbehave(how: Misbehaviour | undefined): void {
    const { state } = this.portal;
    state.clearFaults();
    const rule = how === undefined ? undefined : ruleFor(how);
    if (rule !== undefined) state.addFault(rule);
    if (how === 'skewed-retry-after') state.addFault({ kind: 'clock-skew', ms: 3_600_000, ...anyCall });
  }

  expireSessions(): void {
    this.portal.state.expireSessions();
  }

  vanish(): void {
    this.portal.state.addFault({ kind: 'outage', mode: 'refuse' });
  }

  async lateActsDone(): Promise<void> {
    const { faults, counters } = this.portal.state;
    while (counters.lateEffects < (faults.counts()['process-late'] ?? 0)) await setTimeout(20);
  }

  effectsOf(command: string, input: unknown): number {
    const { state } = this.portal;
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

  counts() {
    const { counters } = this.portal.state;
    const logins = counters.logins + counters.loginsRefused;
    const effects = counters.creates + counters.updates + counters.progressRows + counters.statusSyncs;
    return { logins, calls: counters.requests - logins, effects };
  }

  close(): Promise<void> {
    return this.portal.close();
  }
}

function createAdapter(counterpart: Counterpart): Adapter {
  const state = stateOf(counterpart);
  const { url } = (counterpart as PortalCounterpart).portal;
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
  return counterpart.portal.state;
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
