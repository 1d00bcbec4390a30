import { createHmac } from 'node:crypto';
import type { Adapter, InboundRequest } from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import type { ConformanceOptions, Counterpart } from '../../adapters/kit/conformance-harness.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import type { Owed } from '../practice/adapter/callbacks.ts';
import { practice } from '../practice/adapter/index.ts';
import type { LookupPermitInput } from '../practice/adapter/lookup-permit.ts';
import type { OpenPageInput } from '../practice/adapter/open-page.ts';
import type { SubmitInput } from '../practice/adapter/submit.ts';
import { type RunningPractice, startPractice } from '../practice/simulator/server.ts';
import type { BureauFault } from '../practice/simulator/state.ts';
import { SimulatedCounterpart } from './rules.ts';

const PASSWORD = 'mat-khau-thu-nghiem';
const SIGNING_KEY = 'khoa-ky-thu-nghiem';

/** The practice bureau as the suite's counterpart. */
class PracticeCounterpart extends SimulatedCounterpart<BureauFault, RunningPractice> {
  constructor(bureau: RunningPractice) {
    super(bureau, { 'success-with-failure': { kind: 'yes-with-fault' } });
  }

  override effects(): number {
    const { counters } = this.running.state;
    return counters.pagesOpened + counters.submissions;
  }

  override effectsOf(_command: string, input: unknown): number {
    return this.running.state.effects.get((input as OpenPageInput | SubmitInput).reference) ?? 0;
  }

  finish(): void {
    const { state } = this.running;
    for (const { ticket, decided } of state.tickets.values()) if (decided.state === 'pending') state.decide(ticket);
  }
}

/** Three tickets, each with another fate. */
function prepareTickets(counterpart: Counterpart): void {
  if (!(counterpart instanceof PracticeCounterpart)) throw new TypeError('another counterpart');
  const { state } = counterpart.running;
  state.hold('T-900001', { state: 'pending' });
  state.hold('T-900002', { state: 'done', number: 'GP-900002' });
  state.hold('T-900003', { state: 'refused', code: 'R-1', text: 'Thiếu giấy tờ' });
}

function createAdapter(counterpart: Counterpart): Adapter {
  if (!(counterpart instanceof PracticeCounterpart)) throw new TypeError('another counterpart');
  const { url, state } = counterpart.running;
  return practice.create(
    practice.config.parse({
      URL: url,
      USERNAME: state.settings.username,
      PASSWORD,
      SIGNING_KEY,
      ALLOW: '127.0.0.1',
    }),
  );
}

const pageInput = (n: number): OpenPageInput => ({
  reference: `page-${n}`,
  permit: 'GP.0001',
  amountVnd: 8000,
});
const submissionInput = (n: number): SubmitInput => ({
  reference: `submission-${n}`,
  permit: 'GP.0001',
  holder: { name: 'Nguyễn Văn Mẫu' },
});
const permitInput: LookupPermitInput = { permit: 'GP.0001' };

const request = { headers: {}, query: {}, body: utf8(''), remoteAddress: '127.0.0.1' };
const asked = (query: InboundRequest['query']): InboundRequest => ({ ...request, method: 'GET', query });
const told = (body: string): InboundRequest => ({
  ...request,
  method: 'POST',
  headers: { 'x-bureau-signature': `sha256=${createHmac('sha256', SIGNING_KEY).update(body).digest('hex')}` },
  body: utf8(body),
});
const owes = (amountVnd: number): Owed => ({ amountVnd });
const ticket = { ticket: 'T-000001', ref: 'thu-0001', state: 'done', number: 'GP-000001' };

/** What the conformance suite is told of the practice system's adapter. */
export const practiceConformance: ConformanceOptions = {
  start: async () =>
    new PracticeCounterpart(await startPractice({ settings: { password: PASSWORD, signingKey: SIGNING_KEY } })),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  commands: {
    'open-page': { recovery: 'confirm', input: pageInput },
    submit: { recovery: 'confirm', answeredLater: true, input: submissionInput },
  },
  queries: {
    'lookup-permit': { input: permitInput },
    'fetch-results': { input: 'T-900001', several: ['T-900001', 'T-900002', 'T-900003'], prepare: prepareTickets },
  },
  secrets: [PASSWORD, SIGNING_KEY],
  sessions: true,
  itemRows: false,
  callbacks: [
    {
      kind: 'tell',
      path: 'ticket-done',
      message: told(JSON.stringify(ticket)),
      same: told(JSON.stringify(Object.fromEntries(Object.entries(ticket).reverse()), null, 2)),
      other: told(JSON.stringify({ ...ticket, number: 'GP-000002' })),
      broken: ['', '<xml/>', '[]', '{}', '{"ticket":"T-000001"}', JSON.stringify({ ...ticket, ticket: 'a b' })].map(
        told,
      ),
    },
    {
      kind: 'ask',
      path: 'owed',
      question: asked({ permit: 'GP.0001' }),
      answers: [owes(8000), owes(0)],
      broken: [asked({}), asked({ permit: '' }), asked({ permit: 'a b' })],
    },
    {
      kind: 'tell',
      path: 'look-at',
      message: asked({ ref: 'thu-0001' }),
      same: asked({ ref: 'thu-0001', more: 'x' }),
      other: asked({ ref: 'thu-0002' }),
      broken: [asked({}), asked({ ref: '' }), asked({ ref: 'a b' })],
    },
  ],
};
