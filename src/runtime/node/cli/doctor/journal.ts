import type { AnchorEntry } from '../../../../journal/anchor.ts';
import { fileAnchor } from '../../anchor-file.ts';
import type { UpkeepNote } from '../../upkeep-file.ts';
import { number } from '../output.ts';
import type { ReadOnlyStore } from '../read-only-store.ts';
import { bad, type Finding, none, ok } from './finding.ts';

/**
 * Whether the journal still reaches what was anchored outside: its newest seal alone, and that is what it says.
 * `lienthong journal verify` looks at every seal and line.
 */
export async function journalHead(store: ReadOnlyStore, anchorFile: string): Promise<Finding> {
  const anchored = await fileAnchor(anchorFile).last();
  const [head] = store.rows('select n, last, root from seal order by n desc limit 1');
  const n = Number(head?.n ?? 0);
  const verify =
    'chạy `lienthong journal verify` và báo người phụ trách an toàn (run `lienthong journal verify` and tell whoever answers for security)';
  if (anchored === undefined)
    return n === 0
      ? none('journal', 'chưa có niêm phong (nothing sealed yet)')
      : bad(
          'journal',
          `có ${number(n)} niêm phong mà không có mỏ neo; máy chủ ghi khi khởi động (seals, but no anchors; a server writes them at its start): ${anchorFile}`,
          verify,
        );
  if (anchored.n > n)
    return bad(
      'journal',
      `mỏ neo biết niêm phong ${anchored.n}, kho chỉ có đến ${n}: phần cuối đã mất (the anchors know of seal ${anchored.n}, the store ends at ${n}: its tail is gone)`,
      verify,
    );
  if (!(await isHeld(store, anchored)))
    return bad('journal', `niêm phong ${anchored.n} khác với mỏ neo (is not the one that was anchored)`, verify);
  return ok(
    'journal',
    `niêm phong mới nhất ${number(n)} khớp mỏ neo; từng dòng thì chưa xem, hãy chạy \`lienthong journal verify\` (the newest seal is as anchored; the lines were not looked at: \`lienthong journal verify\` does)`,
  );
}

/** Once a week somebody looks at every line. */
const VERIFIED_WITHIN_MS = 7 * 86_400_000;

/** How long ago every line was looked at, or that it never was. */
export function journalVerified(store: ReadOnlyStore, noted: UpkeepNote | undefined, now: number): Finding {
  const [head] = store.rows('select n from seal order by n desc limit 1');
  const n = Number(head?.n ?? 0);
  const [line] = store.rows('select 1 as one from journal limit 1');
  if (line === undefined) return none('journal-verified', 'chưa có dòng nào (no line yet)');
  const verify = 'chạy `lienthong journal verify`, mỗi tuần ít nhất một lần (run it, once a week at least)';
  // What is noted is of another store, or of what a restore took away.
  if (noted === undefined || noted.seal > n)
    return bad('journal-verified', 'nhật ký chưa từng được kiểm tra từng dòng (the lines were never verified)', verify);
  const days = Math.floor((now - noted.at) / 86_400_000);
  const found = `từng dòng đã kiểm tra lúc (every line was verified at) ${new Date(noted.at).toISOString()}, ${number(days)} ngày trước (days ago)`;
  return now - noted.at > VERIFIED_WITHIN_MS ? bad('journal-verified', found, verify) : ok('journal-verified', found);
}

async function isHeld(store: ReadOnlyStore, anchored: AnchorEntry): Promise<boolean> {
  if (anchored.kind !== 'head') return true;
  const [row] = await store.scan<{ root: string; signature: string }>({
    sql: 'select root, signature from seal where n = ?1',
    params: [anchored.n],
  });
  return row?.root === anchored.root && row.signature === anchored.signature;
}
