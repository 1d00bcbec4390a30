import { z } from 'zod';
import { reconciliationRule, ruleName } from '../domain/reconciliation-rule.ts';

export const rulePath = z.strictObject({ name: ruleName });
export const declaredRule = z
  .object({
    name: z.string(),
    rule: reconciliationRule,
    builtIn: z.boolean().meta({ description: 'It came with the program; false: somebody put it' }),
  })
  .meta({ id: 'DeclaredReconciliationRule' });
export const ruleList = z.object({ items: z.array(declaredRule) }).meta({ id: 'DeclaredReconciliationRuleList' });
