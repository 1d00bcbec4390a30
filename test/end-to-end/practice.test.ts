import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventView } from '../../contracts/v1/event.ts';
import type { ExchangeView } from '../../contracts/v1/exchange.ts';
import { type GatewayProcess, until } from '../kit/gateway-process.ts';
import { type PracticeGround, postUnder, practiceGround } from '../kit/practice.ts';
import type { PaymentView } from '../practice/room/payments.ts';
import type { RegistrationView } from '../practice/room/registrations.ts';
import { findLeaks, type Needle, type Place } from '../security/scan.ts';

/** A system with one of everything, connected to a running gateway, used over HTTP as its users would. */
let ground: PracticeGround;
let gateway: GatewayProcess;
beforeAll(async () => {
  ground = await practiceGround();
  gateway = await ground.start();
});
interface EventPage {
  readonly items: readonly EventView[];
}
const pages = new Set<string>();
const said: string[] = [];
afterAll(async () => {
  await gateway.stop();
  await ground.close();
});

let keys = 0;
const key = () => `k${++keys}`;
const pay = (permit: string, under = key(), amountVnd = 8000) =>
  postUnder<PaymentView & { code: string }>(gateway, '/v1/practice/payments', under, { permit, amountVnd });
const HOLDER = 'Nguyễn Thị Mẫu Giấy Phép';
const register = (permit: string, name = HOLDER) =>
  postUnder<RegistrationView>(gateway, '/v1/practice/registrations', key(), { permit, holder: { name } });
const registration = async (id: string) =>
  (await (await gateway.fetch(`/v1/practice/registrations/${id}`)).json()) as RegistrationView;
const callbacks = () => `${gateway.url}/callbacks/practice`;

it('a question is passed on', async () => {
  expect(await gateway.json('GET', '/v1/practice/permits/GP.0000')).toMatchObject({
    status: 200,
    body: { permit: 'GP.0000', status: 'issued', feeVnd: 8000 },
  });
  expect(await gateway.json('GET', '/v1/practice/permits/GP.0009')).toMatchObject({ status: 404 });
});

it('an interactive act is answered with its result, and the same key with the same', async () => {
  const under = key();
  const first = await pay('GP.1000', under);
  expect(first).toMatchObject({ status: 201, body: { state: 'open', permit: 'GP.1000' } });
  expect(first?.body.page).toMatch(/^https:/);
  pages.add(first?.body.page ?? '');
  expect(first?.headers.get('location')).toBe(`/v1/practice/payments/${first?.body.id}`);
  expect((await pay('GP.1000', under))?.body).toEqual(first?.body);
  expect(await pay('GP.1000', under, 9000)).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } });
  expect(await pay('GP.1000')).toMatchObject({ status: 409, body: { code: 'wrong-state' } });
  expect(ground.bureau.state.effects.get(first?.body.reference ?? '')).toBe(1);
});

it('their no is 422 with their code; what could not be sent is 503, and the same key begins anew', async () => {
  expect(await pay('GP.1001', key(), -1)).toMatchObject({
    status: 422,
    body: { code: 'refused-by-system', systemCode: 'AMOUNT' },
  });
  ground.bureau.state.addFault({
    kind: 'status',
    status: 429,
    retryAfter: 1,
    match: { service: 'open-page' },
    times: 1,
  });
  const under = key();
  const refused = await pay('GP.1002', under);
  expect(refused).toMatchObject({ status: 503, body: { code: 'system-held' } });
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  const again = await until('the lane goes on', async () => {
    const answer = await pay('GP.1002', under);
    return answer?.status === 201 ? answer : undefined;
  });
  expect(ground.bureau.state.effects.get(again.body.reference)).toBe(1);
});

it('I2: a 503 that asks for patience after they have acted is doubt: 202, then the page that there is', async () => {
  ground.bureau.state.addFault({
    ...{ kind: 'status', status: 503, retryAfter: 1, act: true },
    ...{ match: { service: 'open-page' }, times: 1 },
  });
  const under = key();
  expect(await pay('GP.1003', under)).toMatchObject({ status: 202, body: { state: 'uncertain' } });
  const answer = await until('it is found', async () => {
    const each = await pay('GP.1003', under);
    return each?.status === 201 ? each : undefined;
  });
  expect(ground.bureau.state.effects.get(answer.body.reference)).toBe(1);
});

it('a queued act is taken under their ticket, watched, and its result fetched', async () => {
  const taken = await register('GP.2000');
  expect(taken).toMatchObject({ status: 202, body: { state: 'sending' } });
  const id = taken?.body.id ?? '';
  const known = await until('it is taken', async () => {
    const view = await registration(id);
    return view.state === 'taken' ? view : undefined;
  });
  const exchange = await gateway.json<ExchangeView>('GET', `/v1/exchanges/${known.exchange}`);
  expect(exchange.body).toMatchObject({
    ...{ kind: 'act', state: 'delivered', system: 'practice', key: known.reference },
    watch: { query: 'fetch-results', ref: known.ticket },
  });
  ground.bureau.state.decide(known.ticket ?? '');
  const done = await until('it is decided', async () => {
    const view = await registration(id);
    return view.state === 'registered' ? view : undefined;
  });
  expect(done.number).toMatch(/^GP-/);
  expect((await gateway.json<ExchangeView>('GET', `/v1/exchanges/${known.exchange}`)).body.watch).toBeNull();
});

