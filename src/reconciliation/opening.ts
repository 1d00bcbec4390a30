import { journalLines } from '../chronicle/journal-line.ts';
import { keptWords } from '../crypto/kept-words.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import { commandBytes, slices } from '../store/limits.ts';
import type { BreakRow } from './break-rows.ts';

/** What was open before the gateway began: as finance's books have it. */
export interface OpeningBreak extends Pick<BreakRow, 'kind' | 'side'> {
  readonly date: string;
  /** Whole đồng. */
  readonly ours: number;
  readonly theirs: number;
  readonly dossierCode?: string | undefined;
  readonly documentNumber?: string | undefined;
  readonly reason: string;
}

/** Names them among breaks: no run finds them, and none clears them. */
const OPENING = 'opening:';

export type Opening = ReturnType<typeof createOpening>;

/** Puts what was open at the start on the list, where it stays until a person settles it; the same list again adds nothing. */
export function createOpening({ engine, platform, vault }: Pick<RoomParts, 'engine' | 'platform' | 'vault'>) {
  return async (items: readonly OpeningBreak[], actor: string): Promise<{ opened: number; known: number }> => {
    const twins = new Map<string, number>();
    const texts = items.map(({ reason: _reason, ...item }) => {
      const text = JSON.stringify(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)));
      const twin = (twins.get(text) ?? 0) + 1;
      twins.set(text, twin);
      return `${twin}${text}`;
    });
    const names = await vault.digest(texts);
    const rows = await Promise.all(
      items.map(async (item, at) => {
        const id = newId(platform, 'brk');
        return {
          ...{ id, item: `${OPENING}${names[at]}`, kind: item.kind, side: item.side, day: item.date },
          ...{ ours: item.ours, theirs: item.theirs, dossier: item.dossierCode ?? null },
          why: `was open before the gateway began${item.documentNumber === undefined ? '' : `, document ${item.documentNumber}`}`,
          reason: await keptWords(vault, { column: 'reconciliation_break.reason', row: id }, item.reason),
        };
      }),
    );
    let opened = 0;
    for (const some of slices(rows, (row) => 2 * commandBytes(row), engine.limits)) {
      const token = newId(platform, 't');
      const answers = await engine.batch(open(commands(some), actor, token));
      opened += Number(answers.at(-1)?.[0]?.n ?? 0);
    }
    return { opened, known: items.length - opened };
  };
}

const open = (breaks: string, actor: string, token: string): Statement[] => [
  sql(
    `insert into reconciliation_break (id, item, kind, side, day, ours, theirs, dossier, why, candidates, state, reason, acted_by,
            first_run, last_run, opened_at, changed_at, version, written_by)
     select v.value->>'id', v.value->>'item', v.value->>'kind', v.value->>'side', v.value->>'day', cast(v.value->>'ours' as bigint),
            cast(v.value->>'theirs' as bigint), v.value->>'dossier', v.value->>'why', '[]', 'open', v.value->>'reason', ?2, '', '', {at}, {at}, 1, ?3
       from json_each(?1) v where true on conflict (item) do nothing`,
    ...[breaks, actor, token],
  ),
  journalLines(
    {
      ...{ id: `b.id || ':' || ?2`, ref: 'b.id', to: 'b.state', actor: 'b.acted_by' },
      source: `from json_each(?1) v join reconciliation_break b on b.id = v.value->>'id' and b.written_by = ?2`,
    },
    breaks,
    token,
  ),
  sql(
    `select count(*) as n from json_each(?1) v join reconciliation_break b on b.id = v.value->>'id' and b.written_by = ?2`,
    breaks,
    token,
  ),
];
