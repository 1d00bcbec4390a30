import { accessSync, constants, existsSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { storeTrouble } from '../../../../store/trouble.ts';
import { number } from '../output.ts';
import { bad, type Finding, ok } from './finding.ts';

const GIB = 1024 ** 3;
/** Below this the store is close to refusing what it is sent. */
const LEAST_FREE_BYTES = GIB;
/** Less than one commit may take. */
const FULL_BELOW_BYTES = 64 * 1024;

export const nodeVersion = (): Finding => ok('node', `Node ${process.versions.node}`);

/** Whether the store can be made and written where it is to stand, and for how long. */
export function dataFolder(
  databaseFile: string,
  freeBytes: (folder: string) => number = freeBytesOf,
): readonly Finding[] {
  const folder = dirname(databaseFile);
  const there = nearest(folder);
  try {
    if (there === folder) probe(folder);
    else if (statSync(there).isDirectory()) accessSync(there, constants.W_OK | constants.X_OK);
    else throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    if (existsSync(databaseFile)) accessSync(databaseFile, constants.R_OK | constants.W_OK);
  } catch (error) {
    if (storeTrouble(error) === 'disk-full') return [full(`${folder}: ${(error as { code?: string }).code}`)];
    return [
      bad(
        'data-folder',
        `${folder} không ghi được (cannot be written): ${(error as { code?: string }).code ?? String(error)}`,
        'cấp quyền ghi cho người dùng chạy cổng, hoặc đổi DATABASE_URL (give write permission to the user that runs the gateway, or change DATABASE_URL)',
      ),
    ];
  }
  const free = freeBytes(there);
  if (free < FULL_BELOW_BYTES) return [full(`${folder}: còn (left) ${number(free)} byte`)];
  const text = `còn trống (free) ${number(Math.round((free / GIB) * 10) / 10)} GiB`;
  return [
    ok(
      'data-folder',
      there === folder
        ? `${folder} ghi được (can be written)`
        : `${folder} sẽ được tạo khi chạy lần đầu (made at the first start)`,
    ),
    free < LEAST_FREE_BYTES
      ? bad(
          'disk',
          text,
          'giải phóng ít nhất 1 GiB; khi đĩa đầy cổng trả 503 và không nhận thêm (free at least 1 GiB: on a full disk the gateway answers 503 and takes nothing)',
        )
      : ok('disk', text),
  ];
}

const full = (where: string): Finding =>
  bad(
    'disk',
    `đĩa đã đầy (the disk is full): ${where}`,
    'dọn chỗ trống; cổng trả 503 và không nhận gì cho đến lúc đó (make room: until then the gateway answers 503 and takes nothing)',
  );

/** Leaves nothing behind. A file that is only made may need no room, so a block is written. */
function probe(folder: string): void {
  const path = join(folder, `.doctor-${process.pid}`);
  try {
    writeFileSync(path, 'x'.repeat(8_192), { mode: 0o600 });
  } finally {
    rmSync(path, { force: true });
  }
}

/** The folder itself, or the one nearest to it that is there: nothing is made. */
function nearest(folder: string): string {
  const above = dirname(folder);
  return existsSync(folder) || above === folder ? folder : nearest(above);
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
