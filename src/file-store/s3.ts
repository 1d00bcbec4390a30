import { AwsV4Signer } from 'aws4fetch';
import { type Bytes, concat } from '../crypto/bytes.ts';
import type { Platform } from '../platform.ts';
import { checkedKey, type FileStore, FileStoreUnavailable, LONGEST_OBJECT_BYTES } from './file-store.ts';
import type { FilesPlace } from './place.ts';

/** Longest wait for one object, its content included, milliseconds. */
const TIMEOUT_MS = 60_000;

/**
 * Files in a bucket that speaks S3: one request an object, by path, signed with AWS Signature V4, its content included.
 * Nothing is tried again here: whoever keeps or reads a file does.
 */
export function s3FileStore(
  place: Extract<FilesPlace, { kind: 's3' }>,
  given: { readonly platform: Pick<Platform, 'wall' | 'after'>; readonly fetch: typeof globalThis.fetch },
): FileStore {
  const { platform, fetch } = given;

  async function ask<Answer>(
    request: { readonly method: 'GET' | 'PUT' | 'DELETE'; readonly key: string; readonly body?: Bytes },
    read: (response: Response) => Promise<Answer>,
  ): Promise<Answer> {
    const { method, body } = request;
    const url = `${place.bucket}/${checkedKey(request.key)}`;
    const over = new AbortController();
    const cancel = platform.after(TIMEOUT_MS, () => over.abort());
    try {
      const { headers } = await new AwsV4Signer({
        ...{ method, url, service: 's3', region: place.region },
        accessKeyId: place.accessKey.reveal(),
        secretAccessKey: place.secretKey.reveal(),
        datetime: new Date(platform.wall()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
        headers: { 'x-amz-content-sha256': await hexDigest(body) },
      }).sign();
      const response = await fetch(url, {
        ...{ method, headers, redirect: 'manual', signal: over.signal },
        ...(body && { body }),
      });
      return await read(response);
    } catch (cause) {
      if (cause instanceof FileStoreUnavailable) throw cause;
      throw new FileStoreUnavailable(`the bucket did not answer to ${method}`, { cause });
    } finally {
      cancel();
    }
  }

  return {
    put: (key, body) => ask({ method: 'PUT', key, body }, done),
    get: (key) =>
      ask({ method: 'GET', key }, async (response) => {
        if (response.status === 200) return contentOf(response);
        if (await isMissing(response)) return undefined;
        throw refused(response);
      }),
    delete: (key) =>
      ask({ method: 'DELETE', key }, async (response) => {
        if (!(await isMissing(response))) await done(response);
      }),
  };
}

async function done(response: Response): Promise<void> {
  await response.body?.cancel();
  if (!response.ok) throw refused(response);
}

const refused = ({ status }: Response): FileStoreUnavailable =>
  new FileStoreUnavailable(`the bucket answered ${status}`);

/** A missing bucket answers 404 as well, and is no proof that an object is gone. */
async function isMissing(response: Response): Promise<boolean> {
  if (response.status !== 404) return false;
  const said = new TextDecoder().decode(await contentOf(response));
  return said.includes('<Code>NoSuchKey</Code>');
}

/** Bounded while it is read, whatever length was announced. */
async function contentOf(response: Response): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > LONGEST_OBJECT_BYTES) throw new FileStoreUnavailable('the bucket sent more than a file of ours');
    parts.push(part);
  }
  return concat(...parts);
}

async function hexDigest(body: Bytes = new Uint8Array(0)): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
