import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeBucket, fakeBucket } from '../../test/kit/files.ts';
import { type FileStore, FileStoreUnavailable, LONGEST_OBJECT_BYTES, newObjectKey } from './file-store.ts';
import { filesPlace } from './place.ts';
import { s3FileStore } from './s3.ts';
import { fileStoreSuite } from './suite.ts';

let bucket: FakeBucket;
beforeEach(async () => {
  bucket = await fakeBucket();
});
afterEach(() => bucket.close());

const platform = { wall: () => Date.UTC(2026, 0, 15, 1, 2, 3, 456), after: () => () => {} };
function open(url = bucket.url, given: Partial<Parameters<typeof s3FileStore>[1]> = {}): FileStore {
  const place = filesPlace(url);
  if (place.kind !== 's3') throw new Error('a bucket is wanted');
  return s3FileStore(place, { platform, fetch, ...given });
}
const key = newObjectKey((count) => crypto.getRandomValues(new Uint8Array(count)));
const SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/hn-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=da1b7505e366aab02d7f4845ef6fc390d2b649bc19bf0887f280d85d126d65d6';

fileStoreSuite('a bucket', () => open());

it('signs exactly as Signature V4 says: an example that was worked out apart', async () => {
  const headers: Headers[] = [];
  const seen: typeof fetch = async (_url, init) => {
    headers.push(new Headers(init?.headers));
    return new Response(null, { status: 200 });
  };
  await open('s3://AKIDEXAMPLE:wJalrXUtnFEMI@s3.example.vn/lienthong?region=hn-1', { fetch: seen }).put(
    '00112233445566778899aabbccddeeff',
    Uint8Array.of(1, 2, 3),
  );
  expect(headers[0]?.get('x-amz-date')).toBe('20260115T010203Z');
  expect(headers[0]?.get('authorization')).toBe(SIGNATURE);
});

it('asks by path, one request an object', async () => {
  const store = open();
  await store.put(key, Uint8Array.of(1));
  await store.get(key);
  await store.delete(key);
  expect(bucket.asked).toEqual(['PUT', 'GET', 'DELETE'].map((method) => `${method} /lienthong/${key}`));
});

it('I1: whatever is no success is said: a wrong key, a wrong region, an answer of theirs, nobody there', async () => {
  const unavailable = async (store: FileStore) => {
    await expect(store.put(key, Uint8Array.of(1))).rejects.toThrow(FileStoreUnavailable);
    await expect(store.get(key)).rejects.toThrow(FileStoreUnavailable);
    await expect(store.delete(key)).rejects.toThrow(FileStoreUnavailable);
  };
  await unavailable(open(bucket.url.replace('KEY', 'OTHER')));
  await unavailable(open(`${bucket.url}&region=elsewhere`));
  // A bucket that is not there is no proof that an object is gone.
  await unavailable(open(bucket.url.replace('/lienthong', '/another')));
  for (const status of [301, 403, 500, 503]) {
    bucket.fail = { status, body: 'words of theirs' };
    await unavailable(open());
  }
  await bucket.close();
  await unavailable(open());
});

it('reads no more than a file of ours can be, and waits no longer than it says', async () => {
  bucket.objects.set(key, Buffer.alloc(LONGEST_OBJECT_BYTES + 1));
  await expect(open().get(key)).rejects.toThrow('more than a file of ours');
  const silent: typeof fetch = (_url, init) =>
    new Promise((_resolve, reject) => {
      const stop = () => reject(new Error('aborted'));
      if (init?.signal?.aborted) stop();
      init?.signal?.addEventListener('abort', stop);
    });
  const store = open(bucket.url, {
    fetch: silent,
    platform: {
      ...platform,
      after: (_ms, run) => {
        setImmediate(run);
        return () => {};
      },
    },
  });
  await expect(store.get(key)).rejects.toThrow('did not answer');
});
