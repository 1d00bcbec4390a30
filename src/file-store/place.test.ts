import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { filesPlace, problemOfPlace } from './place.ts';

it('names a folder, relative or not', () => {
  for (const [url, path] of [
    ['file:./data/files', './data/files'],
    ['file:/srv/files', '/srv/files'],
    ['file:///srv/t%E1%BB%87p', '/srv/tệp'],
  ])
    expect(filesPlace(url ?? '')).toEqual({ kind: 'folder', path });
});

it('names a bucket by path, its region and, where it is said, plain http', () => {
  const place = filesPlace('s3://KEY:a%2Fb%3D@s3.example.vn:9000/lien-thong?region=hn-1');
  expect(place).toMatchObject({ kind: 's3', bucket: 'https://s3.example.vn:9000/lien-thong', region: 'hn-1' });
  expect(place.kind === 's3' && [place.accessKey.reveal(), place.secretKey.reveal()]).toEqual(['KEY', 'a/b=']);
  expect(filesPlace('s3://K:S@10.0.0.5:9000/lienthong/?tls=off')).toMatchObject({
    ...{ bucket: 'http://10.0.0.5:9000/lienthong', region: 'us-east-1' },
  });
});

it('I6: shows neither key nor secret', () => {
  const place = filesPlace('s3://AKIDEXAMPLE:hidden-secret@s3.example.vn/lienthong');
  expect(`${JSON.stringify(place)} ${inspect(place, { depth: 9 })}`).not.toMatch(/AKIDEXAMPLE|hidden-secret/);
});

it('says what is wrong with anything else, and nothing of what was given', () => {
  for (const url of [
    '',
    'files',
    'file:',
    'file://host/share',
    'https://s3.example.vn/lienthong',
    's3://s3.example.vn/hidden',
    's3://KEY@s3.example.vn/lienthong',
    's3://KEY:hidden@s3.example.vn',
    's3://KEY:hidden@s3.example.vn/a/b',
    's3://KEY:hidden@s3.example.vn/UPPER',
    's3://KEY:hidden@s3.example.vn/lienthong?tls=maybe',
    's3://KEY:hidden@s3.example.vn/lienthong?region=../x',
    's3://KEY:hidden@s3.example.vn/lienthong?acl=public',
    's3://KEY:hidden%ZZ@s3.example.vn/lienthong',
  ]) {
    expect(problemOfPlace(url), url).toBeTypeOf('string');
    expect(problemOfPlace(url)).not.toMatch(/hidden/);
    expect(() => filesPlace(url), url).toThrow(/^FILES_URL (?!.*hidden)/);
  }
});
