import {
  type ActCommand,
  applied,
  type CallContext,
  type Confirmation,
  cannotTell,
  completed,
  notApplied,
  type Outcome,
} from '../../../adapters/adapter.ts';
import type { Bureau } from './bureau.ts';
import { actPolicy, PAGE_WITHIN_MS } from './policy.ts';
import { pageFound, pageOpened, service } from './wire.ts';

export interface OpenPageInput {
  /** Ours, random, fixed before it is recorded: they are asked by it whether there is a page. */
  readonly reference: string;
  readonly permit: string;
  readonly amountVnd: number;
}
export interface OpenedPage {
  readonly page: string;
  /** Theirs. */
  readonly number: string;
}

/** `open-page`: a page on which a person pays for a permit. They do not know a reference again: twice is two pages. */
export function openPage(bureau: Bureau): ActCommand<OpenPageInput, OpenedPage> {
  return {
    kind: 'act',
    name: 'open-page',
    mode: 'interactive',
    answerWithinMs: PAGE_WITHIN_MS,
    policy: actPolicy,
    recovery: { kind: 'confirm', confirm: (input, context) => findPage(bureau, input, context) },
    run: async (input, context) => {
      const answer = await bureau.call(context, service.openPage, wirePage(input), pageOpened);
      return answer.kind === 'completed' ? completed(opened(answer.result)) : answer;
    },
  };
}

/** What they are sent. */
export function wirePage({ reference, permit, amountVnd }: OpenPageInput) {
  return { ref: reference, permit, amount: amountVnd };
}

const opened = ({ page, number }: OpenedPage): OpenedPage => ({ page, number });

/** `find-page`: only their plain "no" means that there is none. */
async function findPage(
  bureau: Bureau,
  { reference }: OpenPageInput,
  context: CallContext,
): Promise<Outcome<Confirmation<OpenedPage>>> {
  const answer = await bureau.call(context, service.findPage, { ref: reference }, pageFound);
  if (answer.kind !== 'completed') return answer;
  switch (answer.result.found) {
    case 'yes':
      return completed<Confirmation<OpenedPage>>(applied(opened(answer.result)));
    case 'no':
      return completed<Confirmation<OpenedPage>>(notApplied);
    case 'unknown':
      return completed<Confirmation<OpenedPage>>(cannotTell);
  }
}
