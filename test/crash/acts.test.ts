import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GatewayProcess } from '../kit/gateway-process.ts';
import { until } from '../kit/gateway-process.ts';
import { type PracticeGround, postUnder, practiceGround } from '../kit/practice.ts';
import type { PaymentView } from '../practice/room/payments.ts';
import { leftOpen } from './witness.ts';

/**
 * The design's table of kills, row by row, with real processes: a payment's page is opened at the practice bureau, which
 * deduplicates nothing and counts every effect.
 */
let ground: PracticeGround;
beforeEach(async () => {
  ground = await practiceGround();
});
afterEach(() => ground.close());

const BODY = { permit: 'GP.0001', amountVnd: 8000 };
const post = (gateway: GatewayProcess, key = 'k1') =>
  postUnder<PaymentView>(gateway, '/v1/practice/payments', key, BODY);

/** The same key again and again, until the act under it is settled. */
const settled = (gateway: GatewayProcess, key = 'k1') =>
  until('the act is settled', async () => {
    const answer = await post(gateway, key);
    return answer !== undefined && answer.status !== 202 && answer.status !== 409 ? answer : undefined;
  });

/** One page at most under any of our references, and the one that is shown is theirs. */
async function agrees(gateway: GatewayProcess, answer: { readonly status: number; readonly body: PaymentView }) {
  const { state } = ground.bureau;
  expect([...state.effects.values()].filter((count) => count > 1)).toEqual([]);
  expect(answer.status).toBe(201);
  const page = state.pages.find(({ ref }) => ref === answer.body.reference);
  expect(answer.body).toMatchObject({ state: 'open', number: page?.number });
  const { code } = await gateway.stop();
  expect(code).toBe(0);
  expect(leftOpen(ground.databaseFile)).toMatchObject({ streamsHeld: 0, sending: 0, openCalls: 0, openAttempts: 0 });
}

async function killedAt(dieAt: string): Promise<void> {
  const dying = await ground.start(dieAt);
  expect(await post(dying)).toBeUndefined();
  expect(await dying.ended).toMatchObject({ signal: 'SIGKILL' });
}

describe('I1 I2: a payment’s page, killed', () => {
  it('before it is on disk: nothing stands, the key is free, the same key is a new act', async () => {
    await killedAt('before:into practice_payment');
    expect(ground.bureau.state.pages).toEqual([]);
    const gateway = await ground.start();
    const answer = await settled(gateway);
    await agrees(gateway, answer);
    expect(ground.bureau.state.pages).toHaveLength(1);
  });

  it('after that, before the first byte: asked, never arrived; the same key: 202, then a new act', async () => {
    await killedAt('after:into practice_payment');
    expect(ground.bureau.state.pages).toEqual([]);
    const gateway = await ground.start();
    const first = await post(gateway);
    expect(first).toMatchObject({ status: 202, body: { state: 'uncertain' } });
    const answer = await settled(gateway);
    expect(answer.body.reference).not.toBe(first?.body.reference);
    expect(await (await gateway.fetch(`/v1/practice/payments/${first?.body.id}`)).json()).toMatchObject({
      state: 'lapsed',
    });
    await agrees(gateway, answer);
    expect(ground.bureau.state.pages).toHaveLength(1);
  });

  it('after the first byte, before it was settled: asked, applied; the same key: 202, then 201', async () => {
    await killedAt('before:update practice_payment set state');
    expect(ground.bureau.state.pages).toHaveLength(1);
    const gateway = await ground.start();
    const first = await post(gateway);
    expect(first).toMatchObject({ status: 202, body: { state: 'uncertain' } });
    const answer = await settled(gateway);
    expect(answer.body.id).toBe(first?.body.id);
    await agrees(gateway, answer);
    expect(ground.bureau.state.pages).toHaveLength(1);
  });

  it('while it is asked about: asked again', async () => {
    ground.bureau.state.addFault({ kind: 'lose-reply', match: { service: 'open-page' }, times: 1 });
    ground.bureau.state.addFault({ kind: 'hang', match: { service: 'find-page' }, times: 1 });
    const first = await ground.start();
    expect(await post(first)).toMatchObject({ status: 202 });
    const asked = () => (ground.bureau.state.faults.counts().hang ?? 0) > 0 || undefined;
    await until('the question is open', asked, { everyMs: 2 });
    await first.stop('SIGKILL');
    const gateway = await ground.start();
    await agrees(gateway, await settled(gateway));
    expect(ground.bureau.state.pages).toHaveLength(1);
  });

  it('after it was settled, before the answer: the same key: 201', async () => {
    await killedAt('after:update practice_payment set state');
    const gateway = await ground.start();
    const answer = await post(gateway);
    expect(answer).toMatchObject({ status: 201 });
    await agrees(gateway, await settled(gateway));
    expect(ground.bureau.state.pages).toHaveLength(1);
  });

  it('I3: stopped past its lease: what was under way is settled once, or found by the question', async () => {
    // A lease lasts as long as five requests may take, and ten seconds more.
    const gateway = await ground.start(undefined, { timeoutMs: 100, quietMs: 200, scheduleMs: [50], inlineTries: 1 });
    ground.bureau.state.addFault({ kind: 'delay', ms: 300, match: { service: 'open-page' }, times: 1 });
    const answer = post(gateway);
    await until('the request is under way', () => ground.bureau.state.counters.openNow > 0 || undefined, {
      everyMs: 1,
    });
    gateway.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    gateway.signal('SIGCONT');
    await answer;
    await agrees(gateway, await settled(gateway));
    expect(ground.bureau.state.pages).toHaveLength(1);
  });
});
