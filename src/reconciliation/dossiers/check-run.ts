import type { DossierStatus } from '../../../contracts/domain/status.ts';
import { VIETNAM_OFFSET_MS, vietnamTime } from '../../../contracts/domain/time.ts';
import { journalLine } from '../../chronicle/journal-line.ts';
import { lockJudged } from '../../delivery/judged.ts';
import type { QueryAnswer } from '../../delivery/sending/query.ts';
import { showAgain } from '../../dossiers/payable.ts';
import { PORTAL } from '../../dossiers/statements.ts';
import { newId } from '../../platform.ts';
import type { RoomParts } from '../../room.ts';
import { commands } from '../../store/engine.ts';
import { RunStopped } from '../run.ts';
import { aliveRun, listItems, type RunRow } from '../run-rows.ts';
import { type BreakToWrite, writeBreaks } from '../write-breaks.ts';
import * as rows from './check-rows.ts';
import { isOnItsWay, type Judged, judge, onItsWay, type Shown } from './verdict.ts';

export const LOOKUP = 'lookup-dossier';
/** Dossiers whose answers share a commit. */
const PAGE = 40;
const TURNS_AT_ONCE = 2_000;
const HEALED_AT_ONCE = 100;
/** Questions under way at once: people who wait for an answer of the portal come first. */
const AT_ONCE = 2;
/** Of what the portal allows to be asked, this part is taken. */
const SHARE_OF_RATE = 0.5;
/** While nothing can be asked, how long to wait before the next try, at most. */
const LONGEST_WAIT_MS = 60_000;
/** While one answer after the other is waited for, life is shown so often. */
const BEAT_MS = 20_000;
/** So many are sent again whatever their share; above that, only up to this share of what was compared. */
const HEALED_FREELY = 20;
const HEALED_SHARE = 0.05;
const HEALED_MOST = 500;
const DAY_MS = 86_400_000;
/** Clocks that are set back a little, and commits under way, hide nothing. */
const OVERLAP_MS = 3_600_000;

/** What a run about dossiers came to; `notHealed`: left alone because so many would have been sent. */
export interface DossierCounts {
  readonly checked: number;
  readonly agree: number;
  readonly underWay: number;
  readonly unclear: number;
  readonly unanswered: number;
  readonly healed: number;
  readonly notHealed: number;
}

export type CheckParts = Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'queries' | 'systems' | 'wake'>;

export interface CheckOptions {
  /** In how many days every dossier has had its turn. */
  readonly days: number;
  readonly mine: () => Promise<boolean>;
  readonly stopping: AbortSignal;
}

class PortalNotConfigured extends Error {
  override readonly name = 'PortalNotConfigured';
}

/**
 * Holds dossiers against what the portal shows of them: what is in doubt, then what changed on the day (the newest first),
 * then those whose turn it is, so that all have had theirs within some days. Every dossier that was looked at is put down
 * as that, so that a run which was stopped goes on where it was. At the end it sends again what the portal lost.
 */
export async function checkDossiers(parts: CheckParts, run: RunRow, options: CheckOptions): Promise<void> {
  const { engine, platform } = parts;
  const goOn = async (): Promise<void> => {
    if (options.stopping.aborted || !(await options.mine())) throw new RunStopped();
    const answers = await engine.batch(aliveRun(run.id, newId(platform, 't')));
    if (answers.at(-1)?.length === 0) throw new RunStopped();
  };
  const asker = createAsker(parts, options.stopping, goOn);
  const check = async (codes: readonly string[]): Promise<void> => {
    await checkSome(parts, run, codes, asker);
    await goOn();
  };

  await goOn();
  if (run.heals === 'all') {
    await heal(parts, run, asker, goOn);
    return end(parts, run, 0);
  }
  const held = await giveTurns(parts, goOn);
  for (let after = ''; ; ) {
    const page = await engine.scan<{ code: string }>(rows.inDoubt(run.id, after, PAGE));
    const last = page.at(-1);
    if (last === undefined) break;
    await check(page.map(({ code }) => code));
    after = last.code;
  }
  const from = Date.parse(`${run.day}T00:00:00Z`) - VIETNAM_OFFSET_MS;
  for (let before: rows.Changed = { code: '', changed_at: from + DAY_MS }; ; ) {
    const page = await engine.scan<rows.Changed>(rows.changedWithin(run.id, { from, to: from + DAY_MS }, before, PAGE));
    const last = page.at(-1);
    if (last === undefined) break;
    await check(page.map(({ code }) => code));
    before = { code: last.code, changed_at: Number(last.changed_at) };
  }
  for (let left = Math.ceil(held / options.days); left > 0; ) {
    const page = await engine.scan<{ code: string }>(rows.nextInTurn(run.id, Math.min(left, PAGE)));
    if (page.length === 0) break;
    await check(page.map(({ code }) => code));
    left -= page.length;
  }

  const notHealed = await heal(parts, run, asker, goOn);
  await end(parts, run, notHealed);
}

