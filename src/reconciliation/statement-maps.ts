import { type StatementMap, statementMap } from '../../contracts/domain/statement-map.ts';
import { journalLine } from '../chronicle/journal-line.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { sql } from '../store/engine.ts';

interface MapRow {
  readonly source: string;
  readonly map: string;
}

export type StatementMaps = ReturnType<typeof createStatementMaps>;

/** How files of declared sources are written, as people said it. */
export function createStatementMaps({ engine, platform }: Pick<RoomParts, 'engine' | 'platform'>) {
  const mapOf = ({ map }: MapRow): StatementMap => statementMap.parse(JSON.parse(map));
  return {
    async one(source: string): Promise<StatementMap | undefined> {
      const [row] = await engine.all<MapRow>(
        sql('select m.source, m.map from statement_map m where m.source = ?1', source),
      );
      return row && mapOf(row);
    },
    async all(): Promise<readonly { readonly source: string; readonly map: StatementMap }[]> {
      const rows = await engine.all<MapRow>(sql('select m.source, m.map from statement_map m order by m.source'));
      return rows.map((row) => ({ source: row.source, map: mapOf(row) }));
    },
    async put(source: string, map: StatementMap, actor: string): Promise<void> {
      const token = newId(platform, 't');
      await engine.batch([
        sql(
          `insert into statement_map (source, map, changed_by, changed_at, written_by) values (?1, ?2, ?3, {at}, ?4)
           on conflict (source) do update set map = excluded.map, changed_by = excluded.changed_by, changed_at = excluded.changed_at,
             written_by = excluded.written_by`,
          ...[source, JSON.stringify(map), actor, token],
        ),
        journalLine({ id: `statement-map:${source}:${token}`, ref: `statement-map:${source}`, to: 'declared', actor }),
      ]);
    },
  };
}
