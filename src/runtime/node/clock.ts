import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { stepped } from '../../clock/stepped.ts';
import { restsMoved } from '../../delivery/rests.ts';
import type { Log } from '../../observability/log.ts';
import * as peerSessions from '../../peer-sessions/statements.ts';
import { lastIdMs, noIdBefore, type Platform } from '../../platform.ts';
import { type ClockStep, type SteadyClock, steadyClock } from '../../store/clock.ts';
import { type ClockRow, readClock, saveClock } from '../../store/clock-statements.ts';
import { type Engine, sql } from '../../store/engine.ts';
import { moveLeases } from '../../store/lease.ts';

const LOOK_MS = 1_000;

/** This machine's time, for one store. */
export function nodeClock(): SteadyClock {
  return steadyClock({
    wall: () => Date.now(),
    elapsed: () => performance.now(),
    uptime: () => uptime() * 1_000,
    boot: bootId(),
  });
}

/** Names this run of the machine where Linux tells it. */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || null;
  } catch {
    return null;
  }
}

/** A store's clock while a process serves it: saved every second. */
export interface KeptClock {
  /** Told every step of the wall, those that were seen before it listened too. */
  listen(told: (step: ClockStep) => void): void;
  /** Saves it a last time. */
  stop(): Promise<void>;
}

/**
 * Brings the clock to where the store's was left, before the schema is raised, so that nothing of that is of another time;
 * `keep`, once it is: what rests is moved on, steps of the wall are written down, and the clock is saved from now on.
 */
export async function resumeClock(
  engine: Engine,
  clock: SteadyClock,
): Promise<{ keep(platform: Platform): Promise<KeptClock> }> {
  const [table] = await engine.all(sql(`select name from sqlite_master where type = 'table' and name = 'clock'`));
  const [saved] = table === undefined ? [] : await engine.all<ClockRow>(readClock());
  const { gapMs, savedMs, step } = clock.resume(saved, saved === undefined ? await newestOf(engine) : 0);
  return {
    async keep(platform) {
      if (saved !== undefined) noIdBefore(platform, saved.last_id + LOOK_MS * 2);
      await engine.batch([
        saveClock(clock.state(), lastIdMs(platform)),
        ...(gapMs > 0
          ? [...restsMoved(savedMs, gapMs), peerSessions.restsMoved(gapMs), moveLeases(savedMs, gapMs)]
          : []),
        ...(step === undefined ? [] : stepped(platform, step)),
      ]);
      return keepSaving(engine, clock, platform, step);
    },
  };
}

/** The latest steady time that a store of before knows of; its wall may have been set back since. */
async function newestOf(engine: Engine): Promise<number> {
  const [lanes] = await engine.all(sql(`select name from sqlite_master where type = 'table' and name = 'lane'`));
  if (lanes === undefined) return 0;
  const [newest] = await engine.all<{ ms: number | null }>(sql('select max(refilled_at) as ms from lane'));
  return newest?.ms ?? 0;
}

function keepSaving(engine: Engine, clock: SteadyClock, platform: Platform, first: ClockStep | undefined): KeptClock {
  let told: ((step: ClockStep) => void) | undefined;
  /** Seen before anybody listened. */
  const early = first === undefined ? [] : [first];
  /** Seen, and not on disk yet. */
  let unwritten: ClockStep | undefined;
  async function look(): Promise<void> {
    const step = clock.look();
    if (step !== undefined) {
      if (told === undefined) early.push(step);
      else told(step);
      unwritten = { ...step, byMs: step.byMs + (unwritten?.byMs ?? 0) };
    }
    const writing = unwritten;
    await engine.batch([
      saveClock(clock.state(), lastIdMs(platform)),
      ...(writing === undefined ? [] : stepped(platform, writing)),
    ]);
    unwritten = undefined;
  }
  // That the store takes nothing is seen and told by others; it is saved as soon as it does.
  const tryTo = (): Promise<void> => look().catch(() => undefined);
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(tryTo);
  }, LOOK_MS).unref();
  return {
    listen(to) {
      told = to;
      for (const step of early.splice(0)) to(step);
    },
    async stop() {
      clearInterval(timer);
      await looking;
      await tryTo();
    },
  };
}

/** For whoever listens: a step in the log. */
export function logStep({ byMs, seen, certain }: ClockStep, log: Pick<Log, 'warn'>): void {
  const seconds = Math.round(byMs / 1_000);
  log.warn(
    certain
      ? 'the clock of this machine was set; what lasts goes on unchanged'
      : 'this machine was away for more than a day, or its clock was set: look which',
    { reason: `${seconds > 0 ? '+' : ''}${seconds} s, seen ${seen === 'start' ? 'at the start' : 'while running'}` },
  );
}
