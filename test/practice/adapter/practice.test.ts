import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallContext, InboundRequest } from '../../../adapters/adapter.ts';
import { memorySessions } from '../../../adapters/kit/memory-sessions.ts';
import { createUndiciTransport } from '../../../src/runtime/node/transport.ts';
import { type RunningPractice, startPractice } from '../simulator/server.ts';
import { createBureau } from './bureau.ts';
import { ticketDone } from './callbacks.ts';
import { practiceConfig } from './config.ts';
import { fetchResults } from './fetch-results.ts';
import { lookupPermit } from './lookup-permit.ts';
import { openPage } from './open-page.ts';
import { submit } from './submit.ts';

let bureau: RunningPractice;
let context: CallContext;
let transport: ReturnType<typeof createUndiciTransport>;
let operations: ReturnType<typeof operationsOf>;

const configOf = ({ url, state: { settings } }: RunningPractice) =>
  practiceConfig.parse({
    URL: url,
    USERNAME: settings.username,
    PASSWORD: settings.password,
    SIGNING_KEY: settings.signingKey,
    ALLOW: '127.0.0.1, ::1',
  });

function operationsOf(running: RunningPractice) {
  const client = createBureau(configOf(running));
  const [page, registration] = [openPage(client), submit(client)];
  if (page.recovery.kind !== 'confirm' || registration.recovery.kind !== 'confirm')
    throw new Error('both are confirmed');
  return {
    page: { run: page.run, confirm: page.recovery.confirm },
    registration: { run: registration.run, confirm: registration.recovery.confirm },
    results: fetchResults(client).run,
    permit: lookupPermit(client).run,
  };
}

beforeEach(async () => {
  bureau = await startPractice();
  transport = createUndiciTransport();
  operations = operationsOf(bureau);
  context = {
    transport,
    sessions: memorySessions(),
    signal: new AbortController().signal,
    timeoutMs: 400,
    oneOff: false,
    wall: Date.now,
    steady: Date.now,
    traceparent: undefined,
    keep: () => undefined,
  };
});
afterEach(async () => {
  await bureau.close();
  await transport.close();
});

const once = (): CallContext => ({ ...context, oneOff: true });
const page = { reference: 'thu-1', permit: 'GP.0001', amountVnd: 8000 };
const registration = { reference: 'thu-2', permit: 'GP.0001', holder: { name: 'Nguyễn Văn Mẫu' } };
const done = (number: string) => ({ kind: 'completed', result: { kind: 'done', number } });

describe('a permit', () => {
  it.each([
    ['GP.0000', { exists: true, status: 'issued', feeVnd: 8000 }],
    ['GP.0002', { exists: true, status: 'withdrawn', feeVnd: 8000 }],
    ['GP.0009', { exists: false }],
  ])('%s is looked up', async (permit, result) => {
    expect(await operations.permit({ permit }, context)).toEqual({ kind: 'completed', result });
  });
});

describe('a page', () => {
  it('is found by our reference with the same result as the call gave', async () => {
    const sent = await operations.page.run(page, once());
    expect(sent).toMatchObject({ kind: 'completed', result: { number: 'TT-000001' } });
    const result = sent.kind === 'completed' ? sent.result : undefined;
    expect(await operations.page.confirm(page, context)).toEqual({
      kind: 'completed',
      result: { kind: 'applied', result },
    });
  });

  it('sent twice is two pages: the bureau deduplicates nothing', async () => {
    await operations.page.run(page, once());
    await operations.page.run(page, once());
    expect(bureau.state.effects.get(page.reference)).toBe(2);
  });

  it('that was made behind a 503 with a wait is unknown, sent once, and found (I2)', async () => {
    bureau.state.addFault({ kind: 'status', status: 503, retryAfter: 3, act: true, match: { service: 'open-page' } });
    expect(await operations.page.run(page, once())).toEqual({ kind: 'unknown', reason: 'server-error' });
    expect(bureau.state.effects.get(page.reference)).toBe(1);
    expect(await operations.page.confirm(page, context)).toMatchObject({ result: { kind: 'applied' } });
  });

  it('that never arrived is not applied, and cannot be told where they are unsure', async () => {
    expect(await operations.page.confirm(page, context)).toMatchObject({ result: { kind: 'not-applied' } });
    bureau.state.configure({ finds: 'unsure' });
    expect(await operations.page.confirm(page, context)).toMatchObject({ result: { kind: 'cannot-tell' } });
  });

  it('is refused in their words', async () => {
    expect(await operations.page.run({ ...page, amountVnd: 0 }, once())).toMatchObject({
      kind: 'rejected',
      code: 'AMOUNT',
    });
  });

  it('is sent again only where they say plainly that the session had expired', async () => {
    await operations.permit({ permit: 'GP.0001' }, context);
    bureau.state.expireSessions();
    expect(await operations.page.run(page, once())).toMatchObject({ kind: 'completed' });
    // On an old session this may be an expiry in disguise, or a page that was made.
    bureau.state.addFault({ kind: 'malformed', match: { service: 'open-page' } });
    const late = { ...once(), steady: () => Date.now() + 3_600_000 };
    expect(await operations.page.run({ ...page, reference: 'thu-9' }, late)).toMatchObject({ kind: 'unknown' });
    expect(bureau.state.effects.get('thu-9')).toBe(1);
    // What may be repeated is: the session is an hour old again.
    await operations.permit({ permit: 'GP.0001' }, late);
    const repeated = { ...context, steady: () => Date.now() + 7_200_000 };
    await operations.page.run({ ...page, reference: 'thu-10' }, repeated);
    expect(bureau.state.effects.get('thu-10')).toBe(2);
  });
});

