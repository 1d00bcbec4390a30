import type { CallContext, Outcome } from '../adapter.ts';
import type { Answer } from '../kit/coded-answer.ts';
import type { Spoken } from '../kit/session.ts';

/** How we are known to them while we speak. */
export interface Line {
  /** `token` is undefined where there is none to show. */
  converse<Result>(
    context: CallContext,
    speak: (token: string | undefined) => Promise<Spoken<Answer<Result>>>,
  ): Promise<Answer<Result>>;
  /** A sign of life, without any effect. */
  probe(context: CallContext): Promise<Outcome<string>>;
}
