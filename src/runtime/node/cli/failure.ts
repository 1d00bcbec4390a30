import { ConfigError } from '../../../config.ts';
import { KeyringUnusable } from '../../../crypto/keyring.ts';
import { StoreUnavailable } from '../../../store/engine.ts';
import { type StoreTrouble, storeTrouble } from '../../../store/trouble.ts';
import { BackupRefused } from '../backup.ts';
import { FileInUse } from '../file-lock.ts';
import { StoreFilesRefused } from '../store-files.ts';
import { GatewayRefused, GatewayUnreachable } from './client.ts';

/** Exit statuses: what a script may decide by. */
export const FAILED = 1;
export const WRONG_USE = 2;

/** An end that a person can do something about: one line, Vietnamese first, and the exit status. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly status: number;
  constructor(vi: string, en: string, status: number = FAILED) {
    super(`${vi} (${en})`);
    this.status = status;
  }
}

/** Wrong arguments or a missing variable: exit status 2. */
export const wrongUse = (vi: string, en: string): Failure => new Failure(vi, en, WRONG_USE);

interface Explained {
  readonly text: string;
  readonly status: number;
  /** A fault of the program itself, whose place in the code matters. */
  readonly unexpected?: true;
}

/** What is said of any error, and the exit status. Only a fault of the program itself shows a stack. */
export function explain(error: unknown): Explained {
  if (error instanceof Failure) return { text: `Lỗi: ${error.message}`, status: error.status };
  if (error instanceof ConfigError)
    return {
      text: `Cấu hình chưa đúng (wrong configuration):\n${error.wrong.map(({ variable, message }) => `  ${variable}: ${message}`).join('\n')}`,
      status: WRONG_USE,
    };
  if (error instanceof GatewayRefused)
    return { text: `Cổng từ chối (the gateway refused), ${error.status}: ${error.message}`, status: FAILED };
  if (error instanceof GatewayUnreachable)
    return {
      text: `Không có cổng nào trả lời tại ${error.url}; hãy chạy \`npm start\` hoặc chỉ địa chỉ bằng --url (no gateway answers there: start it, or name its address with --url): ${error.reason}`,
      status: FAILED,
    };
  if (error instanceof FileInUse)
    return { text: `Tệp dữ liệu đang được tiến trình khác giữ (in use): ${error.message}`, status: FAILED };
  if (error instanceof BackupRefused)
    return { text: `Không thực hiện được (refused): ${error.message}`, status: FAILED };
  if (error instanceof StoreFilesRefused)
    return {
      text: `Tệp của kho không còn như khi cổng để lại, nên không khởi động (the store's files are not as they were left): ${error.message}`,
      status: FAILED,
    };
  if (error instanceof KeyringUnusable)
    return { text: `Không mở được vòng khóa (the key ring cannot be used): ${error.message}`, status: FAILED };
  const store = troubleText(error);
  if (store !== undefined) return { text: `Lỗi: ${store}`, status: FAILED };
  const file = fileError(error);
  if (file !== undefined) return { text: `Lỗi tệp (file error): ${file}`, status: FAILED };
  // A plain Error was thrown on purpose, with words for a person.
  if (error instanceof Error && error.constructor === Error) return { text: `Lỗi: ${error.message}`, status: FAILED };
  return {
    text: `Lỗi không lường trước (unexpected): ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    status: FAILED,
    unexpected: true,
  };
}

/** What keeps the store or a file of ours from being used is the machine's affair, however deep in an error it stands. */
function troubleText(error: unknown): string | undefined {
  const trouble = storeTrouble(error);
  if (trouble !== undefined) return TROUBLES[trouble];
  return error instanceof StoreUnavailable
    ? `kho dữ liệu không dùng được (the store cannot be used): ${error.message}`
    : undefined;
}

const TROUBLES: Readonly<Record<StoreTrouble, string>> = {
  'disk-full':
    'đĩa đã đầy, nên kho dữ liệu không ghi được; dọn chỗ trống rồi chạy lại (the disk is full, so the store cannot be written: make room, then start again).',
  'disk-error':
    'đĩa báo lỗi đọc ghi hoặc đã đầy; xem chỗ trống và nhật ký hệ thống (the disk reports errors or is full: look at its free space and at the system log).',
  'read-only':
    'kho dữ liệu chỉ đọc được; cho phép ghi vào tệp và thư mục của nó rồi chạy lại (the store is read-only: let this user write its file and folder, then start again).',
  'no-store':
    'tệp dữ liệu bị hỏng hoặc không phải là kho dữ liệu; dựng lại từ bản sao lưu (the database file is damaged or is none: restore a backup).',
};

/** Errors of files and sockets explain themselves: `ENOENT: no such file or directory, open 'x'`. */
function fileError(error: unknown): string | undefined {
  const { code, syscall, message } = error as { code?: unknown; syscall?: unknown; message?: unknown };
  return typeof code === 'string' && typeof syscall === 'string' && typeof message === 'string' ? message : undefined;
}
