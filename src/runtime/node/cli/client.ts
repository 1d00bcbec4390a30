import { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';

/** A refusal of the gateway, in its own words. */
export class GatewayRefused extends Error {
  override readonly name = 'GatewayRefused';
  readonly status: number;
  readonly code: string;
  /** The problem document as it came. */
  readonly document: unknown;
  constructor(status: number, body: unknown) {
    const problem = (typeof body === 'object' && body !== null ? body : {}) as {
      code?: string;
      title?: string;
      detail?: string;
      errors?: { pointer: string; message: string }[];
    };
    const fields = (problem.errors ?? []).map((error) => `${error.pointer} ${error.message}`.trim()).join('; ');
    super(
      [problem.title ?? `HTTP ${status}`, problem.detail, fields]
        .filter((part) => part !== undefined && part !== '')
        .join(': '),
    );
    this.status = status;
    this.code = problem.code ?? '';
    this.document = body;
  }
}

/** Nobody answered, the answer broke off, or whoever answered is no gateway. */
export class GatewayUnreachable extends Error {
  override readonly name = 'GatewayUnreachable';
  readonly url: string;
  readonly reason: string;
  constructor(url: string, cause: unknown) {
    const { code, message } = cause as { code?: string; message?: string };
    const reason = code ?? message ?? String(cause);
    super(`no gateway answers at ${url}: ${reason}`, { cause });
    this.url = url;
    this.reason = reason;
  }
}

export interface GatewayClient {
  readonly url: string;
  json<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: T; readonly etag: string | null }>;
  /** Posts a text such as a CSV file. */
  text<T>(path: string, text: string, contentType: string): Promise<T>;
  /** Posts a file as its bytes come. */
  upload<T>(path: string, file: AsyncIterable<Uint8Array>): Promise<T>;
  /** A file of the gateway's, as it is. */
  bytes(path: string): Promise<Uint8Array>;
  /** Every item of a list, page by page. */
  items<T>(path: string): AsyncGenerator<T>;
  /** Streams a body up and lines down. */
  stream(path: string, body: AsyncIterable<Uint8Array>, contentType: string): AsyncGenerator<string>;
  close(): Promise<void>;
}

/** Speaks the public contract with a running gateway, as any client would. */
export function gatewayClient(options: {
  readonly url: string;
  readonly key: string;
  readonly connections?: number;
}): GatewayClient {
  const { origin, pathname } = new URL(options.url);
  const base = pathname.replace(/\/+$/, '');
  const pool = new Pool(origin, {
    connections: options.connections ?? 4,
    headersTimeout: 120_000,
    bodyTimeout: 0,
  });
  const unreachable = (cause: unknown): GatewayUnreachable => new GatewayUnreachable(options.url, cause);

  async function request(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: string | Readable | null,
    contentType: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Dispatcher.ResponseData> {
    return pool
      .request({
        method,
        path: `${base}${path}`,
        headers: {
          authorization: `Bearer ${options.key}`,
          ...(body === null ? {} : { 'content-type': contentType }),
          ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
          ...headers,
        },
        body,
      })
      .catch((cause: unknown) => {
        throw unreachable(cause);
      });
  }
  async function read(answer: Dispatcher.ResponseData): Promise<unknown> {
    const text = await answer.body.text().catch((cause: unknown) => {
      throw unreachable(cause);
    });
    let parsed: unknown = null;
    try {
      parsed = text === '' ? null : JSON.parse(text);
    } catch {
      if (answer.statusCode < 400) throw unreachable(new Error('the answer is not that of a gateway'));
    }
    if (answer.statusCode >= 400) throw new GatewayRefused(answer.statusCode, parsed);
    return parsed;
  }
  const json: GatewayClient['json'] = async <T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const text = body === undefined ? null : JSON.stringify(body);
    const answer = await request(method, path, text, 'application/json', headers);
    const { etag } = answer.headers;
    return { status: answer.statusCode, body: (await read(answer)) as T, etag: typeof etag === 'string' ? etag : null };
  };

  return {
    url: options.url,
    json,
    text: async <T>(path: string, text: string, contentType: string) =>
      (await read(await request('POST', path, text, contentType))) as T,
    upload: async <T>(path: string, file: AsyncIterable<Uint8Array>) => {
      const body = Readable.from(file, { objectMode: false });
      return (await read(await request('POST', path, body, 'application/octet-stream'))) as T;
    },
    bytes: async (path) => {
      const answer = await request('GET', path, null, '');
      if (answer.statusCode >= 400) await read(answer);
      return new Uint8Array(await answer.body.arrayBuffer());
    },
    async *items<T>(path: string) {
      const first = `${path}${path.includes('?') ? '&' : '?'}limit=200`;
      for (let cursor: string | null = ''; cursor !== null; ) {
        const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const { body }: { body: { items: T[]; nextCursor: string | null } } = await json('GET', first + more);
        yield* body.items;
        cursor = body.nextCursor;
      }
    },
    async *stream(path, body, contentType) {
      const answer = await request('POST', path, Readable.from(body, { objectMode: false }), contentType);
      if (answer.statusCode >= 400) await read(answer);
      const decoder = new TextDecoder();
      let rest = '';
      try {
        for await (const chunk of answer.body) {
          const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) if (line !== '') yield line;
        }
      } catch (cause) {
        throw unreachable(cause);
      }
      if (rest !== '') yield rest;
    },
    close: () => pool.destroy(),
  };
}
