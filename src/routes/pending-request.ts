import { networkOf } from '../addresses.ts';
import type { Principal } from '../principal.ts';
import { type Problem, problem } from './problem.ts';
import { type ReadQuery, readQuery } from './query.ts';
import { type LimitKind, limitHeaders } from './rate-limit.ts';
import type { AnyCall, Route } from './route.ts';
import type { AppContext, Shell } from './shell.ts';
import { requestIdOf, traceparentOf } from './trace.ts';

/** Requests a second from one network (an IPv4 address, 64 bits of IPv6) without a principal. */
const PUBLIC_PER_SECOND = 500;
const PEER_PER_SECOND = 1_000;
/** Without a credential where one is needed, or of no route. */
const UNKNOWN_PER_SECOND = 100;
/** Credentials that do not hold. */
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
  admit({ scope, unlimited }: Route['contract']): Problem | undefined | Promise<Problem | undefined> {
    if (scope === 'public')
      return unlimited === undefined ? this.#limit('public', this.#network, PUBLIC_PER_SECOND) : undefined;
    if (scope === 'peer') return this.#limit('peer', this.#network, PEER_PER_SECOND);
    const credential = /^Bearer +([\w.~+/=-]+) *$/i.exec(this.header('authorization') ?? '')?.[1];
    if (credential === undefined)
      return (
        this.admitUnknown() ??
        problem('unauthenticated', {
          detail: 'send a key as Authorization: Bearer KEY',
          headers: { 'www-authenticate': 'Bearer realm="lienthong"' },
        })
      );
    const known = this.#shell.authenticator.remembered(credential);
    return known === undefined ? this.#ask(credential, scope) : this.#permit(known, scope);
  }

  /** Whether a request that names nobody and nothing is answered at all. */
  admitUnknown(): Problem | undefined {
    return this.#limit('unknown', this.#network, UNKNOWN_PER_SECOND);
  }

  get #network(): string {
    return networkOf(this.remoteAddress);
  }

  #limit(kind: LimitKind, who: string, rate: number): Problem | undefined {
    const wait = this.#shell.limiter.take(kind, who, rate);
    return wait > 0 ? problem('rate-limited', { headers: limitHeaders(wait, rate) }) : undefined;
  }

  /**
   * A guess is paid for before it is judged and given back where it was right, so that no number of them at once is
   * judged for nothing. Beyond the rate a credential still has its turn, a few at a time: whoever holds a good one is
   * let in whatever others guess beside them, and a wrong one is told to wait.
   */
  async #ask(credential: string, scope: Route['contract']['scope']): Promise<Problem | undefined> {
    const { limiter, authenticator } = this.#shell;
    const network = this.#network;
    const proven = authenticator.heldBefore(credential);
    const refused = proven ? undefined : this.#limit('guess', network, GUESSES_PER_SECOND);
    const principal = await authenticator.principalOf(credential, refused !== undefined);
    if (principal !== undefined) {
      if (!proven && refused === undefined) limiter.giveBack('guess', network, GUESSES_PER_SECOND);
      return this.#permit(principal, scope);
    }
    if (refused !== undefined) return refused;
    return problem('unauthenticated', {
      detail: 'the key is unknown, expired or revoked',
      headers: { 'www-authenticate': 'Bearer realm="lienthong", error="invalid_token"' },
    });
  }

  #permit(principal: Principal, scope: Route['contract']['scope']): Problem | undefined {
    this.principal = principal;
    const refused = this.#limit('principal', principal.id, principal.ratePerSecond);
    if (refused !== undefined) return refused;
    if (principal.test && !this.#shell.simulators) return problem('test-key-refused');
    if (scope === 'public' || scope === 'peer' || principal.scopes.has(scope)) return undefined;
    return problem('forbidden', { detail: `the scope ${scope} is needed`, more: { scope } });
  }

  readQuery(): ReadQuery {
    return readQuery(this.context.req.raw.url);
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
  readQuery(): ReadQuery {
    return this.#request.readQuery();
  }
  headers(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#request.context.req.raw.headers);
  }
}
