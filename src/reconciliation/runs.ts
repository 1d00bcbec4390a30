import type { RunAbout } from '../../contracts/domain/reconciliation.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { keptWords } from '../crypto/kept-words.ts';
import { PORTAL } from '../dossiers/statements.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import type { CommandRun } from '../routes/route.ts';
import { sql } from '../store/engine.ts';
import { LOOKUP } from './dossiers/check-run.ts';
import { lockGate } from './gate.ts';
import {
  DAY_OPEN,
  healAll,
  insertRun,
  moveRun,
  type RunRow,
  runById,
  runsBefore,
  type TieRow,
  tiesOfDay,
} from './run-rows.ts';

export interface RunAsked {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly about: RunAbout;
}

export type Runs = ReturnType<typeof createRuns>;

/** Runs as they are asked for and seen. `wake`: one is to be carried out. */
export function createRuns(
  { engine, platform, systems, vault }: Pick<RoomParts, 'engine' | 'platform' | 'systems' | 'vault'>,
  wake: (about: RunAbout) => void,
) {
  const one = async (id: string): Promise<RunRow | undefined> => (await engine.all<RunRow>(runById(id)))[0];
  const canLookUp = (): boolean => systems.query(PORTAL, LOOKUP) !== undefined;
  return {
    one,
    canLookUp,
    /** In Vietnam. */
    today: (): string => vietnamTime(platform.wall()).slice(0, 10),
    /** One more than `limit`, where there is one. */
    list: (
      before: string | undefined,
      of: { readonly date?: string | undefined; readonly about?: RunAbout | undefined },
      limit: number,
    ) => engine.all<RunRow>(runsBefore(before ?? null, of.date ?? null, of.about ?? null, limit + 1)),
    /** What agrees on a day, by whole groups; of one rule, where it is given. */
    ties: (day: string, rule: string | undefined, after: string | undefined, groups: number) =>
      engine.scan<TieRow>(tiesOfDay(day, rule ?? null, after ?? '', groups)),
    /** Whether a day is closed, or its month or quarter locked. */
    async isClosed(day: string): Promise<boolean> {
      return (await engine.all(sql(`select 1 as open where ${DAY_OPEN('?1')}`, day))).length === 0;
    },
    /** Whether a run of the day was asked for by this hand before. */
    async wasAsked({ date, about }: RunAsked, by: string): Promise<boolean> {
      const found = await engine.all(
        sql(
          'select r.id from reconciliation_run r where r.day = ?1 and r.about = ?2 and r.asked_by = ?3 limit 1',
          ...[date, about, by],
        ),
      );
      return found.length > 0;
    },
    async ask(
      { date, about }: RunAsked,
      actor: string,
      command?: Pick<CommandRun, 'resource' | 'remember'>,
    ): Promise<RunRow | 'day-closed' | 'not-configured'> {
      if (about === 'dossiers' && !canLookUp()) return 'not-configured';
      const before = command?.resource === undefined ? undefined : await one(command.resource);
      if (before !== undefined) return before;
      const id = newId(platform, 'run');
      const token = newId(platform, 't');
      await engine.batch([
        lockGate('days'),
        insertRun({ id, day: date, about }, actor, token),
        journalLines(
          {
            ...{ id: `r.id || ':' || ?2`, ref: 'r.id', to: `'running'`, actor: 'r.asked_by' },
            source: 'from reconciliation_run r where r.id = ?1 and r.written_by = ?2',
          },
          id,
          token,
        ),
        ...(command === undefined
          ? []
          : [command.remember(id, { table: 'reconciliation_run', column: 'id', row: id, token })]),
      ]);
      wake(about);
      const made = await one(id);
      return made ?? 'day-closed';
    },
    /** Sends again whatever a run about dossiers found and left; or the state that does not allow it. */
    async heal(id: string, reason: string, actor: string): Promise<RunRow | string | undefined> {
      const run = await one(id);
      if (run === undefined) return undefined;
      const token = newId(platform, 't');
      const source = 'from reconciliation_run r where r.id = ?1 and r.written_by = ?2';
      const said = `reason: ${await keptWords(vault, { column: 'journal.to_state' }, reason)}`;
      const answers = await engine.batch([
        healAll(id, token),
        journalLines(
          { ...{ id: `r.id || ':' || ?2`, ref: 'r.id', from: '?3', to: 'r.state', actor: '?4' }, source },
          ...[id, token, run.state, actor],
        ),
        journalLines(
          { ...{ id: `r.id || ':' || ?2 || ':said'`, ref: 'r.id', to: '?3', actor: '?4' }, source },
          ...[id, token, said, actor],
        ),
        sql(`select r.id ${source}`, id, token),
      ]);
      if (answers.at(-1)?.length === 0) return run.about === 'dossiers' ? run.state : 'about money';
      wake(run.about);
      return one(id);
    },
    /** The run, or the state that does not allow it. */
    async move(id: string, act: 'stop' | 'resume', actor: string): Promise<RunRow | string | undefined> {
      const run = await one(id);
      if (run === undefined) return undefined;
      const [from, to] =
        act === 'stop' ? ([['running'], 'stopped'] as const) : ([['stopped', 'failed'], 'running'] as const);
      const token = newId(platform, 't');
      const answers = await engine.batch([
        lockGate('days'),
        moveRun(id, from, to, null, token),
        journalLines(
          {
            ...{ id: `r.id || ':' || ?2`, ref: 'r.id', from: '?3', to: 'r.state', actor: '?4' },
            source: 'from reconciliation_run r where r.id = ?1 and r.written_by = ?2',
          },
          ...[id, token, run.state, actor],
        ),
        sql('select r.id from reconciliation_run r where r.id = ?1 and r.written_by = ?2', id, token),
      ]);
      const after = await one(id);
      if (answers.at(-1)?.length === 0) return after?.state;
      wake(run.about);
      return after;
    },
  };
}
