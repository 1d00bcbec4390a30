import { z } from 'zod';
import { reconciliationRule } from '../../../contracts/domain/reconciliation-rule.ts';
import { declaredRule, ruleList, rulePath } from '../../../contracts/v1/reconciliation-rule.ts';
import { problem } from '../../routes/problem.ts';
import { empty, json, jsonBody, type Route, route } from '../../routes/route.ts';
import { BUILT_IN, rulesWith } from '../matching/rules.ts';
import type { Rules } from '../rules.ts';
import { tags } from './statements.ts';

const scope = 'admin:reconciliation-rules';
const path = '/v1/admin/reconciliation-rules/{name}';

/** By which rules lines and payments are held against each other. */
export const ruleRoutes = ({ rules }: { readonly rules: Rules }): readonly Route[] => [
  route(
    {
      ...{ method: 'put', path, scope, tags, params: rulePath },
      ...{ operationId: 'putReconciliationRule', summary: 'Put a rule of matching' },
      description:
        'Beside the rules that the program brings, or in the place of the one of this name. It counts from the next run on, for lines of its days.',
      body: jsonBody(reconciliationRule),
      responses: { 200: json(declaredRule, 'As it stands now') },
      problems: ['validation-failed'],
    },
    async ({ params: { name }, body, principal }) => {
      const kind = BUILT_IN.find((each) => each.name === name)?.kind ?? body.kind;
      if (kind !== body.kind)
        return problem('validation-failed', {
          errors: [{ in: 'body', pointer: '/kind', message: `of the rule of this name is ${kind}` }],
        });
      await rules.put(name, body, principal.id);
      return { status: 200, body: { name, rule: body, builtIn: false } };
    },
  ),
  route(
    {
      ...{ method: 'get', path: '/v1/admin/reconciliation-rules', scope, tags, query: z.strictObject({}) },
      ...{ operationId: 'listReconciliationRules', summary: 'List the rules of matching' },
      description: 'Those that the program brings and those that were put, in the order in which a run asks them.',
      responses: { 200: json(ruleList, 'The rules') },
    },
    async () => {
      const put = await rules.all();
      const items = rulesWith(put).map(({ name, ...rule }) => ({
        ...{ name, rule, builtIn: !put.some((each) => each.name === name) },
      }));
      return { status: 200, body: { items } };
    },
  ),
  route(
    {
      ...{ method: 'delete', path, scope, tags, params: rulePath },
      ...{ operationId: 'removeReconciliationRule', summary: 'Remove a rule of matching' },
      description:
        'Only one that was put: the built-in rule of its name, where there is one, counts again from the next run on.',
      responses: { 204: empty('Removed') },
      problems: ['not-found'],
    },
    async ({ params: { name }, principal }) =>
      (await rules.remove(name, principal.id)) ? { status: 204 } : problem('not-found'),
  ),
];
