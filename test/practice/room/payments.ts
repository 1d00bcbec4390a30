import { z } from 'zod';
import { openJson, sealJson, subjectKeys } from '../../../src/crypto/subject-keys.ts';
import { actOperation } from '../../../src/delivery/acts/sealed-input.ts';
import {
  type OnSettled,
  type RoomOperation,
  type SettledExchange,
  whereStamped,
} from '../../../src/delivery/operations.ts';
import { newId } from '../../../src/platform.ts';
import type { RoomParts } from '../../../src/room.ts';
import { actProblems, answerAct } from '../../../src/routes/act-answer.ts';
import { problem } from '../../../src/routes/problem.ts';
import { json, jsonBody, type Route, route } from '../../../src/routes/route.ts';
import { type Statement, sql } from '../../../src/store/engine.ts';
import type { OpenedPage, OpenPageInput } from '../adapter/open-page.ts';

/** Pages on which a permit is paid for: an act that a person waits for. */

const PAGE = 'practice_payment.page';

export const paymentView = z
  .object({
    id: z.string(),
    permit: z.string(),
    reference: z.string(),
    amountVnd: z.int(),
    state: z.enum(['opening', 'uncertain', 'open', 'stated', 'refused', 'lapsed']),
    page: z.string().nullable(),
    number: z.string().nullable(),
  })
  .meta({ id: 'PracticePayment' });
export type PaymentView = z.infer<typeof paymentView>;

interface PaymentRow {
  readonly id: string;
  readonly permit: string;
  readonly reference: string;
  readonly amount: number;
  readonly state: PaymentView['state'];
  readonly subject: string;
  readonly page: string | null;
}

export const openAmounts = (permit: string): Statement =>
  sql(`select coalesce(sum(amount), 0) as amount from practice_payment where permit = ?1 and state = 'open'`, permit);

/** What the settlement of a page means: its state, and the page sealed. */
function onSettled({ engine, vault }: Pick<RoomParts, 'engine' | 'vault'>): OnSettled {
  return async (settled, token) => {
    const keys = await subjectKeys(
      engine,
      settled.map(({ subject }) => subject),
    );
    const statements = await Promise.all(
      settled.map(async ({ stream, key, subject, state, outcome }) => {
        const opened = outcome?.kind === 'completed' ? (outcome.result as OpenedPage) : undefined;
        return sql(
          `update practice_payment set state = ?4, page = coalesce(?5, page), written_by = ?2
            where reference = ?3 and ${whereStamped('stream')}`,
          ...[stream, token, key, stateOf(state, opened !== undefined)],
          await sealJson(vault, keys.get(subject ?? ''), PAGE, key, opened),
        );
      }),
    );
    return {
      statements,
      tookHold: { table: 'practice_payment', column: 'reference', rowOf: ({ key }) => key },
    };
  };
}

/** Done without a page is what a person stated: what came of it only the bureau knows. */
function stateOf(state: SettledExchange['state'], hasPage: boolean): PaymentView['state'] {
  switch (state) {
    case 'delivered':
      return hasPage ? 'open' : 'stated';
    case 'rejected':
      return 'refused';
    case 'uncertain':
      return 'uncertain';
    case 'cancelled':
    case 'dead':
      return 'lapsed';
    default:
      return 'opening';
  }
}

export const paymentOperation = (parts: Pick<RoomParts, 'engine' | 'vault'>): RoomOperation =>
  actOperation(parts, onSettled(parts));

export function paymentRoutes(parts: RoomParts): readonly Route[] {
  const { engine, vault, platform } = parts;

  async function find(id: string): Promise<PaymentView | undefined> {
    const [row] = await engine.all<PaymentRow>(
      sql('select id, permit, reference, amount, state, subject, page from practice_payment where id = ?1', id),
    );
    if (row === undefined) return undefined;
    const keys = await subjectKeys(engine, [row.subject]);
    const opened = await openJson<OpenedPage>(vault, keys.get(row.subject), PAGE, row.reference, row.page);
    const { permit, reference, state } = row;
    return {
      ...{ id, permit, reference, state, amountVnd: row.amount },
      page: opened?.page ?? null,
      number: opened?.number ?? null,
    };
  }

  /** Judged by the permit's row, read before anything else: while one is open, or may be, there is no second. */
  async function prepare(permit: string, amountVnd: number) {
    const [held] = await engine.all<{ version: number }>(
      sql('select version from practice_permit where permit = ?1', permit),
    );
    const [open] = await engine.all<{ id: string }>(
      sql(
        `select id from practice_payment where permit = ?1 and state in ('opening', 'uncertain', 'open', 'stated') order by id limit 1`,
        permit,
      ),
    );
    if (open !== undefined)
      return {
        refused: problem('wrong-state', {
          detail: 'there is a payment for this permit already',
          headers: { location: at(open.id) },
        }),
      };
    const id = newId(platform, 'pp');
    const reference = newId(platform, 'LT');
    const subject = { ...vault.newSubject(), kind: 'practice' };
    const input: OpenPageInput = { reference, permit, amountVnd };
    return {
      ...{ reference, resource: id, input, subject },
      judgedBy: { table: 'practice_permit', column: 'permit', row: permit, version: held?.version ?? null },
      statements: ({ stream, exchange, token }: { stream: string; exchange: string; token: string }) => [
        sql(
          `insert into practice_payment (id, permit, reference, exchange, amount, state, subject, created_at, written_by)
           select ?3, ?4, s.key, ?5, cast(?6 as bigint), 'opening', ?7, {at}, ?2 from stream s where s.id = ?1 and s.written_by = ?2`,
          ...[stream, token, id, permit, exchange, amountVnd, subject.id],
        ),
      ],
    };
  }

  return [
    route(
      {
        method: 'post',
        path: '/v1/practice/payments',
        operationId: 'openPracticePayment',
        scope: 'exchanges:act',
        idempotent: true,
        summary: 'Open a page on which a permit is paid for',
        description: 'The page is there when it answers 201; 202 says that it is still being found out.',
        tags: ['practice'],
        body: jsonBody(z.strictObject({ permit: z.string().regex(/^GP\.\d{4}$/), amountVnd: z.int() })),
        responses: {
          201: json(paymentView, 'The payment, with its page'),
          202: json(paymentView, 'It goes on, or may have been done'),
        },
        problems: ['wrong-state', ...actProblems],
      },
      async ({ body, principal, command }) =>
        answerAct(
          await parts.acts.perform({
            ...{ system: 'practice', operation: 'open-page', actor: principal.id, ...command.act },
            prepare: () => prepare(body.permit, body.amountVnd),
          }),
          { shown: async (id) => (await find(id)) ?? missing(), at },
        ),
    ),
    route(
      {
        method: 'get',
        path: '/v1/practice/payments/{id}',
        operationId: 'getPracticePayment',
        scope: 'exchanges:read',
        summary: 'See a payment',
        description: 'As it stands now.',
        tags: ['practice'],
        params: z.strictObject({ id: z.string() }),
        responses: { 200: json(paymentView, 'The payment') },
        problems: ['not-found'],
      },
      async ({ params }) => {
        const view = await find(params.id);
        return view === undefined ? problem('not-found') : { status: 200, body: view };
      },
    ),
  ];
}

const at = (id: string): string => `/v1/practice/payments/${id}`;

function missing(): never {
  throw new Error('a payment vanished after it was made');
}
