import { createReadStream } from 'node:fs';
import { createChange } from '../../src/payments/change.ts';
import { newId } from '../../src/platform.ts';
import { carryOut } from '../../src/reconciliation/run.ts';
import { insertRun, type RunRow, runById } from '../../src/reconciliation/run-rows.ts';
import { readers } from '../../src/reconciliation/sources/readers.ts';
import { openSource } from '../../src/reconciliation/sources/sources.ts';
import { createTakeIn } from '../../src/reconciliation/take-in.ts';
import { filesIn, MONTH, storeIn } from './reconciliation-store.ts';

/** What the measured process tells. */
export interface Reconciled {
  readonly takeInSeconds: number;
  readonly runSeconds: number;
  readonly lines: number;
  readonly restMb: number;
  readonly peakMb: number;
  readonly matched: number;
  readonly proposed: number;
  readonly breaks: number;
}

/** Takes the folder's statement in and carries one run out, in this process alone. */
async function reconcile(folder: string): Promise<Reconciled> {
  const { engine, platform, vault, close } = await storeIn(folder);
  const parts = { engine, platform, vault };
  const restMb = peakMb();
  const takeIn = createTakeIn(parts, (given) => openSource(readers, given, async () => undefined));
  const begun = performance.now();
  const file = createReadStream(filesIn(folder).statement);
  const taken = await takeIn({ file, source: undefined, account: null, preview: false, actor: 'bench' });
  if (taken.kind !== 'taken') throw new Error(`the statement was not taken in: ${JSON.stringify(taken)}`);
  const between = performance.now();

  const id = newId(platform, 'run');
  await engine.batch([insertRun({ id, day: MONTH.to, about: 'money' }, 'bench', newId(platform, 't'))]);
  const row = async (): Promise<RunRow> => {
    const [found] = await engine.all<RunRow>(runById(id));
    if (found === undefined) throw new Error('the run is gone');
    return found;
  };
  await carryOut(parts, createChange(parts), await row(), async () => true);
  const ended = performance.now();
  const { matched, proposed, breaks } = await row();
  const measured = {
    ...{ takeInSeconds: (between - begun) / 1_000, runSeconds: (ended - between) / 1_000 },
    ...{ lines: taken.fresh ?? 0, restMb, peakMb: peakMb(), matched, proposed, breaks },
  };
  await close();
  return measured;
}

/** Linux counts it in KiB. */
const peakMb = (): number => process.resourceUsage().maxRSS / 1_024;

process.stdout.write(`${JSON.stringify(await reconcile(process.argv[2] ?? ''))}\n`);
