import type { z } from 'zod';
import type { Contract } from './route.ts';

/**
 * Whether an answer is what its contract says: status listed, body of the schema, and no member that the schema does
 * not know (such a member could carry what must not leave). On in tests, where it keeps `/openapi.json` true.
 */
export function checkAnswer(contract: Contract, status: number, body: unknown): void {
  const spec = contract.responses[status];
  const where = `${contract.operationId} answered ${status}`;
  if (spec === undefined) throw new Error(`${where}, which its contract does not list`);
  if (spec.kind !== 'json') return;
  const parsed = (spec.schema as z.ZodType).safeParse(body);
  if (!parsed.success)
    throw new Error(
      `${where} with ${parsed.error.issues.map((issue) => `${issue.path.join('/')}: ${issue.message}`).join('; ')}`,
    );
  const surplus = unknownMembers(body, parsed.data, '');
  if (surplus.length > 0) throw new Error(`${where} with members outside the contract: ${surplus.join(', ')}`);
}

function unknownMembers(given: unknown, known: unknown, at: string): string[] {
  if (Array.isArray(given) && Array.isArray(known))
    return given.flatMap((item, index) => unknownMembers(item, known[index], `${at}/${index}`));
  if (typeof given !== 'object' || given === null || typeof known !== 'object' || known === null) return [];
  const inner = known as Readonly<Record<string, unknown>>;
  return Object.entries(given).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return key in inner ? unknownMembers(value, inner[key], `${at}/${key}`) : [`${at}/${key}`];
  });
}
