import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: object;
}
interface Content {
  readonly [mediaType: string]: { readonly schema?: object };
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content; readonly headers?: object }>>;
  readonly security?: readonly object[];
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Call {
  readonly params?: Readonly<Record<string, string>>;
  /** A list travels as the same name again and again. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The request is sent though the document forbids it; the answer is held to the document all the same. */
  readonly wrong?: true;
}
export interface Answered<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
export interface Problem {
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly pointer: string; readonly in: string }[];
}

/** What the gateway does and its own document says otherwise. */
export class ContractBroken extends Error {
  override readonly name = 'ContractBroken';
}

const ID = 'https://contract.invalid/openapi.json';
const METHODS = new Set(['get', 'put', 'post', 'patch', 'delete']);
const pointer = (...parts: readonly string[]): string =>
  `${ID}#${parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;

/**
 * A client that knows nothing but `/openapi.json`: it builds each request as the document says and holds each answer to
 * the document. A status, media type or body that is not written there is `ContractBroken`.
 */
export class ContractClient {
  /** Operations called so far. */
  readonly called = new Set<string>();
  readonly #url: string;
  readonly #key: string;
  readonly #operations = new Map<string, { method: string; path: string; operation: Operation }>();
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  readonly #validators = new Map<string, ValidateFunction>();

  /** The same gateway as another holder of a key sees it. */
  as(key: string): Promise<ContractClient> {
    return ContractClient.read(this.#url, key);
  }

  static async read(url: string, key: string): Promise<ContractClient> {
    const answer = await fetch(`${url}/openapi.json`);
    if (answer.status !== 200) throw new ContractBroken(`/openapi.json answered ${answer.status}`);
    return new ContractClient(url, key, (await answer.json()) as Document);
  }

  constructor(url: string, key: string, document: Document) {
    this.#url = url;
    this.#key = key;
    formats.default(this.#ajv);
    this.#ajv.addSchema(document, ID);
    for (const [path, item] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(item))
        if (METHODS.has(method)) this.#operations.set(operation.operationId, { method, path, operation });
  }

  get operations(): readonly string[] {
    return [...this.#operations.keys()].sort();
  }

  async call<Body>(operationId: string, call: Call = {}): Promise<Answered<Body>> {
    const found = this.#operations.get(operationId);
    if (found === undefined) throw new ContractBroken(`the document has no operation ${operationId}`);
    this.called.add(operationId);
    const { method, path, operation } = found;
    const where = ['paths', path, method];
    if (!call.wrong) this.#checkRequest(found, call);
    const target = new URL(
      path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(call.params?.[name] ?? '')),
      this.#url,
    );
    for (const [name, value] of Object.entries(call.query ?? {}))
      for (const each of [value].flat()) target.searchParams.append(name, each);
    const [mediaType] = Object.keys(operation.requestBody?.content ?? {});
    const answer = await fetch(target, {
      method: method.toUpperCase(),
      headers: {
        ...(operation.security?.length === 0 ? {} : { authorization: `Bearer ${this.#key}` }),
        ...(call.body === undefined || mediaType === undefined
          ? {}
          : { 'content-type': mediaType === '*/*' ? 'application/json' : mediaType }),
        ...call.headers,
      },
      ...(call.body === undefined
        ? {}
        : { body: typeof call.body === 'string' ? call.body : JSON.stringify(call.body) }),
    });
    const text = await answer.text();
    const wanted = operation.responses[String(answer.status)] === undefined ? 'default' : String(answer.status);
    const response = operation.responses[wanted];
    if (response === undefined)
      throw new ContractBroken(`${operationId} answered ${answer.status}, which it does not declare: ${text}`);
    const given = answer.headers.get('content-type')?.split(';')[0] ?? '';
    const declared = Object.keys(response.content ?? {});
    const media = declared.find((type) => type.split(';')[0] === given) ?? declared.find((type) => type === '*/*');
    if (declared.length > 0 && media === undefined)
      throw new ContractBroken(`${operationId} ${answer.status}: ${given || 'no type'} instead of ${declared.join()}`);
    if (media === undefined) return { status: answer.status, headers: answer.headers, body: text as Body };
    const at = [...where, 'responses', wanted, 'content', media, 'schema'];
    if (given === 'application/x-ndjson') return { status: answer.status, headers: answer.headers, body: text as Body };
    const body = given.endsWith('json') ? JSON.parse(text) : text;
    if (response.content?.[media]?.schema !== undefined && given.endsWith('json'))
      this.#check(`${operationId} ${answer.status}`, body, at);
    return { status: answer.status, headers: answer.headers, body };
  }

  #checkRequest({ method, path, operation }: { method: string; path: string; operation: Operation }, call: Call): void {
    const { operationId, parameters = [], requestBody } = operation;
    const given: Record<Parameter['in'], Readonly<Record<string, string | readonly string[]>>> = {
      path: call.params ?? {},
      query: call.query ?? {},
      header: call.headers ?? {},
    };
    for (const [index, parameter] of parameters.entries()) {
      const value = Object.entries(given[parameter.in]).find(
        ([name]) => name.toLowerCase() === parameter.name.toLowerCase(),
      )?.[1];
      if (value === undefined && (parameter.required || parameter.in === 'path'))
        throw new ContractBroken(`${operationId} needs the ${parameter.in} parameter ${parameter.name}`);
      if (value !== undefined) {
        const number = Number(value);
        const at = ['paths', path, method, 'parameters', String(index), 'schema'];
        // In a URL everything is text: it may be meant as a number.
        if (Number.isNaN(number) || !this.#validator(at)(number))
          this.#check(`${operationId} ${parameter.name}`, value, at);
      }
    }
    const declared = (where: Parameter['in'], name: string): boolean =>
      parameters.some((each) => each.in === where && each.name === name);
    for (const where of ['path', 'query'] as const)
      for (const name of Object.keys(given[where]))
        if (!declared(where, name)) throw new ContractBroken(`${operationId} declares no ${where} parameter ${name}`);
    if (requestBody?.required && call.body === undefined) throw new ContractBroken(`${operationId} needs a body`);
    const [mediaType = ''] = Object.keys(requestBody?.content ?? {});
    if (call.body !== undefined && mediaType === 'application/json')
      this.#check(`the body of ${operationId}`, call.body, [
        'paths',
        path,
        method,
        'requestBody',
        'content',
        mediaType,
        'schema',
      ]);
  }

  #validator(at: readonly string[]): ValidateFunction {
    const ref = pointer(...at);
    const known = this.#validators.get(ref);
    if (known !== undefined) return known;
    const compiled = this.#ajv.compile({ $ref: ref });
    this.#validators.set(ref, compiled);
    return compiled;
  }

  #check(what: string, value: unknown, at: readonly string[]): void {
    const validate = this.#validator(at);
    if (!validate(value))
      throw new ContractBroken(
        `${what} is not as the document says: ${this.#ajv.errorsText(validate.errors)}\n${JSON.stringify(value, undefined, 1)?.slice(0, 2_000)}`,
      );
  }
}

/**
 * The ways through the contract that a room brings in its `routes.walk.ts`, by what they show: each is a test on the
 * running gateway. Operations that nobody walks are an error of `test/end-to-end/contract.test.ts`.
 */
export type Walk = Readonly<Record<string, (at: Walker) => Promise<void>>>;
export interface Walker {
  readonly client: ContractClient;
  call<Body>(...args: Parameters<ContractClient['call']>): Promise<Answered<Body>>;
  /** A fresh idempotency key, as headers. */
  once(): { readonly 'idempotency-key': string };
}
