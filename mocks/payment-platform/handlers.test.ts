import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { catchCalls } from '../kit/caught-network.ts';
import { platformHandlers } from './handlers.ts';
import { initSeal, type Message } from './seals.ts';
import { PlatformState } from './state.ts';
import { initMessage } from './test-client.ts';

const BASE = 'http://platform.test/thanh-toan';
const NOTIFY = 'http://province.test/notify';
const state = new PlatformState({ settings: { notifyUrl: NOTIFY, returnUrl: 'http://province.test/back' } });
const heard: Message[] = [];
catchCalls([
  ...platformHandlers(state, BASE),
  http.post(NOTIFY, async ({ request }) => {
    heard.push((await request.json()) as Message);
    return HttpResponse.json({ MaLoi: '00' });
  }),
]);

const init = (reference: string): Promise<Response> => {
  const message = initMessage(reference);
  const body = JSON.stringify({ ...message, MaXacThuc: initSeal(message, 'demo-key') });
  return fetch(BASE, { method: 'POST', body });
};

test('the same platform answers through msw: messages, its page, its notice, its faults', async () => {
  const { UrlThanhToan: page } = (await (await init('LT-1')).json()) as { UrlThanhToan: string };
  expect(page).toMatch(/^http:\/\/platform\.test\/thanh-toan\/pages\//);
  expect(await (await fetch(page)).text()).toContain('Thanh toán hai lần');
  const pressed = await fetch(page, { method: 'POST', body: new URLSearchParams({ act: 'pay' }), redirect: 'manual' });
  expect(pressed.headers.get('location')).toMatch(/^http:\/\/province\.test\/back\?data=LT-1&responseCode=00&/);
  await expect.poll(() => heard).toMatchObject([{ MaThamChieu: 'LT-1', SoTien: 50_000 }]);
  expect((await fetch(`${BASE}/pages/none`)).status).toBe(404);
  state.addFault({ kind: 'lose-reply', times: 1 });
  await expect(init('LT-2')).rejects.toThrow();
  expect(state.ledger.totals()).toMatchObject({ inits: 2, takenVnd: 50_000 });
  expect(state.counters.openNow).toBe(0);
});