it('what the room raises is heard over the feed, once, and may be asked for by its name', async () => {
  const items = await until('it is heard', async () => {
    const page = await gateway.json<EventPage>('GET', '/v1/events?types=practice.registered&waitSeconds=5');
    return page.body.items.length > 0 ? page.body.items : undefined;
  });
  expect(items).toMatchObject([{ type: 'practice.registered', system: 'practice', data: { permit: 'GP.2000' } }]);
  for (const { ref, data } of items) {
    const id = String((data as { readonly registration: unknown }).registration);
    expect(await registration(id)).toMatchObject({ id, state: 'registered', reference: ref });
  }
});

it('what they tell by themselves ends the watch; told twice it is acted on once', async () => {
  ground.bureau.state.settings.tellUrl = `${callbacks()}/ticket-done`;
  const { body } = (await register('GP.2001')) ?? { body: { id: '' } };
  const known = await until('it is taken', async () => {
    const view = await registration(body.id);
    return view.ticket === null ? undefined : view;
  });
  ground.bureau.state.decide(known.ticket ?? '', { state: 'refused', code: 'R9', text: 'Thiếu giấy tờ' });
  await until('it is refused', async () => ((await registration(body.id)).state === 'refused' ? true : undefined));
  ground.bureau.state.settings.tellUrl = null;
  const url = `${callbacks()}/ticket-done`;
  const told = await ground.bureau.state.call({ kind: 'tell', url, tickets: [known.ticket ?? ''] });
  expect(told).toMatchObject([{ status: 200, body: expect.stringContaining('duplicate') }]);
});

it('I7: a tell without its signature changes nothing', async () => {
  const { body } = (await register('GP.2002')) ?? { body: { id: '' } };
  const known = await until('it is taken', async () => {
    const view = await registration(body.id);
    return view.ticket === null ? undefined : view;
  });
  const forged = await fetch(`${callbacks()}/ticket-done`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-bureau-signature': `sha256=${'0'.repeat(64)}` },
    body: JSON.stringify({ ticket: known.ticket, ref: known.reference, state: 'done', number: 'GP-666' }),
  });
  expect(forged.status).toBe(401);
  expect((await registration(body.id)).number).not.toBe('GP-666');
});

it('an ask is answered with what holds now, in their words', async () => {
  const url = `${callbacks()}/owed`;
  const [none] = await ground.bureau.state.call({ kind: 'ask', url, permits: ['GP.3000'] });
  expect(JSON.parse(none?.body ?? '')).toEqual({ ok: true, data: { permit: 'GP.3000', amount: 0 } });
  await pay('GP.3000');
  const [some] = await ground.bureau.state.call({ kind: 'ask', url, permits: ['GP.3000'] });
  expect(JSON.parse(some?.body ?? '')).toEqual({ ok: true, data: { permit: 'GP.3000', amount: 8000 } });
});

it('a hint is answered at once, believed in nothing, and has them asked', async () => {
  const slow = { timeoutMs: 1_000, quietMs: 1_000, pollMs: [600_000], scheduleMs: [50] };
  expect(await gateway.stop()).toMatchObject({ code: 0 });
  said.push(gateway.output());
  gateway = await ground.start(undefined, slow);
  const { body } = (await register('GP.2003')) ?? { body: { id: '' } };
  const known = await until('it is taken', async () => {
    const view = await registration(body.id);
    return view.ticket === null ? undefined : view;
  });
  ground.bureau.state.decide(known.ticket ?? '');
  const url = `${callbacks()}/look-at`;
  const [reply] = await ground.bureau.state.call({ kind: 'hint', url, references: [known.reference] });
  expect(reply).toMatchObject({ status: 200 });
  await until('they were asked', async () => ((await registration(body.id)).state === 'registered' ? true : undefined));
});

it('I6: no holder, page, secret or token stands in clear in anything that was written or said', async () => {
  expect(await gateway.stop()).toMatchObject({ code: 0 });
  said.push(gateway.output());
  const { password, signingKey } = ground.bureau.state.settings;
  const needles: Needle[] = [
    { what: 'a holder', text: HOLDER },
    { what: 'a password', text: password },
    { what: 'a signing key', text: signingKey },
    ...[...pages].map((text) => ({ what: 'a page', text })),
    ...ground.bureau.state.sessions.tokens.map((text) => ({ what: 'a session', text })),
  ];
  expect(needles.length).toBeGreaterThan(4);
  const places: Place[] = [
    ...readdirSync(dirname(ground.databaseFile)).map((name) => ({
      name,
      bytes: readFileSync(join(dirname(ground.databaseFile), name)),
    })),
    { name: 'what was said', bytes: Buffer.from(said.join('\n')) },
  ];
  expect(findLeaks(needles, places)).toEqual([]);
});
