import type { LandState } from '../../contracts/domain/land-state.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { happened, raise } from '../chronicle/raise.ts';
import type { Judged } from '../delivery/judged.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { landEvents } from './event-types.ts';
import { afterWord, type LandStanding, type LandWord, UNKNOWN } from './judge.ts';

export interface LandRow {
  readonly code: string;
  readonly state: LandState;
  readonly said_ms: number;
  readonly returned_as_wrong: number;
  readonly redone: number;
  readonly version: number;
}
export const landOf = (code: string): Statement =>
  sql(
    'select l.code, l.state, l.said_ms, l.returned_as_wrong, l.redone, l.version from land_dossier l where l.code = ?1',
    code,
  );

export interface LandChange {
  readonly judgedBy: readonly Judged[];
  readonly standing: LandStanding;
  /** What `land_dossier.written_by` is where this very change took hold. */
  readonly stamp: string;
  statements(token: string): readonly Statement[];
}

/** The row whose stamp a commit depends on. */
type Only = { readonly table: 'inbound' | 'stream'; readonly row: string };

/**
 * The one way by which it changes how a dossier stands at the land system: judged by what stood, and written over that
 * version, with its line and its event.
 */
export async function landChange(
  { engine, platform }: Pick<RoomParts, 'engine' | 'platform'>,
  code: string,
  word: LandWord,
  { only, system, actor }: { readonly only: Only; readonly system: string; readonly actor: string },
): Promise<LandChange> {
  const [found] = await engine.all<LandRow>(landOf(code));
  // They may know a dossier that nobody handed over through this gateway.
  if (found === undefined) await engine.batch([begin(code, newId(platform, 't'))]);
  const [row] = found === undefined ? await engine.all<LandRow>(landOf(code)) : [found];
  const before: LandStanding =
    row === undefined
      ? UNKNOWN
      : {
          ...{ state: row.state, saidMs: row.said_ms, returnedAsWrong: row.returned_as_wrong, redone: row.redone },
        };
  const standing = afterWord(before, word);
  const version = row?.version ?? 0;
  // Its own, not the commit's: two changes of one commit are judged by one version, and the second must not pass for the first.
  const stamp = newId(platform, 't');
  const moved = standing.state !== before.state || version === 0;
  const data = { dossierCode: code, state: standing.state };
  const events = [
    ...(moved ? [happened(platform, landEvents.moved, { system, ref: code, data })] : []),
    ...(standing.returnedAsWrong > before.returnedAsWrong
      ? [happened(platform, landEvents.returnedAsWrong, { system, ref: code, data })]
      : []),
  ];
  return {
    judgedBy: [{ table: 'land_dossier', column: 'code', row: code, version }],
    standing,
    stamp,
    statements: (token) => [
      sql(
        `update land_dossier set state = ?3, said_ms = cast(?4 as bigint), returned_as_wrong = cast(?5 as bigint), redone = cast(?6 as bigint),
            version = version + 1, written_by = ?2
          where code = ?1 and version = cast(?7 as bigint) and exists (select 1 from ${only.table} g where g.id = ?8 and g.written_by = ?9)`,
        ...[code, stamp, standing.state, standing.saidMs, standing.returnedAsWrong, standing.redone],
        ...[version, only.row, token],
      ),
      ...(moved
        ? [
            journalLines(
              {
                ...{ id: `'land:' || l.code || ':' || ?2`, ref: `'land:' || l.code`, to: 'l.state', actor: '?3' },
                ...(version === 0 ? {} : { from: '?4' }),
                source: 'from land_dossier l where l.code = ?1 and l.written_by = ?2',
              },
              ...(version === 0 ? [code, stamp, actor] : [code, stamp, actor, before.state]),
            ),
          ]
        : []),
      ...(events.length === 0
        ? []
        : [raise(events, `join land_dossier l on l.code = ?3 and l.written_by = ?2`, stamp, code)]),
    ],
  };
}

/** Judged together with nobody: a row of nothing yet. */
export const begin = (code: string, token: string): Statement =>
  sql(
    `insert into land_dossier (code, state, said_ms, returned_as_wrong, redone, version, written_by) values (?1, 'sending', 0, 0, 0, 0, ?2)
     on conflict (code) do nothing`,
    code,
    token,
  );
