import type { Principal } from '../principal.ts';
import { type Problem, problem } from './problem.ts';
import { limitHeaders } from './rate-limit.ts';
import type { AnyCall, Route } from './route.ts';
import type { AppContext, Shell } from './shell.ts';
import { requestIdOf, traceparentOf } from './trace.ts';

/** Requests a second from one address without a principal, and wrong credentials a second from one address. */
const PUBLIC_PER_SECOND = 500;
const PEER_PER_SECOND = 1_000;
const GUESSES_PER_SECOND = 20;

/** One request on its way to a handler. */
export class PendingRequest {
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
export class RequestCall implements AnyCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly principal: Principal | undefined;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  command: AnyCall['command'];
  readonly #request: PendingRequest;

  constructor(request: PendingRequest, params: unknown, query: unknown, body: unknown) {
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
