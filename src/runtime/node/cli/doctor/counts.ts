import { type Miscount, miscounted } from '../../../../delivery/counting.ts';
import { misplaced } from '../../../../delivery/standing.ts';
import type { ReadOnlyStore } from '../read-only-store.ts';
import { bad, type Finding, ok } from './finding.ts';

const ONLY_SHOWN =
  'chỉ số liệu hiển thị sai, không mất gì; hãy báo lỗi này (only what is shown is wrong and nothing is lost; please report it)';

/** Whether what is kept of how many exchanges stand where, and of how each stream does, is what looking at them tells. */
export async function counts(store: ReadOnlyStore): Promise<Finding> {
  const wrong = await store.scan<Miscount>(miscounted());
  const [first] = wrong;
  if (first === undefined) return standings(store);
  const where = [first.system, first.operation, first.standing, first.cause].filter((word) => word !== '').join(' ');
  return bad(
    'counts',
    `${wrong.length} số sai; ${where}: giữ ${first.kept}, đếm ${first.counted} (${wrong.length} are wrong: kept, and counted)`,
    ONLY_SHOWN,
  );
}

async function standings(store: ReadOnlyStore): Promise<Finding> {
  const [wrong] = await store.scan<{ id: string; standing: string | null; stands: string | null }>(misplaced());
  if (wrong === undefined) return ok('counts', 'đúng như đếm lại (as counted anew)');
  return bad(
    'counts',
    `${wrong.id}: ${wrong.standing}, phải là ${wrong.stands} (and stands ${wrong.stands})`,
    ONLY_SHOWN,
  );
}
