import type { Context } from 'hono';
import type { z } from 'zod';
import type { FieldError } from '../../contracts/v1/problem.ts';
import { AuthenticationUnavailable, type Authenticator } from '../access/authenticator.ts';
import type { Principal } from '../access/roles.ts';
import { errorFacts, type Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Platform } from '../platform.ts';
import { StoreUnavailable } from '../store/engine.ts';
import { DEFAULT_BODY_LIMIT_BYTES, readText } from './body.ts';
import { checkAnswer } from './check-answer.ts';
import { runOnce } from './command.ts';
import type { Idempotency } from './idempotency.ts';
import { isProblem, type Problem, problem, Refused } from './problem.ts';
import { limitHeaders, type RateLimiter } from './rate-limit.ts';
import { respond, statusOf } from './respond.ts';
import type { AnyAnswer, AnyCall, Route } from './route.ts';
import { requestIdOf, traceparentOf } from './trace.ts';
import { fieldErrors } from './validate.ts';

/** What every route stands on. */
export interface Shell {
  readonly platform: Platform;
  readonly authenticator: Authenticator;
  readonly idempotency: Idempotency;
  readonly limiter: RateLimiter;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly nextRequestId: () => string;
  /** Every configured system is a simulator: test keys work. */
  readonly simulators: boolean;
  /** In tests: an answer outside its contract is a 500. */
  readonly checkAnswers: boolean;
}

/** What the runtime tells of a request beside itself. */
export interface AppEnv {
  /** The client's address after trusted proxies. */
  readonly remoteAddress?: string;
  /** A request header by its lower-case name, where the runtime has a quicker way than `Headers`. */
  header?(name: string): string | undefined;
}
export type AppContext = Context<{ Bindings: AppEnv }>;

/** Requests a second from one address without a principal, and wrong credentials a second from one address. */
const PUBLIC_PER_SECOND = 500;
const PEER_PER_SECOND = 1_000;
const GUESSES_PER_SECOND = 20;

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
    const began = platform.now();
    const request = new Incoming(context, shell);
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
    const durationMs = platform.now() - began;
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

async function handle(route: Route, shell: Shell, request: Incoming): Promise<AnyAnswer> {
  const { contract } = route;
  const refused = request.admit(contract.scope);
  const no = refused instanceof Promise ? await refused : refused;
  if (no !== undefined) return no;

  const errors: FieldError[] = [];
  const take = (part: FieldError['in'], schema: z.ZodType, value: unknown): unknown => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) errors.push(...fieldErrors(parsed.error, part));
    return parsed.data;
  };
  const params = contract.params === undefined ? {} : take('path', contract.params, request.context.req.param());
  const query = contract.query === undefined ? {} : take('query', contract.query, request.query());
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
        const value = parseJson(text === '' && contract.body.optional === true ? '{}' : text);
        if (value === undefined) return problem('malformed-request', { detail: 'the body is not valid JSON' });
        body = take('body', contract.body.schema, value.json);
      }
    }
  }
  if (errors.length > 0) return problem('validation-failed', { errors });

  const call = new RequestCall(request, params, query, body);
  if ('idempotent' in contract && contract.idempotent === true) return runOnce(route, call, shell);
  return route.handle(call);
}

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

/** What an error means to the caller. What is not known is a 500 that tells nothing. */
function failure(error: unknown): Problem {
  if (error instanceof Refused) return error.refusal;
  if (error instanceof StoreUnavailable)
    return problem('store-unavailable', { headers: { 'retry-after': String(error.retryAfterSeconds) } });
  if (error instanceof AuthenticationUnavailable)
    return problem('authentication-unavailable', { headers: { 'retry-after': '5' } });
  return problem('internal-error');
}

/** One request on its way to a handler. */
class Incoming {
  readonly context: AppContext;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  principal: Principal | undefined;
  readonly #shell: Shell;

  constructor(context: AppContext, shell: Shell) {
    this.context = context;
    this.#shell = shell;
    this.requestId = requestIdOf(this.header('x-request-id'), shell.nextRequestId);
    this.traceparent = traceparentOf(this.header('traceparent'));
  }

  get remoteAddress(): string {
    return this.context.env?.remoteAddress ?? '';
  }

  header(name: string): string | undefined {
    const { env } = this.context;
    return env?.header === undefined ? (this.context.req.raw.headers.get(name) ?? undefined) : env.header(name);
  }

