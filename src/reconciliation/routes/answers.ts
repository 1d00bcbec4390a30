import { answerQuery, budgetTotals, statementPath } from '../../../contracts/v1/statement.ts';
import { utf8 } from '../../crypto/bytes.ts';
import { problem } from '../../routes/problem.ts';
import { json, type Route, route, stream } from '../../routes/route.ts';
import { type AnswerFileOf, answerJson } from '../answer-file.ts';
import type { BudgetTotalsOf } from '../budget-totals.ts';
import { tags } from './statements.ts';

const UNDER_WAY = 'a run about money is under way: what it comes to is the answer';

/** What the sender of a file is answered row by row, and what a treasury statement comes to. */
export const answerRoutes = ({
  answerFile,
  budgetTotalsOf,
}: {
  readonly answerFile: AnswerFileOf;
  readonly budgetTotalsOf: BudgetTotalsOf;
}): readonly Route[] => [
  route(
    {
      method: 'get',
      path: '/v1/reconciliation/statements/{id}/budget',
      operationId: 'getBudgetTotals',
      scope: 'reconciliation:read',
      summary: 'What a treasury statement comes to by chapter and sub-item',
      description:
        'Credits of the statement by tax office, chapter and sub-item, as the narratives say. 404 for a file of another source.',
      tags,
      params: statementPath,
      responses: { 200: json(budgetTotals, 'The totals') },
      problems: ['not-found'],
    },
    async ({ params: { id } }) => {
      const body = await budgetTotalsOf(id);
      return body === undefined ? problem('not-found') : { status: 200, body };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/reconciliation/statements/{id}/answer',
      operationId: 'getStatementAnswer',
      scope: 'reconciliation:write',
      summary: 'The answer file to a file of the payment platform',
      description:
        'Every row in its order as it came, with one more column, its result: `00` agrees, `01` is missing here, `02` has another amount, `03` is another break, `04` was not compared yet, `05` is told otherwise by a later round; then the line of rows, total and checksum. With `as=json` it is JSON with the file as Base64 in `content`. 404 for a file of another source, 409 while a run about money is under way.',
      tags,
      params: statementPath,
      query: answerQuery,
      responses: { 200: stream('text/plain; charset=utf-8', 'The answer file') },
      problems: ['not-found', 'wrong-state'],
    },
    async ({ params: { id }, query }) => {
      const answer = await answerFile(id);
      if (answer === undefined) return problem('not-found');
      if (answer === 'under-way') return problem('wrong-state', { detail: UNDER_WAY });
      const isJson = query.as === 'json';
      return {
        status: 200,
        headers: {
          'content-disposition': `attachment; filename="${isJson ? answer.name.replace(/txt$/, 'json') : answer.name}"`,
          ...(isJson ? { 'content-type': 'application/json' } : {}),
        },
        stream: streamed(isJson ? answerJson(answer) : answer.text),
      };
    },
  ),
];

function streamed(pieces: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(utf8(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
