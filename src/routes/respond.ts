import { problemKinds } from '../../contracts/v1/problem.ts';
import { isProblem, type Problem, problemDocument } from './problem.ts';
import type { AnyAnswer, Contract } from './route.ts';

/** On every answer. A route may lay its own over them (the documentation page has another content policy). */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** The HTTP answer to what a handler gave. Headers stay a plain object: the Node server writes that as it is. */
export function respond(answer: AnyAnswer, contract: Contract | undefined, requestId: string): Response {
  if (isProblem(answer)) return respondProblem(answer, requestId);
  const { status, headers } = answer;
  if (answer.stream !== undefined || answer.text !== undefined) {
    const spec = contract?.responses[status];
    const type = spec !== undefined && 'contentType' in spec ? spec.contentType : 'text/plain; charset=utf-8';
    return new Response(answer.stream ?? answer.text ?? null, {
      status,
      headers: { 'content-type': type, ...SECURITY_HEADERS, 'x-request-id': requestId, ...headers },
    });
  }
  if (answer.body === undefined)
    return new Response(null, { status, headers: { ...SECURITY_HEADERS, 'x-request-id': requestId, ...headers } });
  return new Response(JSON.stringify(answer.body), {
    status,
    headers: { 'content-type': 'application/json', ...SECURITY_HEADERS, 'x-request-id': requestId, ...headers },
  });
}

export function respondProblem(problem: Problem, requestId: string): Response {
  return new Response(JSON.stringify(problemDocument(problem, requestId)), {
    status: problemKinds[problem.problem].status,
    headers: {
      'content-type': 'application/problem+json',
      ...SECURITY_HEADERS,
      'x-request-id': requestId,
      ...problem.headers,
    },
  });
}

export function statusOf(answer: AnyAnswer): number {
  return isProblem(answer) ? problemKinds[answer.problem].status : answer.status;
}
