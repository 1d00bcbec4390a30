import { Readable } from 'node:stream';
import { Pool } from 'undici';

/** A refusal of the gateway, in its own words. */
export class GatewayRefused extends Error {
  override readonly name = 'GatewayRefused';
  readonly status: number;
  readonly code: string;
  constructor(status: number, body: unknown) {
    const problem = (typeof body === 'object' && body !== null ? body : {}) as {
      code?: string;
      title?: string;
      detail?: string;
      errors?: { pointer: string; message: string }[];
    };
    const fields = (problem.errors ?? []).map((error) => `${error.pointer} ${error.message}`).join('; ');
    super(
      [problem.title ?? `HTTP ${status}`, problem.detail, fields]
        .filter((part) => part !== undefined && part !== '')
        .join(': '),
    );
    this.status = status;
    this.code = problem.code ?? '';
  }
}

export interface GatewayClient {
  readonly url: string;
  json<T>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: T }>;
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
  const pool = new Pool(options.url, {
    connections: options.connections ?? 4,
    headersTimeout: 120_000,
    bodyTimeout: 0,
  });
  const headers = (contentType?: string) => ({
    authorization: `Bearer ${options.key}`,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
  });
  return {
    url: options.url,
    async json<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) {
      const answer = await pool.request({
        method,
        path,
        headers: {
          ...headers(body === undefined ? undefined : 'application/json'),
          ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.body.text();
      const parsed: unknown = text === '' ? null : JSON.parse(text);
      if (answer.statusCode >= 400) throw new GatewayRefused(answer.statusCode, parsed);
      return { status: answer.statusCode, body: parsed as T };
    },
    async *stream(path, body, contentType) {
      const answer = await pool.request({
        method: 'POST',
        path,
        headers: headers(contentType),
        body: Readable.from(body, { objectMode: false }),
      });
      if (answer.statusCode >= 400) throw new GatewayRefused(answer.statusCode, await answer.body.json());
      const decoder = new TextDecoder();
      let rest = '';
      for await (const chunk of answer.body) {
        const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line !== '') yield line;
      }
      if (rest !== '') yield rest;
    },
    close: () => pool.close(),
  };
}