describe('a registration', () => {
  it('is accepted under their ticket, taken while it is pending, applied when it is done', async () => {
    expect(await operations.registration.run(registration, once())).toEqual({ kind: 'accepted', ref: 'T-000001' });
    const confirmed = () => operations.registration.confirm(registration, context);
    expect(await confirmed()).toMatchObject({ result: { kind: 'taken', ref: 'T-000001' } });
    bureau.state.decide('T-000001');
    expect(await confirmed()).toMatchObject({ result: { kind: 'applied', result: { number: 'GP-000001' } } });
  });

  it('that they refused is taken: its ticket tells the refusal', async () => {
    await operations.registration.run(registration, once());
    bureau.state.decide('T-000001', { state: 'refused', code: 'R-1', text: 'Thiếu giấy tờ' });
    expect(await operations.registration.confirm(registration, context)).toMatchObject({ result: { kind: 'taken' } });
    expect(await operations.results(['T-000001'], context)).toEqual({
      kind: 'itemised',
      outcomes: [{ kind: 'completed', result: { kind: 'refused', code: 'R-1', message: 'Thiếu giấy tờ' } }],
    });
  });

  it('that never arrived is not applied', async () => {
    bureau.state.addFault({ kind: 'reset-before-acting', match: { service: 'submit' }, times: 1 });
    expect(await operations.registration.run(registration, once())).toMatchObject({ kind: 'unknown' });
    expect(await operations.registration.confirm(registration, context)).toMatchObject({
      result: { kind: 'not-applied' },
    });
  });
});

describe('results', () => {
  it('come one a ticket, in the order that was asked', async () => {
    for (const n of [1, 2]) await operations.registration.run({ ...registration, reference: `thu-${n}` }, once());
    bureau.state.decide('T-000002');
    expect(await operations.results(['T-000002', 'T-000009', 'T-000001'], context)).toEqual({
      kind: 'itemised',
      outcomes: [
        done('GP-000002'),
        { kind: 'rejected', code: 'unknown', message: '', fields: [] },
        { kind: 'completed', result: { kind: 'pending' } },
      ],
    });
  });

  it('of a call with a malformed ticket are undivided: nobody says which it was', async () => {
    expect(await operations.results(['T-000001', 'x'], context)).toMatchObject({
      kind: 'undivided',
      outcome: { kind: 'rejected', code: 'TICKET' },
    });
  });

  it('that stand in no list are drift for their ticket alone', async () => {
    await operations.registration.run(registration, once());
    const body = {
      ok: true,
      data: {
        results: [
          { ticket: 'T-1', state: 'lost' },
          { ticket: 'T-2', state: 'pending' },
        ],
      },
    };
    bureau.state.addFault({ kind: 'off-schema', body, match: { service: 'results' } });
    expect(await operations.results(['T-1', 'T-2', 'T-3'], context)).toMatchObject({
      outcomes: [
        { kind: 'drift', path: '/data/results/0/state' },
        { kind: 'completed' },
        { kind: 'drift', path: '/data/results' },
      ],
    });
  });
});

describe('what they tell', () => {
  const request = (headers: InboundRequest['headers'], body: Uint8Array): InboundRequest => ({
    method: 'POST',
    headers,
    query: {},
    body,
    remoteAddress: '127.0.0.1',
  });
  const holds = ({ verifier }: ReturnType<typeof ticketDone>, sent: InboundRequest) =>
    verifier.kind === 'signature' && verifier.verify(sent);

  it('is believed by its signature alone', async () => {
    const callback = ticketDone(configOf(bureau));
    const body = new TextEncoder().encode('{}');
    expect(await holds(callback, request({}, body))).toBe(false);
    expect(await holds(callback, request({ 'x-bureau-signature': `sha256=${'0'.repeat(64)}` }, body))).toBe(false);
  });
});