  /** Who asks and whether they may; undefined lets the request pass. At once when the credential is remembered. */
  admit(scope: Route['contract']['scope']): Problem | undefined | Promise<Problem | undefined> {
    const { limiter, authenticator } = this.#shell;
    if (scope === 'public' || scope === 'peer') {
      const rate = scope === 'public' ? PUBLIC_PER_SECOND : PEER_PER_SECOND;
      const wait = limiter.take(`${scope} ${this.remoteAddress}`, rate);
      return wait > 0 ? problem('rate-limited', { headers: limitHeaders(wait, rate) }) : undefined;
    }
    const credential = /^Bearer +([\w.~+/=-]+) *$/i.exec(this.header('authorization') ?? '')?.[1];
    if (credential === undefined)
      return problem('unauthenticated', {
        detail: 'send a key as Authorization: Bearer KEY',
        headers: { 'www-authenticate': 'Bearer realm="lienthong"' },
      });
    const known = authenticator.remembered(credential);
    return known === undefined ? this.#ask(credential, scope) : this.#permit(known, scope);
  }

  async #ask(credential: string, scope: Route['contract']['scope']): Promise<Problem | undefined> {
    const { limiter, authenticator } = this.#shell;
    const guesses = `guesses ${this.remoteAddress}`;
    const wait = limiter.waitOf(guesses, GUESSES_PER_SECOND);
    if (wait > 0) return problem('rate-limited', { headers: limitHeaders(wait, GUESSES_PER_SECOND) });
    const principal = await authenticator.principalOf(credential);
    if (principal !== undefined) return this.#permit(principal, scope);
    limiter.take(guesses, GUESSES_PER_SECOND);
    return problem('unauthenticated', {
      detail: 'the key is unknown, expired or revoked',
      headers: { 'www-authenticate': 'Bearer realm="lienthong", error="invalid_token"' },
    });
  }

  #permit(principal: Principal, scope: Route['contract']['scope']): Problem | undefined {
    this.principal = principal;
    const wait = this.#shell.limiter.take(principal.id, principal.ratePerSecond);
    if (wait > 0) return problem('rate-limited', { headers: limitHeaders(wait, principal.ratePerSecond) });
    if (principal.test && !this.#shell.simulators) return problem('test-key-refused');
    if (scope === 'public' || scope === 'peer' || principal.scopes.has(scope)) return undefined;
    return problem('forbidden', { detail: `the scope ${scope} is needed`, more: { scope } });
  }

  /** A single value as text, a repeated one as an array. */
  query(): Record<string, string | string[]> {
    const { url } = this.context.req.raw;
    const start = url.indexOf('?');
    const values: Record<string, string | string[]> = Object.create(null);
    if (start < 0) return values;
    for (const [name, value] of new URLSearchParams(url.slice(start))) {
      const held = values[name];
      values[name] = held === undefined ? value : Array.isArray(held) ? [...held, value] : [held, value];
    }
    return values;
  }

  contentTypeProblem(body: NonNullable<Route['contract']['body']>): Problem | undefined {
    const encoding = this.header('content-encoding');
    if (encoding !== undefined && encoding !== 'identity')
      return problem('unsupported-media-type', { detail: 'send the body without content-encoding' });
    const expected =
      body.kind === 'json' ? ['application/json'] : body.kind === 'stream' ? [body.contentType] : body.contentTypes;
    const given = this.header('content-type');
    if (given === undefined || expected.length === 0 || expected[0] === '*/*' || expected.includes(given))
      return undefined;
    const essence = given.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (expected.includes(essence) || (body.kind === 'json' && /^application\/[\w.-]+\+json$/.test(essence)))
      return undefined;
    return problem('unsupported-media-type', { detail: `expected ${expected.join(' or ')}` });
  }
}

/** The one object that a handler gets. The signal is made when it is asked for: few handlers need it. */
class RequestCall implements AnyCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly principal: Principal | undefined;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  command: AnyCall['command'];
  readonly #request: Incoming;

  constructor(request: Incoming, params: unknown, query: unknown, body: unknown) {
    this.#request = request;
    this.params = params;
    this.query = query;
    this.body = body;
    this.principal = request.principal;
    this.requestId = request.requestId;
    this.traceparent = request.traceparent;
    this.command = undefined;
  }

  get signal(): AbortSignal {
    return this.#request.context.req.raw.signal;
  }
  get remoteAddress(): string {
    return this.#request.remoteAddress;
  }
  header(name: string): string | undefined {
    return this.#request.header(name);
  }
  headers(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#request.context.req.raw.headers);
  }
}