/** Every dossier gets a turn; answers how many there are. */
async function giveTurns({ engine, platform }: CheckParts, goOn: () => Promise<void>): Promise<number> {
  const [last] = await engine.all<{ at: number | null }>(rows.lastEnded());
  const walk = async (from: number): Promise<void> => {
    for (let after: rows.Changed = { changed_at: from, code: '' }; ; ) {
      const page = await engine.scan<rows.Changed>(rows.changedFrom(after, TURNS_AT_ONCE));
      const end = page.at(-1);
      if (end === undefined) return;
      await engine.batch([rows.giveTurns(page, newId(platform, 't'))]);
      await goOn();
      after = { code: end.code, changed_at: Number(end.changed_at) };
    }
  };
  const count = async () => (await engine.scan<{ held: number; known: number }>(rows.stock()))[0];
  await walk(last?.at == null ? 0 : Math.max(0, Number(last.at) - OVERLAP_MS));
  const now = await count();
  // A clock that was set back by more than that can have hidden some: then all are walked.
  if (now !== undefined && Number(now.held) > Number(now.known) && last?.at != null) await walk(0);
  return Number(now?.held ?? 0);
}

type Ask = (code: string) => Promise<Shown>;

/** Asks one after the other, no faster than a part of what the portal allows, and waits while nothing can be asked. */
function createAsker(
  { queries, systems, platform }: CheckParts,
  stopping: AbortSignal,
  goOn: () => Promise<void>,
): Ask {
  const rate = systems.get(PORTAL)?.lanes?.query.ratePerSecond ?? 1;
  const apartMs = 1_000 / (rate * SHARE_OF_RATE);
  let next = platform.steady();
  let beat = platform.steady();
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (stopping.aborted || ms <= 0) return resolve();
      const done = (): void => {
        cancel();
        stopping.removeEventListener('abort', done);
        resolve();
      };
      const cancel = platform.after(ms, done);
      stopping.addEventListener('abort', done);
    });
  return async (code) => {
    for (;;) {
      const now = platform.steady();
      const at = Math.max(now, next);
      next = at + apartMs;
      await pause(at - now);
      if (stopping.aborted) throw new RunStopped();
      if (platform.steady() - beat > BEAT_MS) {
        beat = platform.steady();
        await goOn();
      }
      const answer = await queries.run(PORTAL, LOOKUP, { code }, { signal: stopping });
      if (answer.kind === 'not-configured') throw new PortalNotConfigured('the national portal is not configured');
      if (answer.kind !== 'held') return shownBy(answer);
      await pause(Math.min(answer.retryAfterMs ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS));
      await goOn();
    }
  };
}

function shownBy(answer: Exclude<QueryAnswer, { readonly kind: 'held' | 'not-configured' }>): Shown {
  if (answer.kind !== 'completed') return { kind: 'unanswered' };
  const { exists, status } = answer.result as { readonly exists: boolean; readonly status?: DossierStatus };
  return exists ? { kind: 'there', status } : { kind: 'absent' };
}

