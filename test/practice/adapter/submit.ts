import {
  type ActCommand,
  accepted,
  applied,
  type CallContext,
  type Confirmation,
  cannotTell,
  completed,
  notApplied,
  type Outcome,
  taken,
} from '../../../adapters/adapter.ts';
import type { Bureau } from './bureau.ts';
import { actPolicy, decision } from './policy.ts';
import { service, submissionFound, ticketTaken } from './wire.ts';

export interface SubmitInput {
  /** Ours, random, fixed before it is recorded. */
  readonly reference: string;
  readonly permit: string;
  readonly holder: { readonly name: string };
}
export interface Registered {
  /** The number under which it was entered; theirs. */
  readonly number: string;
}

/** `submit`: a registration. They take it under a ticket of theirs, and decide later. */
export function submit(bureau: Bureau): ActCommand<SubmitInput, Registered> {
  return {
    kind: 'act',
    name: 'submit',
    mode: 'queued',
    policy: actPolicy,
    recovery: { kind: 'confirm', confirm: (input, context) => findSubmission(bureau, input, context) },
    later: decision,
    run: async (input, context) => {
      const answer = await bureau.call(context, service.submit, wireSubmission(input), ticketTaken);
      return answer.kind === 'completed' ? accepted(answer.result.ticket) : answer;
    },
  };
}

/** What they are sent. */
export function wireSubmission({ reference, permit, holder }: SubmitInput) {
  return { ref: reference, permit, holder: holder.name };
}

/** `find-submission`. What they have refused they have taken: the watch of its ticket hears the refusal. */
async function findSubmission(
  bureau: Bureau,
  { reference }: SubmitInput,
  context: CallContext,
): Promise<Outcome<Confirmation<Registered>>> {
  const answer = await bureau.call(context, service.findSubmission, { ref: reference }, submissionFound);
  if (answer.kind !== 'completed') return answer;
  const said = answer.result;
  switch (said.found) {
    case 'yes':
      return completed<Confirmation<Registered>>(
        said.state === 'done' && said.number !== undefined ? applied({ number: said.number }) : taken(said.ticket),
      );
    case 'no':
      return completed<Confirmation<Registered>>(notApplied);
    case 'unknown':
      return completed<Confirmation<Registered>>(cannotTell);
  }
}
