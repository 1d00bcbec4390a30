import { type CallContext, completed, type Outcome, type QueryOperation } from '../../../adapters/adapter.ts';
import type { Bureau } from './bureau.ts';
import { queryPolicy } from './policy.ts';
import { permitFound, service } from './wire.ts';

export interface LookupPermitInput {
  readonly permit: string;
}
export type PermitFound =
  | { readonly exists: false }
  | { readonly exists: true; readonly status: 'issued' | 'pending' | 'withdrawn'; readonly feeVnd: number };

/** `lookup`: the state of a permit by its number. */
export function lookupPermit(bureau: Bureau): QueryOperation<LookupPermitInput, PermitFound> {
  return {
    kind: 'query',
    name: 'lookup-permit',
    policy: queryPolicy,
    run: async ({ permit }, context: CallContext): Promise<Outcome<PermitFound>> => {
      const answer = await bureau.call(context, service.lookup, { permit }, permitFound);
      if (answer.kind !== 'completed') return answer;
      const found = answer.result;
      if (found.known === 'no') return completed<PermitFound>({ exists: false });
      return completed<PermitFound>({ exists: true, status: found.state, feeVnd: found.fee });
    },
  };
}