/** Looks at some dossiers and puts down, in one commit after the answers, what was found. */
async function checkSome(parts: CheckParts, run: RunRow, codes: readonly string[], ask: Ask): Promise<void> {
  const { engine, platform } = parts;
  const held = await engine.all<rows.HeldRow>(rows.heldOf(codes));
  const found: (Judged & { readonly row: rows.HeldRow; readonly shown: Shown | null })[] = [];
  const queue = held.values();
  let isOver = false;
  const work = async (): Promise<void> => {
    for (const row of queue) {
      if (isOver) return;
      const own = { status: row.status, standing: row.standing ?? 'none', waitsSince: since(row) };
      if (isOnItsWay(own)) found.push({ row, shown: null, ...onItsWay(own, platform.wall()) });
      else {
        const shown = await ask(row.code).catch((error: unknown) => {
          isOver = true;
          throw error;
        });
        found.push({ row, shown, ...judge(own, shown) });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));

  // What moved on while it was asked for is compared with nothing: its turn comes again.
  const now = new Map((await engine.all<rows.HeldRow>(rows.heldOf(codes))).map((row) => [row.code, row]));
  const settled = found
    .map((each) => {
      const after = now.get(each.row.code);
      const moved = after === undefined || after.version !== each.row.version || after.standing !== each.row.standing;
      return moved ? { ...each, verdict: 'under-way' as const, why: 'moved on meanwhile' } : each;
    })
    .sort((one, other) => (one.row.code < other.row.code ? -1 : 1));
  const token = newId(platform, 't');
  const known = new Set(held.map(({ code }) => code));
  const of = (wanted: string): string[] =>
    settled.filter(({ verdict }) => verdict === wanted).map(({ row }) => row.code);
  const [agreed, there] = [of('agrees'), of('unclear')];
  await writeBreaks(
    parts,
    run.id,
    settled.flatMap((each) => breakOf(parts, each) ?? []),
    async () => {},
  );
  await engine.batch([
    rows.writeChecks(
      settled.map(({ row, verdict, shown }) => ({
        ...{ code: row.code, version: Number(row.version), verdict },
        shown: shown?.kind === 'there' ? (shown.status ?? null) : null,
      })),
      run.id,
      platform.wall(),
      token,
    ),
    rows.passOver(
      codes.filter((code) => !known.has(code)),
      run.id,
      platform.wall(),
      token,
    ),
    rows.clearAgreed(agreed, run.id, token),
    rows.clearAgreed(there, run.id, token, ['missing-nationally', 'unknown-nationally']),
    listItems(commands([...agreed, ...there].map((code) => ({ item: rows.itemOf(code) }))), run.id, token),
  ]);
}

const since = (row: rows.HeldRow): number | null => (row.waits_since === null ? null : Number(row.waits_since));

function breakOf(
  { platform }: Pick<CheckParts, 'platform'>,
  { row, verdict, why }: Judged & { readonly row: rows.HeldRow },
): BreakToWrite | undefined {
  if (verdict === 'agrees' || verdict === 'under-way' || verdict === 'unclear' || verdict === 'unanswered')
    return undefined;
  return {
    ...{ id: newId(platform, 'brk'), item: rows.itemOf(row.code), kind: verdict, side: 'portal' },
    ...{ day: vietnamTime(Number(row.changed_at)).slice(0, 10), ours: 0, theirs: 0, payment: null, fact: null },
    ...{ dossier: row.code, statement: null, number: null, why, candidates: '[]', state: 'open' },
  };
}

interface Mendable {
  readonly code: string;
  readonly version: number;
  readonly verdict: string;
}

/**
 * Sends again what arrived once and is not shown any more: each version once, by the room of dossiers' own rule for it.
 * Where much of what was compared would be sent, the portal is more likely at fault than the dossiers: nothing is,
 * until a person wants it.
 * Answers how many were left for that reason.
 */
async function heal(parts: CheckParts, run: RunRow, ask: Ask, goOn: () => Promise<void>): Promise<number> {
  const { engine, platform } = parts;
  const [counted] = await engine.scan<{ mendable: number; compared: number }>(rows.countMendable(run.id));
  const many = Number(counted?.mendable ?? 0);
  const most = Math.min(HEALED_MOST, Math.max(HEALED_FREELY, HEALED_SHARE * Number(counted?.compared ?? 0)));
  if (run.heals === 'few' && many > most) return many;
  for (let after = ''; ; ) {
    const found = await engine.all<Mendable>(rows.mendable(run.id, after, HEALED_AT_ONCE));
    const last = found.at(-1);
    if (last === undefined) return 0;
    // Time has passed since: whoever shows it again by now is not sent it once more.
    await checkSome(
      parts,
      run,
      found.map(({ code }) => code),
      ask,
    );
    const still = await engine.all<Mendable>(rows.mendable(run.id, after, HEALED_AT_ONCE));
    const page = still.filter(({ code }) => code <= last.code);
    const again = await showAgain(
      parts,
      page.map(({ code, verdict }) => ({ code, stampedRow: code, whole: verdict === 'missing-nationally' })),
      { table: 'dossier_check', column: 'code' },
      `${rows.SENT_AGAIN_BY}${run.id}`,
    );
    const some = page.filter(({ code, version }) => again.unmoved.get(code) === Number(version));
    const token = newId(platform, 't');
    await engine.batch([
      ...lockJudged(
        some.map(({ code, version }) => ({ table: 'dossier', column: 'code', row: code, version: Number(version) })),
      ),
      rows.markHealed(some, run.id, token),
      ...again.statements(token),
    ]);
    parts.wake(`${PORTAL}/command`);
    await goOn();
    after = last.code;
  }
}

/** Counts, one digest of all that was found, and the end. */
async function end({ engine, platform, vault }: CheckParts, run: RunRow, notHealed: number): Promise<void> {
  const counted = await engine.scan<{ verdict: string; n: number; healed: number }>(rows.countChecks(run.id));
  const of = (verdict: string): number => Number(counted.find((each) => each.verdict === verdict)?.n ?? 0);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const counts: DossierCounts = {
    checked: sum(counted.map(({ n }) => Number(n))),
    ...{ agree: of('agrees'), underWay: of('under-way'), unclear: of('unclear'), unanswered: of('unanswered') },
    ...{ healed: sum(counted.map(({ healed }) => Number(healed))), notHealed },
  };
  let digest = '';
  for (let after = ''; ; ) {
    const page = await engine.scan<rows.Check>(rows.checksOf(run.id, after, TURNS_AT_ONCE));
    const last = page.at(-1);
    const text = JSON.stringify(
      page.map(({ code, version, verdict, shown }) => [code, Number(version), verdict, shown]),
    );
    [digest = ''] = await vault.digest([`${digest}\n${text}`]);
    if (last === undefined) break;
    after = last.code;
  }
  const token = newId(platform, 't');
  const ended = await engine.batch(
    rows.endChecks({ run: run.id, counts: JSON.stringify(counts), agree: counts.agree, digest }, token),
  );
  if (ended.at(-1)?.length === 0) throw new RunStopped();
  await engine.batch([
    journalLine({
      ...{ id: `${run.id}:${token}`, ref: run.id, from: 'running', to: 'done', actor: 'reconciliation', hash: digest },
    }),
  ]);
}
