import type { z } from 'zod';
import { beyondBounds, HANDED_OVER } from '../../contracts/domain/json-bounds.ts';
import { jsonPointer, mayBeUnstorable, UNSTORABLE, unstorable } from '../../contracts/domain/text.ts';
import type { FieldError } from '../../contracts/v1/problem.ts';
import { errorFacts } from '../observability/log.ts';
import { AuthenticationUnavailable } from '../principal.ts';
import { StoreUnavailable } from '../store/engine.ts';
import { TooLarge } from '../store/limits.ts';
import { type StoreTrouble, storeTrouble } from '../store/trouble.ts';
import { DEFAULT_BODY_LIMIT_BYTES, readText } from './body.ts';
import { checkAnswer } from './check-answer.ts';
import { runOnce } from './command.ts';
import { PendingRequest, RequestCall } from './pending-request.ts';
import { isProblem, type Problem, problem, Refused } from './problem.ts';
import { QUERY_CHARACTERS_AT_MOST, QUERY_PARAMETERS_AT_MOST } from './query.ts';
import { respond, statusOf } from './respond.ts';
import type { AnyAnswer, Route } from './route.ts';
import type { AppContext, Shell } from './shell.ts';
import { fieldErrors } from './validate.ts';

/**
 * Puts everything that no route may forget around a handler, in this order: credential, rate, scope, body bound,
 * fields, idempotency key, handler; then the answer, the measure and one line of log.
 */
export function serve(route: Route, shell: Shell): (context: AppContext) => Promise<Response> {
  const { contract } = route;
  const { platform, metrics, log } = shell;
  const method = contract.method.toUpperCase();
  const quiet = contract.scope === 'public';

  return async (context) => {
    const began = platform.steady();
    const request = new PendingRequest(context, shell);
    let answer: AnyAnswer;
    try {
      answer = await handle(route, shell, request);
      if (shell.checkAnswers && !isProblem(answer)) checkAnswer(contract, answer.status, answer.body);
    } catch (error) {
      answer = failure(error);
      if (answer.problem === 'internal-error')
        log.error('request failed', {
          requestId: request.requestId,
          route: contract.path,
          method,
          error: errorFacts(error),
        });
    }
    const status = statusOf(answer);
    const durationMs = platform.steady() - began;
    metrics.request({ method, route: contract.path, status, durationMs });
    const line = {
      requestId: request.requestId,
      method,
      route: contract.path,
      status,
      durationMs,
      principal: request.principal?.id,
      credential: request.principal?.credential,
      code: isProblem(answer) ? answer.problem : undefined,
      peer: status === 401 || status === 403 || status === 429 ? request.remoteAddress : undefined,
      traceparent: request.traceparent,
    };
    if (quiet) log.debug('request', line);
    else log.info('request', line);
    return respond(answer, contract, request.requestId);
  };
}

async function handle(route: Route, shell: Shell, request: PendingRequest): Promise<AnyAnswer> {
  const { contract } = route;
  const refused = request.admit(contract);
  const no = refused instanceof Promise ? await refused : refused;
  if (no !== undefined) return no;

  const errors: FieldError[] = [];
  const take = (part: FieldError['in'], schema: z.ZodType, value: unknown, suspect = true): unknown => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) errors.push(...fieldErrors(parsed.error, part, value));
    const bad = suspect ? unstorable(parsed.data) : undefined;
    if (bad !== undefined) errors.push({ in: part, pointer: jsonPointer(bad), message: UNSTORABLE });
    return parsed.data;
  };
  const params = contract.params === undefined ? {} : take('path', contract.params, request.context.req.param());
  let query: unknown = {};
  if (contract.query !== undefined) {
    const { values, whole } = request.readQuery();
    if (!whole) return problem('validation-failed', { errors: [{ in: 'query', pointer: '', message: TOO_LONG }] });
    query = take('query', contract.query, values);
  }
  let body: unknown;
  if (contract.body !== undefined) {
    const wrongType = request.contentTypeProblem(contract.body);
    if (wrongType !== undefined) return wrongType;
    if (contract.body.kind === 'stream') body = request.context.req.raw.body ?? emptyStream();
    else {
      const text = await readText(
        request.context.req.raw,
        request.header('content-length'),
        contract.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES,
        shell.platform,
      );
      if (typeof text !== 'string') return text;
      body = text;
      if (contract.body.kind === 'json') {
        const beyond = beyondBounds(text, HANDED_OVER);
        if (beyond !== undefined)
          return problem('validation-failed', { errors: [...errors, { in: 'body', pointer: '', message: beyond }] });
        const value = parseJson(text === '' && contract.body.optional === true ? '{}' : text);
        if (value === undefined) return problem('malformed-request', { detail: 'the body is not valid JSON' });
        body = take('body', contract.body.schema, value.json, mayBeUnstorable(text));
      } else if (unstorable(text) !== undefined) errors.push({ in: 'body', pointer: '', message: UNSTORABLE });
    }
  }
  if (errors.length > 0) return problem('validation-failed', { errors });

  const call = new RequestCall(request, params, query, body);
  if ('idempotent' in contract && contract.idempotent === true) return runOnce(route, call, shell);
  return route.handle(call);
}

const TOO_LONG = `has more than ${QUERY_PARAMETERS_AT_MOST} parameters or ${QUERY_CHARACTERS_AT_MOST} characters`;

function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

function parseJson(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Why the store takes nothing, where its errors tell. */
function why(error: unknown): { readonly detail?: string } {
  const trouble = storeTrouble(error);
  return trouble === undefined ? {} : { detail: TROUBLES[trouble] };
}
const TROUBLES: Readonly<Record<StoreTrouble, string>> = {
  'disk-full': 'the disk is full: it takes more once room was made',
  'disk-error': 'the disk reports errors, or has no room left',
  'read-only': 'the store is read-only',
  'no-store': 'the database file is damaged or is none',
};

/** What an error means to the caller. What is not known is a 500 that tells nothing. */
function failure(error: unknown): Problem {
  if (error instanceof Refused) return error.refusal;
  if (error instanceof StoreUnavailable)
    return problem('store-unavailable', { ...why(error), headers: { 'retry-after': String(error.retryAfterSeconds) } });
  if (error instanceof TooLarge) return problem('body-too-large', { detail: 'this is more than the store takes' });
  if (error instanceof AuthenticationUnavailable)
    return problem('authentication-unavailable', { headers: { 'retry-after': '5' } });
  return problem('internal-error');
}
