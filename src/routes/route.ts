import type { z } from 'zod';
import type { ProblemCode } from '../../contracts/v1/problem.ts';
import type { ActKey, HeldAct } from '../delivery/acts/act-key.ts';
import type { Principal, Scope } from '../principal.ts';
import type { Statement } from '../store/engine.ts';
import type { Problem } from './problem.ts';
import type { ReadQuery } from './query.ts';

/**
 * The one way to make a route: contract and handler together. What the contract says is enforced and documented by the
 * same words, before the handler runs: credentials, scope, rate, body size, every field, the idempotency key.
 */
export function route<const C extends Contract, const A extends Answer<C>>(
  contract: C,
  handler: (call: Call<NoInfer<C>>) => Promise<A> | A,
): Route {
  if (
    'idempotent' in contract &&
    contract.idempotent === true &&
    (contract.scope === 'public' || contract.scope === 'peer')
  )
    throw new Error(`${contract.operationId}: an idempotency key belongs to a principal`);
  return { contract, handle: handler as unknown as Route['handle'] };
}

export interface Route {
  readonly contract: Contract;
  handle(call: AnyCall): Promise<AnyAnswer> | AnyAnswer;
}

// ---------------------------------------------------------------------------------------------------------------
// The contract

interface CommonContract {
  /** `/v1/things/{id}`, as OpenAPI writes it. */
  readonly path: `/${string}`;
  /** camelCase, unique: names the operation in generated clients, metrics and stored idempotency keys. */
  readonly operationId: string;
  /** What the principal needs; `public` asks for nothing; `peer` means that the handler verifies the sender. */
  readonly scope: Scope | 'public' | 'peer';
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly [string, ...string[]];
  readonly params?: z.ZodObject;
  /** A strict object, so that a misspelt parameter is heard. A repeated parameter arrives as an array. */
  readonly query?: z.ZodObject;
  readonly body?: RequestBody;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /** The problems of its own that the handler may answer with. Those of the mechanism are added by it. */
  readonly problems?: readonly ProblemCode[];
  /** Bytes of a buffered body; 1 MiB unless told. A stream has no limit here. */
  readonly bodyLimitBytes?: number;
  /** Top-level members of the answer that are shown once: they are stored and repeated as null. */
  readonly secretFields?: readonly string[];
  /** Why a public route is answered however often it is asked: its answer costs no more than a refusal. */
  readonly unlimited?: string;
  /** Left out of the OpenAPI document (assets). */
  readonly hidden?: true;
}

/** A POST says whether it takes an `Idempotency-Key`, and if not, why not. */
export type Contract = CommonContract &
  (
    | { readonly method: 'post'; readonly idempotent: true | { readonly exempt: string } }
    | { readonly method: 'get' | 'put' | 'patch' | 'delete' }
  );

export interface JsonBody<Schema extends z.ZodType = z.ZodType> {
  readonly kind: 'json';
  readonly schema: Schema;
  /** No body at all counts as `{}`. */
  readonly optional?: true;
}
export interface TextBody {
  readonly kind: 'text';
  /** Accepted content types; empty accepts any. */
  readonly contentTypes: readonly string[];
}
export interface StreamBody {
  readonly kind: 'stream';
  readonly contentType: string;
  readonly line?: z.ZodType;
}
export type RequestBody = JsonBody | TextBody | StreamBody;

/** A JSON body, buffered, bounded and parsed by the schema. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema): JsonBody<Schema> => ({ kind: 'json', schema });
/** The same, and may be left out: then it is `{}`. */
export const optionalJsonBody = <Schema extends z.ZodType>(schema: Schema): JsonBody<Schema> => ({
  ...jsonBody(schema),
  optional: true,
});
/** Raw text, buffered and bounded: for callbacks in somebody else's format. */
export const textBody = (...contentTypes: string[]): TextBody => ({ kind: 'text', contentTypes });
/** Not buffered: the handler reads the stream. `line` documents one line of NDJSON. */
export const streamBody = (contentType: string, line?: z.ZodType): StreamBody =>
  line === undefined ? { kind: 'stream', contentType } : { kind: 'stream', contentType, line };

export interface JsonResponse<Schema extends z.ZodType = z.ZodType> {
  readonly kind: 'json';
  readonly description: string;
  readonly schema: Schema;
}
export interface TextResponse {
  readonly kind: 'text';
  readonly description: string;
  readonly contentType: string;
}
export interface StreamResponse {
  readonly kind: 'stream';
  readonly description: string;
  readonly contentType: string;
  readonly line?: z.ZodType;
}
export interface EmptyResponse {
  readonly kind: 'empty';
  readonly description: string;
}
export type ResponseSpec = JsonResponse | TextResponse | StreamResponse | EmptyResponse;

