import { existsSync } from 'node:fs';
import { migrations, PROGRAM_VERSION } from '../../../../store/migrations/migrate.ts';
import { declaredBy } from '../../../declared.ts';
import { rooms } from '../../../rooms.ts';
import { FileInUse, lockFile } from '../../file-lock.ts';
import { number } from '../output.ts';
import type { ReadOnlyStore } from '../read-only-store.ts';
import { bad, type Finding, none, ok } from './finding.ts';

/** Schema and soundness of the store's file. */
export function storeFile(store: ReadOnlyStore): readonly Finding[] {
  const hasSchema = store.rows("select 1 as one from sqlite_master where name = 'migration'").length > 0;
  if (!hasSchema)
    return [
      bad(
        'store',
        'tệp không phải kho của lienthong (the file is no store of lienthong)',
        'kiểm tra DATABASE_URL (check DATABASE_URL)',
      ),
    ];
  const [damage] = store.rows('pragma quick_check(1)');
  if (damage?.quick_check !== 'ok')
    return [
      bad(
        'store',
        `kho bị hỏng (the store is damaged): ${String(damage?.quick_check)}`,
        'dừng cổng, giữ nguyên tệp, dựng lại từ bản sao: lienthong restore --from … (stop the gateway, keep the file, restore a backup)',
      ),
    ];
  const [row] = store.rows('select count(*) as dossiers from dossier');
  const dossiers = `${number(Number(row?.dossiers))} hồ sơ (dossiers)`;
  const known = new Set([...migrations, ...declaredBy(rooms).migrations].map((migration) => migration.number));
  const applied = store.rows('select number, oldest_program from migration');
  // Migrations expand first: an older program may run on a newer schema until one of them says otherwise.
  const needed = applied.find(
    (each) =>
      !known.has(Number(each.number)) &&
      String(each.oldest_program).localeCompare(PROGRAM_VERSION, 'en', { numeric: true }) > 0,
  );
  if (needed !== undefined)
    return [
      bad(
        'store',
        `lược đồ ${needed.number} cần chương trình từ bản ${needed.oldest_program} (the schema needs a program of that version), đây là ${PROGRAM_VERSION}`,
        'dùng bản lienthong mới hơn (use a newer lienthong)',
      ),
    ];
  const has = new Set(applied.map((each) => Number(each.number)));
  const missing = [...known].filter((each) => !has.has(each)).length;
  const schema = `${known.size - missing} / ${known.size}`;
  return [
    ok(
      'store',
      missing > 0
        ? `nguyên vẹn, ${dossiers}; lược đồ ${schema}, sẽ được nâng lên khi chạy (sound; its schema is raised at the next start)`
        : `nguyên vẹn, ${dossiers}, lược đồ (sound, schema) ${schema}`,
    ),
  ];
}

/** Who holds the store: a server that answers, nobody, or somebody who does not answer. */
export function storeLock(databaseFile: string, serverAnswers: boolean): Finding {
  if (!existsSync(databaseFile)) return none('lock', 'chưa có kho (no store yet)');
  try {
    lockFile(databaseFile).release();
  } catch (error) {
    if (!(error instanceof FileInUse)) throw error;
    return serverAnswers
      ? ok('lock', 'máy chủ đang giữ kho (the running server holds the store)')
      : bad(
          'lock',
          'một tiến trình giữ kho nhưng không có máy chủ nào trả lời (a process holds the store, but no server answers)',
          'tìm tiến trình đó, hoặc chỉ đúng địa chỉ bằng --url, PUBLIC_URL hay PORT (find that process, or name the right address with --url, PUBLIC_URL or PORT)',
        );
  }
  return serverAnswers
    ? bad(
        'lock',
        'máy chủ đang trả lời không dùng kho này (the server that answers does not hold this store)',
        'kiểm tra DATABASE_URL và --url có cùng chỉ một cổng không (check that DATABASE_URL and --url mean the same gateway)',
      )
    : ok('lock', 'không bị giữ; có thể khởi động (free; a server can start)');
}
