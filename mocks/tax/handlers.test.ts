import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { catchCalls } from '../kit/caught-network.ts';
import { taxHandlers } from './handlers.ts';
import { pushNotice } from './pushes.ts';
import { TaxState } from './state.ts';
import { landQuestion } from './test-client.ts';

const BASE = 'http://tax.test/t2b/gip/request';
const NOTICE = 'http://province.test/notice';
const state = new TaxState({ settings: { noticeUrl: NOTICE } });
let heard = 0;
catchCalls([
  ...taxHandlers(state, BASE),
  http.post(NOTICE, () => {
    heard += 1;
    return HttpResponse.json({ error_code: 0, message: '' });
  }),
]);

const ask = (body: string): Promise<Response> => fetch(BASE, { method: 'POST', body });
const askLand = (): Promise<Response> => ask(landQuestion(state.settings, 'H02.1', '0123'));

test('the same gateway answers through msw: questions, what it pushes, its faults', async () => {
  state.book.land.set('H02.1', [{ MA_HS: 'H02.1', SO: '0123', MA_SO_THUE: '0100000000', SO_CON_PHAI_NOP: '7' }]);
  expect(await (await askLand()).text()).toContain('<SO_CON_PHAI_NOP>7</SO_CON_PHAI_NOP>');
  const stranger = landQuestion({ ...state.settings, password: 'sai' }, 'H02.1', '0123');
  expect((await ask(stranger)).status).toBe(500);
  expect(await pushNotice(state, { dossiers: { 'H02.1': [{}] } })).toMatchObject([{ status: 200 }]);
  expect(heard).toBe(1);
  state.addFault({ kind: 'lose-reply', match: { service: '00109' }, times: 1 });
  await expect(askLand()).rejects.toThrow();
  expect(state.answered).toBe(2);
  expect(state.counters).toMatchObject({ requests: 3, badTokens: 1, badSignatures: 0, openNow: 0 });
});
