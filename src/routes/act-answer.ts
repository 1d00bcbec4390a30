import type { ActAnswer } from '../delivery/acts/interactive.ts';
import { type Problem, problem } from './problem.ts';

/** The problems that a route which begins an act may answer with, beside those of its room. */
export const actProblems = ['refused-by-system', 'system-held', 'still-running', 'system-not-configured'] as const;

interface Shown<Status, Body> {
  readonly status: Status;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The HTTP answer of a route that begins an act: 201 when it is done, 202 with `Location` while it goes on or may have
 * taken effect, 422 when they refused it, 503 when it was not begun or surely not sent. What is shown is made from the
 * resource, by `shown`, each time anew; the address of the resource by `at`.
 */
export async function answerAct<Body, Refusal extends Problem>(
  answer: ActAnswer<Refusal>,
  of: { shown(resource: string): Promise<Body>; at(resource: string): string },
): Promise<Shown<201, Body> | Shown<202, Body> | Problem<(typeof actProblems)[number]> | Refusal> {
  switch (answer.kind) {
    case 'settled': {
      const headers = { location: of.at(answer.resource) };
      if (answer.state === 'delivered') return { status: 201, body: await of.shown(answer.resource), headers };
      if (answer.state === 'rejected')
        return problem('refused-by-system', { headers, more: { systemCode: answer.code, resource: answer.resource } });
      return problem('system-held', {
        detail: 'it was not sent; the same key may be used again',
        headers: { ...headers, ...retryAfter(answer.retryAfterMs) },
        more: { why: 'not-sent', cause: answer.cause },
      });
    }
    case 'open':
      return {
        status: 202,
        body: await of.shown(answer.resource),
        headers: { location: of.at(answer.resource), ...retryAfter(2_000) },
      };
    case 'held':
      return problem('system-held', { headers: retryAfter(answer.retryAfterMs), more: { why: answer.why } });
    case 'running':
      return problem('still-running', { headers: retryAfter(2_000) });
    case 'not-configured':
      return problem('system-not-configured');
    case 'refused':
      return answer.refusal;
  }
}

const retryAfter = (ms: number) => ({ 'retry-after': String(Math.max(1, Math.ceil(ms / 1_000))) });
