import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { importDossiers, startGateway } from './gateway.ts';
import { openPayment, startPlatform } from './platform.ts';
import { round, row, table } from './report.ts';
import type { Section } from './section.ts';

/** Payments that fall due at once. */
const DUE = 1_000;
/** How often each store is measured, in turns. */
const ROUNDS = 3;
const ASKED_WITHIN_MS = 60_000;
/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;
const PER_ROUND = 50;

/** Asks for a thousand pending payments that are due: alone, and beside a hundred thousand that are not. */
export const pending: Section = async ({ folder }) => {
  const platform = await startPlatform();
  const made = join(folder, 'made');
  const first = await startGateway(join(made, 'lienthong.db'), platform.env);
  await importDossiers(first.url, 0, DUE);
  for (let n = 0; n < DUE; n += PER_ROUND)
    await Promise.all(Array.from({ length: PER_ROUND }, (_, k) => openPayment(first.url, n + k)));
  await first.stop();

  table(`Payments: ${round(DUE)} pending ones that are due are asked about`, [
    'not due beside them',
    'ms',
    'processor ms',
  ]);
  const took = new Map<number, { readonly ms: number; readonly cpuMs: number }[]>();
  for (let turn = 0; turn < ROUNDS; turn++)
    for (const beside of [0, 100_000]) {
      const store = join(folder, `${beside}-${turn}`);
      cpSync(made, store, { recursive: true });
      const file = join(store, 'lienthong.db');
      makeDue(file, beside);
      const gateway = await startGateway(file, platform.env);
      const looking = new DatabaseSync(file, { readOnly: true });
      const left = looking.prepare('select count(*) as n from watch where due_at <= ? and ended_at is null');
      const before = Date.now();
      const [from, cpuFrom] = [performance.now(), processorMs(gateway.child.pid)];
      setDue(file, before);
      while (Number((left.get(before) as { n: number }).n) > 0) {
        if (performance.now() - from > ASKED_WITHIN_MS) throw new Error('they were not all asked about in time');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const cells = { ms: performance.now() - from, cpuMs: processorMs(gateway.child.pid) - cpuFrom };
      took.set(beside, [...(took.get(beside) ?? []), cells]);
      looking.close();
      await gateway.stop();
    }
  for (const [beside, runs] of took)
    row(round(beside), runs.map(({ ms }) => round(ms)).join(', '), runs.map(({ cpuMs }) => round(cpuMs)).join(', '));
  await platform.stop();
};

const FAR_MS = 86_400_000;

/** Nothing is due yet, and `beside` more are never due in this run. */
function makeDue(file: string, beside: number): void {
  const database = new DatabaseSync(file);
  const later = Date.now() + FAR_MS;
  database.prepare('update watch set due_at = ?').run(later);
  database
    .prepare(
      `with recursive n(n) as (select 1 union all select n + 1 from n where n < ?1)
       insert into watch (id, system, query, ref, exchange, schedule, opened_at, due_at, ends_at, written_by)
       select w.id || '/' || n.n, w.system, w.query, w.ref || '/' || n.n, null, w.schedule, w.opened_at, ?2 + n.n, ?2 + ?2, 'not-due'
         from n, (select * from watch limit 1) w where ?1 > 0`,
    )
    .run(beside, later);
  database.close();
}

/** The real ones fall due, while the gateway runs. */
function setDue(file: string, at: number): void {
  const database = new DatabaseSync(file);
  database.exec('pragma busy_timeout = 5000');
  database.prepare(`update watch set due_at = ? where written_by <> 'not-due'`).run(at);
  database.close();
}

function processorMs(pid: number | undefined): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const cells = fields.split(' ');
  return (Number(cells[11]) + Number(cells[12])) * TICK_MS;
}
