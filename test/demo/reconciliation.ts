import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { breakView, matchView, runView } from '../../contracts/v1/reconciliation.ts';
import type { statementView } from '../../contracts/v1/statement.ts';
import { type GatewayClient, gatewayClient } from '../../src/runtime/node/cli/client.ts';
import { number } from '../../src/runtime/node/cli/output.ts';
import type { Opened } from './asked.ts';
import { bankDay } from './bank-day.ts';
import { sidesTable } from './sides.ts';
import type { TillControls } from './till-processes.ts';

type Run = z.output<typeof runView>;
type Break = z.output<typeof breakView>;
type Match = z.output<typeof matchView>;
type Statement = z.output<typeof statementView>;

const BASE = '/v1/reconciliation';
const LOOK_EVERY_MS = 200;
const KINDS: Readonly<Record<string, string>> = {
  'missing-ours': 'mã lạ (missing-ours)',
  'missing-theirs': 'bên kia chưa có (missing-theirs)',
  amount: 'lệch tiền (amount)',
  status: 'khác trạng thái (status)',
  'duplicate-theirs': 'thu hai lần (duplicate-theirs)',
  'duplicate-ours': 'ghi hai lần (duplicate-ours)',
  unallocated: 'chưa rõ nội dung (unallocated)',
  identity: 'mã không đọc được (identity)',
  late: 'muộn (late)',
  'wrong-account': 'sai tài khoản (wrong-account)',
  'fee-policy': 'khác mức phí (fee-policy)',
  reversed: 'đã hoàn (reversed)',
};

/** The day as finance leaves it. */
export interface ReconciledDay {
  readonly run: Run;
  readonly statement: Statement;
  /** Entries of the bank's file, and those that stand on a pair or on a break. */
  readonly lines: number;
  readonly linesSeen: number;
  readonly creditVnd: number;
  /** Payments that only the statement told of. */
  readonly paidByStatement: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly state: string;
  readonly report: string;
}

/** Closes the day as two people of finance would: files in, a run, the day closed by one and approved by the other. */
export class DayOfReconciliation {
  readonly #client: GatewayClient;
  readonly #controls: TillControls;
  readonly #folder: string;

  constructor(client: GatewayClient, controls: TillControls, folder: string) {
    this.#client = client;
    this.#controls = controls;
    this.#folder = folder;
  }

  async settle(opened: readonly Opened[], signal: AbortSignal): Promise<ReconciledDay> {
    const day = await bankDay(this.#controls, opened);
    const file = join(this.#folder, `sao-ke-${day.date}.xlsx`);
    writeFileSync(file, day.statement);
    writeFileSync(join(this.#folder, `nen-tang-${day.date}.txt`), day.platform);
    const statement = await this.#client.upload<Statement>(`${BASE}/statements`, once(day.statement));
    await this.#client.upload<Statement>(`${BASE}/statements`, once(day.platform));
    const [clerk, chief] = await Promise.all([this.#person('ke-toan'), this.#person('ke-toan-truong')]);
    try {
      const run = await this.#run(clerk, day.date, signal);
      const [breaks, matches] = await Promise.all([
        all<Break>(clerk, `${BASE}/runs/${run.id}/breaks`),
        all<Match>(clerk, `${BASE}/runs/${run.id}/matches`),
      ]);
      const seen = new Set([
        ...matches
          .filter(({ status }) => status !== 'proposed')
          .flatMap(({ lines }) => lines.filter((line) => line.statement === statement.id).map((line) => line.number)),
        ...breaks.flatMap(({ line }) => (line?.statement === statement.id ? [line.number] : [])),
      ]);
      await clerk.json('POST', `${BASE}/days/${day.date}/close`);
      const { body: approved } = await chief.json<{ state: string }>('POST', `${BASE}/days/${day.date}/approve`);
      const report = join(this.#folder, `doi-soat-${day.date}.xlsx`);
      writeFileSync(report, await clerk.bytes(`${BASE}/days/${day.date}/report.xlsx`));
      const byKind: Record<string, number> = {};
      for (const { kind } of breaks) byKind[kind] = (byKind[kind] ?? 0) + 1;
      let paidByStatement = 0;
      for await (const { facts } of this.#client.items<{ facts: { source: string; kind: string }[] }>('/v1/payments'))
        if (facts.some(({ source, kind }) => source === 'statement' && kind === 'paid')) paidByStatement += 1;
      return {
        ...{
          run,
          statement,
          lines: day.lines,
          linesSeen: seen.size,
          creditVnd: day.creditVnd,
          paidByStatement,
          byKind,
        },
        ...{ state: approved.state, report },
      };
    } finally {
      await Promise.all([clerk.close(), chief.close()]);
    }
  }

  async #person(name: string): Promise<GatewayClient> {
    const principal = { name, role: 'finance', kind: 'person' };
    const { body } = await this.#client.json<{ key: string }>('POST', '/v1/admin/keys', { principal });
    return gatewayClient({ url: this.#client.url, key: body.key });
  }

  async #run(client: GatewayClient, date: string, signal: AbortSignal): Promise<Run> {
    const { body } = await client.json<Run>('POST', `${BASE}/runs`, { date });
    for (;;) {
      const { body: now } = await client.json<Run>('GET', `${BASE}/runs/${body.id}`);
      if (now.state !== 'running') return now;
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

/** Every line of the bank and every đồng is on a pair or on a break, and the day is closed. */
export const isReconciled = ({ run, statement, lines, linesSeen, creditVnd, state }: ReconciledDay): boolean =>
  run.state === 'done' &&
  state === 'approved' &&
  lines === linesSeen &&
  lines === statement.lines &&
  run.totals.find(({ side }) => side === 'bank')?.amount === creditVnd &&
  statement.credits.amount === creditVnd;

/** The part of the closing table about the day's reconciliation. */
export function reconciliationLines(day: ReconciledDay): string[] {
  const { head, both, ours, last, rule } = sidesTable;
  const side = (name: string) => Number(day.run.totals.find((total) => total.side === name)?.amount ?? 0);
  return [
    rule,
    ...head('ĐỐI SOÁT CUỐI NGÀY', '(the day, held against bank and platform)'),
    both('dòng sao kê (entries of the statement)', [day.lines, day.statement.lines]),
    both('đồng ghi có (đồng credited)', [day.creditVnd, Number(day.statement.credits.amount)]),
    ours('đồng cổng ghi nhận (đồng recorded)', side('recorded')),
    ours('chỉ sao kê cho biết (told by the statement alone)', day.paidByStatement),
    ours('cặp khớp (pairs that agree)', day.run.matched),
    ours('đề xuất chờ người xem (proposed)', day.run.proposed),
    ...Object.entries(day.byKind).map(([kind, count]) => ours(`  chênh lệch: ${KINDS[kind] ?? kind}`, count)),
    rule,
    last(
      'MỌI DÒNG KHỚP HOẶC TRÊN DANH SÁCH (matched or listed, closed)',
      `${number(day.linesSeen)} / ${number(day.lines)} ${isReconciled(day) ? '✓' : '✗'}`,
    ),
    `  biên bản (report): ${day.report}`,
  ];
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function all<Item>(client: GatewayClient, path: string): Promise<Item[]> {
  const found: Item[] = [];
  for await (const one of client.items<Item>(path)) found.push(one);
  return found;
}
