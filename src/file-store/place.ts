import { Secret } from '../observability/secret.ts';

/** What `FILES_URL` names. */
export type FilesPlace =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 's3';
      /** Address of the bucket, without a slash at the end. */
      readonly bucket: string;
      readonly region: string;
      readonly accessKey: Secret;
      readonly secretKey: Secret;
    };

const WRONG = 'must be file:FOLDER or s3://KEY:SECRET@HOST/BUCKET';
const BUCKET = /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/;

/** What is wrong with it, never its content; undefined where it can be used. */
export function problemOfPlace(text: string): string | undefined {
  const place = read(text);
  return typeof place === 'string' ? place : undefined;
}

/** Throws where `problemOfPlace` has something to say. */
export function filesPlace(text: string): FilesPlace {
  const place = read(text);
  if (typeof place === 'string') throw new Error(`FILES_URL ${place}`);
  return place;
}

function read(text: string): FilesPlace | string {
  if (text.startsWith('file:')) return folder(text.slice('file:'.length));
  if (!text.startsWith('s3:') || !URL.canParse(text)) return WRONG;
  const url = new URL(text);
  const bucket = BUCKET.exec(url.pathname)?.[1];
  if (url.host === '' || url.username === '' || url.password === '') return WRONG;
  if (bucket === undefined) return 'must name one bucket after the host, in small letters, digits, dots and hyphens';
  const { region = 'us-east-1', tls = 'on', ...others } = Object.fromEntries(url.searchParams);
  if (Object.keys(others).length > 0) return 'may say no more than region and tls after the question mark';
  if (!/^[a-z0-9-]+$/.test(region)) return 'names a region that cannot be one';
  if (tls !== 'on' && tls !== 'off') return 'may say tls=on or tls=off';
  const [accessKey, secretKey] = [plain(url.username), plain(url.password)];
  if (accessKey === undefined || secretKey === undefined)
    return 'has a KEY or SECRET whose % is not followed by digits';
  return {
    kind: 's3',
    bucket: `${tls === 'on' ? 'https' : 'http'}://${url.host}/${bucket}`,
    region,
    accessKey: new Secret(accessKey),
    secretKey: new Secret(secretKey),
  };
}

/** `./data/files`, `/srv/files`, or `///srv/files` as an address writes it. */
function folder(rest: string): FilesPlace | string {
  if (rest.startsWith('//') && !rest.startsWith('///')) return 'names a host; a folder is file:/srv/files';
  const path = rest.startsWith('///') ? plain(rest.slice(2)) : rest;
  return path === undefined || path === '' || path.includes('\0') ? WRONG : { kind: 'folder', path };
}

function plain(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
