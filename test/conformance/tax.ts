import type { Adapter, InboundRequest } from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import type { ConformanceOptions, Counterpart, Misbehaviour } from '../../adapters/kit/conformance-harness.ts';
import { tax } from '../../adapters/tax/index.ts';
import type { Fault } from '../../mocks/kit/faults.ts';
import { bookRow, landRow, taxpayerOf } from '../../mocks/tax/book.ts';
import { freshKeys } from '../../mocks/tax/keys.ts';
import { noticeBody, noticeFile, noticeRow, type ProofOrder, proofBody, type Spoilt } from '../../mocks/tax/pushes.ts';
import { type RunningTax, startTax } from '../../mocks/tax/server.ts';
import { DEFAULT_SETTINGS } from '../../mocks/tax/settings.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { SimulatedCounterpart } from './rules.ts';

const keys = freshKeys(Date.now());
const { username, password, pushSecret } = DEFAULT_SETTINGS;

const anyCall = { service: 'any-call' } as const;
const no = { code: '01', message: 'Không tìm thấy' } as const;
/** Good XML, and not theirs. */
const foreign = '<?xml version="1.0"?><status xmlns="urn:x">OK</status>';

function ownFault(how: Misbehaviour | undefined): Fault | undefined {
  switch (how) {
    case 'refused-under-4xx':
      return { kind: 'business-status', status: 400, ...no };
    case 'refused-under-5xx':
      return { kind: 'business-status', status: 500, ...no };
    case 'off-schema':
      return { kind: 'malformed', body: foreign };
    default:
      return undefined;
  }
}

/** The simulated gateway as the suite's counterpart: it is asked only, and nothing takes effect. */
class TaxCounterpart extends SimulatedCounterpart<never, RunningTax> {
  constructor(gateway: RunningTax) {
    super(gateway, { 'success-with-failure': { kind: 'reject', code: 'OK', message: 'Truy vấn không thành công' } });
  }

  override misbehave(how: Misbehaviour | undefined): void {
    super.misbehave(how);
    const fault = ownFault(how);
    if (fault === undefined) return;
    this.running.state.clearFaults();
    this.running.state.addFault({ ...fault, match: anyCall });
  }

  override effects(): number {
    return 0;
  }

  override effectsOf(): number {
    return 0;
  }
}

function gatewayOf(counterpart: Counterpart): RunningTax {
  if (!(counterpart instanceof TaxCounterpart)) throw new TypeError('another counterpart');
  return counterpart.running;
}

const createAdapter = (counterpart: Counterpart): Adapter =>
  tax.create(
    tax.config.parse({
      URL: gatewayOf(counterpart).url,
      SENDER_CODE: 'T02',
      SENDER_NAME: 'TINH MAU',
      USERNAME: username,
      PASSWORD: password,
      SIGNING_KEY: keys.senderSecretKey,
      SIGNING_CERT: keys.senderCertificate,
      TRUSTED_CERTS: keys.gatewayCertificate,
      SECURITY_KEY: pushSecret,
    }),
  );

const DOSSIER = 'H02.15.03-221201-0001';
const TAX_CODE = '0100000001';
const known = {
  prepare: (counterpart: Counterpart) => {
    const { taxpayers } = gatewayOf(counterpart).state.book;
    taxpayers.set(TAX_CODE, taxpayerOf(TAX_CODE, [bookRow(TAX_CODE)]));
  },
};

const posted = (body: string): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: {},
  body: utf8(body),
  remoteAddress: '127.0.0.1',
});
const notice = (SO_TIEN: string, spoilt?: Spoilt): InboundRequest => {
  const file = noticeFile({ dossiers: { [DOSSIER]: [noticeRow({ SO_TIEN })] }, ...(spoilt && { spoilt }) });
  return posted(JSON.stringify(noticeBody(file, pushSecret)));
};
const proof = (changes: Partial<ProofOrder> = {}): InboundRequest =>
  posted(JSON.stringify(proofBody({ dossier: DOSSIER, ...changes }, pushSecret)));

/** What the conformance suite is told of the adapter of the tax department. */
export const taxConformance: ConformanceOptions = {
  start: async () => new TaxCounterpart(await startTax({ settings: keys })),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  commands: {},
  queries: {
    'query-land-dues': {
      input: { dossierCode: DOSSIER, identityNumber: '001099000001' },
      prepare: (counterpart) => void gatewayOf(counterpart).state.book.land.set(DOSSIER, [landRow(DOSSIER)]),
    },
    'query-dues': { input: { taxCode: TAX_CODE }, ...known },
    'query-taxpayer': { input: { taxCode: TAX_CODE }, ...known },
  },
  timeoutMs: 1_000,
  secrets: [password, pushSecret, ...keys.senderSecretKey.split('\n').slice(1, -2)],
  sessions: false,
  itemRows: false,
  callbacks: [
    {
      kind: 'tell',
      path: 'nhantbthuedvcqg',
      message: notice('1500000'),
      same: notice('01500000'),
      other: notice('1600000'),
      broken: [
        ...['', '<xml/>', '[]', '{"service":"NhanThongBaoThueDat","data":{}}'].map(posted),
        notice('1.500.000'),
        ...(['base64', 'cut', 'utf-16', 'dtd', 'no-code'] as const).map((how) => notice('1500000', how)),
      ],
    },
    {
      kind: 'tell',
      path: 'nhanchungtuthuedvcqg',
      message: proof(),
      same: proof({ payment: { SoTien: '01500000' } }),
      other: proof({ payment: { ThoiGianThanhToan: '20221207081500' } }),
      broken: [proof({ dossier: '' }), proof({ dossier: 'Nguyễn Văn A' }), proof({ payment: { SoTien: '1,5' } })],
    },
  ],
};
