import { newId, type Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import type { RetentionPeriods } from './periods.ts';
import * as statements from './statements.ts';
import type { Subjects } from './subjects.ts';

/** Erases by age. */
export interface Retention {
  /**
   * Says of everything until when it is kept, then erases what is past that and not held; how many. Each is a line of
   * the journal. Stopped in the middle, the next time goes on.
   */
  sweep(stopping?: AbortSignal): Promise<number>;
}

const DAY_MS = 86_400_000;
const ROWS_A_BATCH = 500;
/** A bound for one time, so that a first period does not keep the store busy with years at once. */
const BATCHES_A_SWEEP = 100;
/** The dossiers are gone through from the beginning now and then: a clock that was set back may have hidden a change. */
const ROUND_MS = 30 * DAY_MS;
const BEGINNING = { changedAt: -1, code: '' };

export function createRetention(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly subjects: Pick<Subjects, 'eraseDue'>;
  readonly periods: RetentionPeriods;
}): Retention {
  const { engine, platform, subjects, periods } = parts;
  const wanted = JSON.stringify(periods);

  /** Other periods than last time: what was said under those no longer holds, and is forgotten before it is acted on. */
  async function adopt(before: string, stopping?: AbortSignal): Promise<void> {
    if (before === wanted) return;
    while (((await engine.batch([statements.forgetAges(ROWS_A_BATCH)]))[0] ?? []).length > 0)
      if (stopping?.aborted) return;
    await engine.batch([
      statements.remember('place', JSON.stringify(BEGINNING)),
      statements.remember('round', '0'),
      statements.remember('periods', wanted),
      statements.notePeriods(newId(platform, 't'), wanted),
    ]);
  }

  async function followDossiers(
    keptMs: number,
    from: statements.Place,
    roundAt: number,
    stopping?: AbortSignal,
  ): Promise<void> {
    let place = from;
    if (platform.steady() - roundAt > ROUND_MS) {
      place = BEGINNING;
      await engine.batch([
        statements.remember('place', JSON.stringify(place)),
        statements.remember('round', String(platform.steady())),
      ]);
    }
    while (!stopping?.aborted) {
      const rows = await engine.scan<{ code: string; changed_at: number }>(
        statements.changedAfter(place, ROWS_A_BATCH),
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      place = { changedAt: last.changed_at, code: last.code };
      await engine.batch([
        ...statements.ageDossiers(
          rows.map(({ code }) => code),
          keptMs,
          engine.limits,
        ),
        statements.remember('place', JSON.stringify(place)),
      ]);
    }
  }

  async function followOthers(
    kind: 'inbound' | 'call',
    days: number | undefined,
    stopping?: AbortSignal,
  ): Promise<void> {
    if (days === undefined) return;
    while (((await engine.batch([statements.ageOthers(kind, days * DAY_MS, ROWS_A_BATCH)]))[0] ?? []).length > 0)
      if (stopping?.aborted) return;
  }

  return {
    async sweep(stopping) {
      const read = async () =>
        new Map(
          (await engine.all<{ key: string; value: string }>(statements.remembered)).map((row) => [row.key, row.value]),
        );
      await adopt((await read()).get('retention.periods') ?? '{}', stopping);
      if (stopping?.aborted) return 0;
      const now = await read();
      if (periods.dossierDays !== undefined)
        await followDossiers(
          periods.dossierDays * DAY_MS,
          JSON.parse(now.get('retention.place') ?? JSON.stringify(BEGINNING)) as statements.Place,
          Number(now.get('retention.round') ?? 0),
          stopping,
        );
      await followOthers('inbound', periods.inboundDays, stopping);
      await followOthers('call', periods.callDays, stopping);
      let erased = 0;
      for (let batch = 0; batch < BATCHES_A_SWEEP && !stopping?.aborted; batch++) {
        const count = await subjects.eraseDue(ROWS_A_BATCH, 'retention');
        erased += count;
        if (count < ROWS_A_BATCH) break;
      }
      return erased;
    },
  };
}
