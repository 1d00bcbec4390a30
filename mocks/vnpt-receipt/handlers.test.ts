import { expect, test } from 'vitest';
import { catchCalls } from '../kit/caught-network.ts';
import { ReceiptSimulation } from '../kit/receipt-simulation.ts';
import { vnptHandlers } from './handlers.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { answeredText } from './soap.ts';
import { issueCall } from './test-client.ts';

const BASE = 'http://receipts.test/bien-lai';
const state = new ReceiptSimulation(DEFAULT_SETTINGS);
catchCalls(vnptHandlers(state, BASE));

const post = (path: string, body: string): Promise<Response> => fetch(`${BASE}${path}`, { method: 'POST', body });
const issue = (key: string): Promise<Response> => post('/PublishService.asmx', issueCall(key));

test('the same provider answers through msw, faults included', async () => {
  expect(answeredText(await (await issue('BL-1')).text())).toMatch(/^OK:.*-BL-1_1$/);
  expect(answeredText(await (await issue('BL-1')).text())).toMatch(/^ERR:13\b/);
  expect((await post('/none', issueCall('BL-1'))).status).toBe(404);
  state.addFault({ kind: 'lose-reply', match: { code: 'BL-2' }, times: 1 });
  await expect(issue('BL-2')).rejects.toThrow();
  expect(state.book.totals()).toMatchObject({ receipts: 2, standingVnd: 40_000, duplicatesRefused: 1 });
  expect(state.counters).toMatchObject({ issued: 2, openNow: 0 });
});
