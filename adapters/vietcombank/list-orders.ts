import type { ListedOrder, OrderList, OrderListQuestion } from '../../contracts/domain/payment.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { completed, drift, type QueryOperation, unknown } from '../adapter.ts';
import type { Answer } from '../kit/coded-answer.ts';
import { unsayable } from '../kit/delimiter.ts';
import { readValue } from '../kit/json.ts';
import { code, refusesQuestion } from './codes.ts';
import type { VietcombankConfig } from './config.ts';
import { converse, type Heard } from './gateway.ts';
import { listPolicy } from './policy.ts';
import { ourStatus, theirStatus } from './statuses.ts';
import { type ListedRow, listed } from './wire.ts';

/** `GetListOrder`: one page of the orders that were made in some days. */
export function listOrders(config: VietcombankConfig): QueryOperation<OrderListQuestion, OrderList> {
  return {
    kind: 'query',
    name: 'list-orders',
    policy: listPolicy,
    run: async ({ from, to, page, status }, context) => {
      const theirs = status === undefined ? '' : theirStatus(status);
      if (theirs === undefined) return unsayable('is no single status of theirs', '/status');
      if (!Number.isInteger(page) || page < 1) return unsayable('must be a whole number from 1', '/page');
      return converse(config, context, {
        name: 'GetListOrder',
        values: {
          order_code: '',
          token_code: '',
          time_created_from: dayOf(from),
          time_created_to: dayOf(to),
          payment_method_code: '',
          status: theirs,
          page: String(page),
        },
        pointers: {},
        refuses: refusesQuestion,
        judge: (heard) => pageIn(heard, page),
      });
    },
  };
}

/** A row that cannot be read spoils the page: what is missing from a list is taken for money that never moved. */
function pageIn({ code: theirs, data }: Heard, page: number): Answer<OrderList> {
  if (theirs !== code.done) return unknown('server-error');
  const read = readValue(data, listed, '/result_data');
  if (!read.ok) return read.failure;
  const { page: told, total_record: total, per_page: perPage, data: rows } = read.value;
  if (told !== page) return drift('/result_data/page', 'the page that was asked for', 'another');
  return completed({ total, perPage, orders: rows.map(listedOrder) });
}

const listedOrder = (row: ListedRow): ListedOrder => ({
  reference: row.order_code,
  token: row.token_code,
  amountVnd: Number.isSafeInteger(row.amount) ? row.amount : null,
  status: ourStatus(row.status),
  createdAt: row.time_created || null,
  paidAt: row.time_paid || null,
  refundedAt: row.time_refund || null,
});

/** `dd-MM-yyyy` in Vietnam. */
function dayOf(ms: number): string {
  const day = vietnamTime(ms);
  return `${day.slice(8, 10)}-${day.slice(5, 7)}-${day.slice(0, 4)}`;
}
