import { expect, test } from 'vitest';
import { catchCalls } from '../kit/caught-network.ts';
import { landTaxHandlers } from './handlers.ts';
import { LandTaxState } from './state.ts';
import { signedByLand, written } from './test-client.ts';
import { isSignedBy } from './xml-signature.ts';

const BASE = 'http://land-tax.test/lien-thong';
const state = new LandTaxState();
const { tokenSecret, taxCertificate } = state.settings;
catchCalls(landTaxHandlers(state, BASE));

const post = (body: object, token = tokenSecret): Promise<Response> =>
  fetch(BASE, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
const message = (type: string, id: string) => ({
  MESSAGE_TYPE: type,
  XML_CONTENT: signedByLand(state.settings, written(type, id)),
});
const told = async (body: object) => (await (await post(body)).json()) as { ResultCode: number; ReturnValue: string };

test('the same gateway answers through msw: slips, questions and their answers, its faults', async () => {
  expect((await post(message('10', 'slip-1'), 'sai')).status).toBe(401);
  expect(await told(message('10', 'slip-1'))).toMatchObject({ ResultCode: 1 });
  const { ReturnValue: guid } = await told(message('16', 'q-1'));
  state.finish(guid, { TONG_DA_NOP: '7' });
  const { ReturnValue: answer } = await told({ MESSAGE_CODE: guid, MESSAGE_TYPE: '16' });
  expect(answer).toContain('<TONG_DA_NOP>7</TONG_DA_NOP>');
  expect(isSignedBy(taxCertificate, answer)).toBe(true);
  state.addFault({ kind: 'lose-reply', match: { service: 'slip' }, times: 1 });
  await expect(post(message('10', 'slip-2'))).rejects.toThrow();
  expect(state.counters).toMatchObject({ slips: 2, doubleSlips: 0, questions: 1, openNow: 0 });
});