export const json = <Schema extends z.ZodType>(schema: Schema, description: string): JsonResponse<Schema> => ({
  kind: 'json',
  description,
  schema,
});
export const text = (contentType: string, description: string): TextResponse => ({
  kind: 'text',
  description,
  contentType,
});
export const stream = (contentType: string, description: string, line?: z.ZodType): StreamResponse =>
  line === undefined
    ? { kind: 'stream', description, contentType }
    : { kind: 'stream', description, contentType, line };
export const empty = (description: string): EmptyResponse => ({ kind: 'empty', description });

// ---------------------------------------------------------------------------------------------------------------
// What a handler gets

/** Everything a handler knows of the request, in one object. */
export interface Call<C extends Contract = Contract> {
  readonly params: C extends { readonly params: infer P extends z.ZodType }
    ? z.output<P>
    : Readonly<Record<never, never>>;
  readonly query: C extends { readonly query: infer Q extends z.ZodType }
    ? z.output<Q>
    : Readonly<Record<never, never>>;
  readonly body: C extends { readonly body: infer B } ? BodyOf<B> : undefined;
  readonly principal: C extends { readonly scope: 'public' | 'peer' } ? undefined : Principal;
  readonly requestId: string;
  /** W3C trace context of the caller, when it sent a valid one. */
  readonly traceparent: string | undefined;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** The client's address after trusted proxies. */
  readonly remoteAddress: string;
  /** A request header by its lower-case name. */
  header(name: string): string | undefined;
  /** The query where the contract names none: read only when somebody asks for it, and bounded. */
  readQuery(): ReadQuery;
  /** All request headers, lower-case names. */
  headers(): Readonly<Record<string, string>>;
  readonly command: C extends { readonly idempotent: true } ? CommandRun : undefined;
}

type BodyOf<B> =
  B extends JsonBody<infer Schema>
    ? z.output<Schema>
    : B extends TextBody
      ? string
      : B extends StreamBody
        ? ReadableStream<Uint8Array>
        : undefined;

/** A row that carries the token of its batch: what selects on it changes nothing where the batch's guard did not hold. */
export interface Stamped {
  readonly table: string;
  readonly column: string;
  readonly row: string;
  readonly token: string;
}

/** The run of a command under its idempotency key. */
export interface CommandRun {
  /**
   * What an earlier run under this key made before it was lost: answer about it instead of making another.
   * Undefined on a first run.
   */
  readonly resource: string | undefined;
  /**
   * For the batch that makes the resource: with it the key remembers what was made in the same commit, so that a
   * process that dies between commit and answer leads to no second one. `only`: where that row was written by this batch,
   * needed wherever the batch's guard may refuse, or the key would remember what another request made.
   */
  remember(resource: string, only?: Stamped): Statement;
  /** For a route that begins an act: its key, and the act that was begun under it already. */
  readonly act: { readonly key: ActKey; readonly held: HeldAct | undefined };
}

interface AnswerHeaders {
  readonly headers?: Readonly<Record<string, string>> | undefined;
}
/** A value that is only looked at: rooms may hand out readonly data. */
type Seen<Value> = Value extends readonly (infer Item)[]
  ? readonly Seen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Seen<Value[Key]> }
    : Value;
type AnswerOf<Status, Spec> =
  Spec extends JsonResponse<infer Schema>
    ? { readonly status: Status; readonly body: Seen<z.input<Schema>> } & AnswerHeaders
    : Spec extends TextResponse
      ? { readonly status: Status; readonly text: string | Uint8Array<ArrayBuffer> } & AnswerHeaders
      : Spec extends StreamResponse
        ? { readonly status: Status; readonly stream: ReadableStream<Uint8Array> } & AnswerHeaders
        : { readonly status: Status } & AnswerHeaders;

type StatusOf<Key> = Key extends number ? Key : Key extends `${infer Status extends number}` ? Status : never;

type ProblemsOf<C extends Contract> = C extends { readonly problems: readonly (infer Code extends ProblemCode)[] }
  ? Problem<Code>
  : never;

/** One of the answers that the contract lists, or one of its problems. */
export type Answer<C extends Contract> =
  | { [Status in keyof C['responses']]: AnswerOf<StatusOf<Status>, C['responses'][Status]> }[keyof C['responses']]
  | ProblemsOf<C>;

/** An answer when its contract is no longer known. */
export type AnyAnswer =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly text?: string | Uint8Array<ArrayBuffer>;
      readonly stream?: ReadableStream<Uint8Array>;
      readonly headers?: Readonly<Record<string, string>> | undefined;
    }
  | Problem;

export interface AnyCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly principal: Principal | undefined;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly signal: AbortSignal;
  readonly remoteAddress: string;
  header(name: string): string | undefined;
  readQuery(): ReadQuery;
  headers(): Readonly<Record<string, string>>;
  readonly command: CommandRun | undefined;
}
