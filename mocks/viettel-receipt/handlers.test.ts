import { expect, test } from 'vitest';
import { catchCalls } from '../kit/caught-network.ts';
import { ReceiptSimulation } from '../kit/receipt-simulation.ts';
import { viettelHandlers } from './handlers.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { issueCall } from './test-client.ts';

const BASE = 'http://receipts.test/bien-lai';
const state = new ReceiptSimulation(DEFAULT_SETTINGS);
catchCalls(viettelHandlers(state, BASE));

function issue(key: string): Promise<Response> {
  const { path, headers, body } = issueCall(key);
  return fetch(`${BASE}${path}`, { method: 'POST', headers, body });
}

/** The search is a form, and told by its media type. */
function search(transactionUuid: string): Promise<Response> {
  const { headers } = issueCall(transactionUuid);
  const body = new URLSearchParams({ supplierTaxCode: DEFAULT_SETTINGS.taxCode, transactionUuid });
  const address = `${BASE}/InvoiceAPI/InvoiceWS/searchInvoiceByTransactionUuid`;
  return fetch(address, { method: 'POST', headers, body });
}

test('the same provider answers through msw, faults included', async () => {
  expect(await (await issue('BL-000000000001')).json()).toMatchObject({ errorCode: null });
  expect(await (await issue('BL-000000000001')).json()).toMatchObject({ errorCode: 'TRANSACTION_UUID_INVALID' });
  expect((await fetch(`${BASE}/InvoiceAPI/InvoiceWS/none`, { method: 'POST' })).status).toBe(404);
  state.addFault({ kind: 'lose-reply', match: { service: 'createInvoice' }, times: 1 });
  await expect(issue('BL-000000000002')).rejects.toThrow();
  expect(await (await search('BL-000000000002')).json()).toMatchObject({ errorCode: null });
  expect(state.book.totals()).toMatchObject({ receipts: 2, standingVnd: 40_000, duplicatesRefused: 1 });
  expect(state.counters).toMatchObject({ issued: 2, openNow: 0 });
});
