import type { Adapter } from '../../adapters/adapter.ts';
import type { ConformanceOptions, Counterpart } from '../../adapters/kit/conformance-harness.ts';
import { landTax } from '../../adapters/land-tax/index.ts';
import { refOf } from '../../adapters/land-tax/reference.ts';
import type { LandTaxAsk, TransferSlip } from '../../contracts/domain/transfer-slip.ts';
import { type RunningLandTax, startLandTax } from '../../mocks/land-tax/server.ts';
import { freshKeys } from '../../mocks/land-tax/settings.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { landTaxAsk, transferSlip } from '../kit/land-tax.ts';
import { SimulatedCounterpart } from './rules.ts';

const TOKEN = 'ma-truy-cap-thu-nghiem-0001';
const keys = freshKeys(Date.now());

/** The simulated gateway as the suite's counterpart. */
class LandTaxCounterpart extends SimulatedCounterpart<never, RunningLandTax> {
  constructor(running: RunningLandTax) {
    super(running, { 'success-with-failure': { kind: 'reject', code: '1', message: 'Tiếp nhận không thành công' } });
  }

  override effects(): number {
    const { slips, questions } = this.running.state.counters;
    return slips + questions;
  }

  /** A question that was asked twice is one. */
  override effectsOf(command: string, input: unknown): number {
    const found = this.running.state.under((input as LandTaxAsk | TransferSlip).id).length;
    return command === 'ask-tax' ? Math.min(found, 1) : found;
  }

  finish(): void {
    this.running.state.finish();
  }
}

function runningOf(counterpart: Counterpart): RunningLandTax {
  if (!(counterpart instanceof LandTaxCounterpart)) throw new TypeError('another counterpart');
  return counterpart.running;
}

const createAdapter = (counterpart: Counterpart): Adapter =>
  landTax.create(
    landTax.config.parse({
      URL: runningOf(counterpart).url,
      TOKEN,
      SIGNING_KEY: keys.landSecretKey,
      SIGNING_CERT: keys.landCertificate,
      TRUSTED_CERTS: keys.taxCertificate,
    }),
  );

/** A question that was answered some other day. */
const asked = landTaxAsk('cau-hoi-cu', 'notice');
const GUID = '11111111-1111-4111-8111-111111111111';

function holdAsked(counterpart: Counterpart): void {
  const { state } = runningOf(counterpart);
  const { id, slipId: refersTo, dossierCode: dossier, certificateNumber, slipNumber: slip } = asked;
  state.take({ type: '14', id, refersTo, dossier, certificate: certificateNumber ?? '', slip }, '', GUID);
  state.finish(GUID);
  state.counters.questions = 0;
}

/** What the conformance suite is told of the adapter of transfer slips. */
export const landTaxConformance: ConformanceOptions = {
  start: async () => new LandTaxCounterpart(await startLandTax({ settings: { tokenSecret: TOKEN, ...keys } })),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  commands: {
    'ask-tax': {
      recovery: 'repeatable',
      answeredLater: true,
      input: (n) => landTaxAsk(`cau-hoi-${n}`, (['notice', 'obligation', 'dossier'] as const)[n % 3] ?? 'notice'),
    },
    'send-slip': { recovery: 'manual', input: (n) => transferSlip(`phieu-${n}`) },
  },
  queries: { 'fetch-tax-answer': { input: refOf(GUID, asked), prepare: holdAsked } },
  timeoutMs: 1_000,
  secrets: [TOKEN, keys.landSecretKey],
  sessions: false,
  itemRows: false,
  callbacks: [],
};
