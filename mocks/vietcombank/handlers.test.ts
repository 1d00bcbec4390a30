import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { catchCalls } from '../kit/caught-network.ts';
import { vietcombankHandlers } from './handlers.ts';
import { type Form, formIn } from './seals.ts';
import { GatewayState } from './state.ts';
import { orderForm, sealedForm } from './test-client.ts';

const BASE = 'http://gateway.test/';
const NOTIFY = 'http://province.test/notify';
const CREDIT = 'http://province.test/credit';
const state = new GatewayState({ settings: { creditUrl: CREDIT } });
const heard: Form[] = [];
catchCalls([
  ...vietcombankHandlers(state, BASE),
  http.post(NOTIFY, async ({ request }) => {
    heard.push(formIn(await request.text()));
    return new HttpResponse('OK');
  }),
  http.post(CREDIT, () => HttpResponse.json({ success: true })),
]);

const create = (orderCode: string): Promise<Response> => {
  const body = new URLSearchParams(sealedForm(orderForm(orderCode, { notify_url: NOTIFY })));
  return fetch(`${BASE}api/web/checkout/version_1_0/`, { method: 'POST', body });
};

test('the same gateway answers through msw: functions, its page, both notices, its faults', async () => {
  const { result_data } = (await (await create('LT-1')).json()) as { result_data: { checkout_url: string } };
  const page = result_data.checkout_url;
  expect(page).toMatch(/^http:\/\/gateway\.test\/pages\//);
  expect(await (await fetch(page)).text()).toContain('Thanh toán hai lần');
  const pressed = await fetch(page, { method: 'POST', body: new URLSearchParams({ act: 'pay' }), redirect: 'manual' });
  expect(pressed.headers.get('location')).toBe('https://example.vn/ve');
  await expect.poll(() => heard).toMatchObject([{ order_code: 'LT-1', amount: '50000', status: '3' }]);
  expect((await fetch(`${BASE}pages/none`)).status).toBe(404);
  const { told } = state.transfer([{ accountNumber: '0011000000001', amountVnd: 50_000 }]);
  expect(await told).toMatchObject([{ taken: true }]);
  state.addFault({ kind: 'lose-reply', times: 1 });
  await expect(create('LT-2')).rejects.toThrow();
  expect(state.counters).toMatchObject({ ordersCreated: 2, openNow: 0 });
});
