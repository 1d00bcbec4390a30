import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { number } from '../output.ts';
import { bad, type Finding, ok } from './finding.ts';

const GIB = 1024 ** 3;
/** Below this the store is close to refusing what it is sent. */
const LEAST_FREE_BYTES = GIB;

export const nodeVersion = (): Finding => ok('node', `Node ${process.versions.node}`);

/** Whether the store can be made and written where it is to stand, and for how long. */
export function dataFolder(
  databaseFile: string,
  freeBytes: (folder: string) => number = freeBytesOf,
): readonly Finding[] {
  const folder = dirname(databaseFile);
  try {
    mkdirSync(folder, { recursive: true });
    const probe = join(folder, `.doctor-${process.pid}`);
    writeFileSync(probe, 'x', { mode: 0o600 });
    rmSync(probe);
    if (existsSync(databaseFile)) accessSync(databaseFile, constants.R_OK | constants.W_OK);
  } catch (error) {
    return [
      bad(
        'data-folder',
        `${folder} không ghi được (cannot be written): ${(error as { code?: string }).code ?? String(error)}`,
        'cấp quyền ghi cho người dùng chạy cổng, hoặc đổi DATABASE_URL (give write permission to the user that runs the gateway, or change DATABASE_URL)',
      ),
    ];
  }
  const free = freeBytes(folder);
  const text = `còn trống (free) ${number(Math.round((free / GIB) * 10) / 10)} GiB`;
  return [
    ok('data-folder', `${folder} ghi được (can be written)`),
    free < LEAST_FREE_BYTES
      ? bad(
          'disk',
          text,
          'giải phóng ít nhất 1 GiB; khi đĩa đầy cổng trả 503 và không nhận thêm (free at least 1 GiB: on a full disk the gateway answers 503 and takes nothing)',
        )
      : ok('disk', text),
  ];
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
