import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bytes } from '../../src/crypto/bytes.ts';
import { checkedKey, type FileStore, FileStoreUnavailable } from '../../src/file-store/file-store.ts';

/** A place for files in memory, which a test may look into, alter and put out of reach. */
export function memoryFiles(): FileStore & { readonly objects: Map<string, Bytes>; away: boolean } {
  const objects = new Map<string, Bytes>();
  const there = (key: string): string => {
    if (files.away) throw new FileStoreUnavailable('put out of reach by the test');
    return checkedKey(key);
  };
  const files = {
    objects,
    away: false,
    put: async (key: string, bytes: Bytes) => void objects.set(there(key), bytes),
    get: async (key: string) => objects.get(there(key)),
    delete: async (key: string) => void objects.delete(there(key)),
  };
  return files;
}

export interface FakeBucket {
  /** As `FILES_URL` names it. */
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  /** Every request, as `METHOD path`. */
  readonly asked: string[];
  /** Answers this from now on, whatever is asked. */
  fail: { readonly status: number; readonly body?: string } | undefined;
  close(): Promise<void>;
}

const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([a-z0-9-]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$/;

/** A bucket on loopback. It takes only what is signed as Signature V4 writes it, by its key, of now, and whose content is as signed. */
export async function fakeBucket({ region = 'us-east-1', key = 'KEY' } = {}): Promise<FakeBucket> {
  const objects = new Map<string, Buffer>();
  const bucket: FakeBucket = {
    ...{ url: '', objects, asked: [], fail: undefined },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const { method = '', url: path = '' } = request;
    bucket.asked.push(`${method} ${path}`);
    const answer = (status: number, content: string | Buffer = ''): void => {
      response.writeHead(status).end(content);
    };
    if (bucket.fail !== undefined) return answer(bucket.fail.status, bucket.fail.body);
    const [, by, day, where, names = ''] = SIGNED.exec(request.headers.authorization ?? '') ?? [];
    const date = String(request.headers['x-amz-date']);
    const signed = ['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => names.split(';').includes(name));
    if (by !== key || where !== region || !signed || !/^\d{8}T\d{6}Z$/.test(date) || day !== date.slice(0, 8))
      return answer(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>');
    if (request.headers['x-amz-content-sha256'] !== createHash('sha256').update(body).digest('hex'))
      return answer(400, '<Error><Code>XAmzContentSHA256Mismatch</Code></Error>');
    const name = /^\/lienthong\/([^/?]+)$/.exec(path)?.[1];
    if (name === undefined) return answer(404, '<Error><Code>NoSuchBucket</Code></Error>');
    if (method === 'PUT') objects.set(name, body);
    if (method === 'DELETE') objects.delete(name);
    if (method !== 'GET') return answer(method === 'PUT' ? 200 : 204);
    const object = objects.get(name);
    return object === undefined ? answer(404, '<Error><Code>NoSuchKey</Code></Error>') : answer(200, object);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(bucket, { url: `s3://${key}:a%2Fsecret@127.0.0.1:${port}/lienthong?tls=off` });
}
