import {
  type BatchOutcome,
  type BatchQueryOperation,
  type CallContext,
  completed,
  drift,
  type Outcome,
  rejected,
} from '../../../adapters/adapter.ts';
import { readValue } from '../../../adapters/kit/json.ts';
import type { Bureau } from './bureau.ts';
import { resultsPolicy } from './policy.ts';
import { resultRow, resultRows, service } from './wire.ts';

/** What has become of a ticket. */
export type TicketResult =
  | { readonly kind: 'pending' }
  | { readonly kind: 'done'; readonly number: string }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** `results`: up to three tickets a call. One that is malformed fails the call without being named: it is split then. */
export function fetchResults(bureau: Bureau): BatchQueryOperation<string, TicketResult> {
  return {
    kind: 'batch-query',
    name: 'fetch-results',
    policy: resultsPolicy,
    run: async (tickets, context: CallContext): Promise<BatchOutcome<Outcome<TicketResult>>> => {
      const answer = await bureau.call(context, service.results, { tickets }, resultRows);
      if (answer.kind !== 'completed') return { kind: 'undivided', outcome: answer };
      const rows = answer.result.results;
      return { kind: 'itemised', outcomes: tickets.map((ticket) => resultOf(rows, ticket)) };
    },
  };
}

function resultOf(rows: readonly { readonly ticket: string }[], ticket: string): Outcome<TicketResult> {
  const at = rows.findIndex((row) => row.ticket === ticket);
  if (at < 0) return drift('/data/results', 'a row for each ticket', 'missing');
  const row = readValue(rows[at], resultRow, `/data/results/${at}`);
  if (!row.ok) return row.failure;
  switch (row.value.state) {
    case 'pending':
      return completed<TicketResult>({ kind: 'pending' });
    case 'done':
      return completed<TicketResult>({ kind: 'done', number: row.value.number });
    case 'refused':
      return completed<TicketResult>({ kind: 'refused', code: row.value.code, message: row.value.text });
    case 'unknown':
      return rejected('unknown', '');
  }
}
