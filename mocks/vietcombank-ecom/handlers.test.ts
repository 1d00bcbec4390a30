import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { catchCalls } from '../kit/caught-network.ts';
import { decrypted, type Envelope, envelope, type Fields, fieldsIn } from './envelope.ts';
import { ecomHandlers } from './handlers.ts';
import { soapCall, soapText } from './soap.ts';
import { EcomState } from './state.ts';

const BASE = 'http://bank.test/thanh-toan';
const NOTIFY = 'http://province.test/notify';
const state = new EcomState({ settings: { notifyUrl: NOTIFY } });
const { partner, aesSecret, partnerSecretKey } = state.settings;
let heard = 0;
catchCalls([
  ...ecomHandlers(state, BASE),
  http.post(NOTIFY, () => {
    heard += 1;
    return HttpResponse.json({ errCode: '00' });
  }),
]);

const verify = async (reference: string): Promise<Fields> => {
  const fields = { amount: '50000', currency: 'VND', returnUrl: 'http://province.test/back' };
  const outer = envelope(partner, reference, fields, aesSecret, partnerSecretKey);
  const answer = await fetch(BASE, { method: 'POST', body: soapCall('verifyPayment', JSON.stringify(outer)) });
  const { Data } = fieldsIn(soapText(await answer.text())?.text ?? '') as unknown as Envelope;
  return decrypted(Data, aesSecret) ?? {};
};

test('the same bank answers through msw: its service, its page, its notice, its faults', async () => {
  const page = String((await verify('LT-1')).redirectUrl);
  expect(page).toMatch(/^http:\/\/bank\.test\/thanh-toan\/pages\//);
  expect(await (await fetch(page)).text()).toContain('Thanh toán hai lần');
  const pressed = await fetch(page, { method: 'POST', body: new URLSearchParams({ act: 'pay' }), redirect: 'manual' });
  expect(pressed.headers.get('location')).toBe('http://province.test/back');
  await expect.poll(() => heard).toBe(1);
  expect((await fetch(`${BASE}/pages/none`)).status).toBe(404);
  state.addFault({ kind: 'lose-reply', times: 1 });
  await expect(verify('LT-2')).rejects.toThrow();
  expect(state.ledger.totals()).toMatchObject({ payments: 2, takenVnd: 50_000 });
  expect(state.counters.openNow).toBe(0);
});
