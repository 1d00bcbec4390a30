import type { Command } from 'commander';
import type { z } from 'zod';
import type { breakView, matchView, runView } from '../../../../../contracts/v1/reconciliation.ts';
import type { anyMoney, statementView } from '../../../../../contracts/v1/statement.ts';
import { type TakenFile, type TakeOptions, takeStatement } from '../actions/take-statement.ts';
import type { GatewayClient } from '../client.ts';
import { type RemoteOptions, remote, withGateway } from '../connection.ts';
import { FAILED, wrongUse } from '../failure.ts';
import { number, say, sayJson, table } from '../output.ts';
import { progressLine } from '../progress.ts';

type Run = z.output<typeof runView>;
type BreakView = z.output<typeof breakView>;
type Listed = RemoteOptions & { readonly json: boolean };

const BASE = '/v1/reconciliation';
const LOOK_EVERY_MS = 500;
const SIDES: Readonly<Record<string, string>> = {
  ...{ recorded: 'cổng ghi nhận (recorded)', bank: 'ngân hàng (bank)', platform: 'nền tảng (platform)' },
  ...{ orders: 'cổng ngân hàng (orders)', tax: 'thuế (tax)', due: 'phải thu (due)' },
};
const money = (given: z.output<typeof anyMoney> | null): string =>
  given === null ? '–' : typeof given.amount === 'number' ? number(given.amount) : `${given.amount} ${given.currency}`;

/** Statements in, days held against them, and what people do about what does not agree. */
export function reconcileCommands(program: Command): void {
  const group = program.command('reconcile').description('Đối soát với ngân hàng, nền tảng (reconciliation)');

  remote(
    group
      .command('take')
      .argument('<FILES...>', 'tệp sao kê (statement files)')
      .description('Nạp sao kê; nội dung quyết định định dạng (take statements in; the content decides the layout)')
      .option('--source <NAME>', 'nguồn, cho tệp đã khai báo cột (a source whose columns were declared)')
      .option('--account <NUMBER>', 'tài khoản, cho tệp không ghi (for a file that names none)')
      .option('--preview', 'chỉ cho biết đọc được gì (only tell what is understood)', false)
      .option('--json', 'dạng JSON (as JSON)', false)
      .addHelpText('after', '\nMã trạng thái (exit status): 1 có tệp không đọc được (some file was refused).'),
  ).action((files: string[], options: Listed & TakeOptions) =>
    withGateway(options, async (client) => {
      const ends: TakenFile[] = [];
      for (const file of files) {
        const end = await takeStatement(client, file, options);
        ends.push(end);
        if (!options.json) sayTaken(end);
      }
      if (options.json) sayJson(ends);
      if (ends.some((end) => 'problems' in end)) process.exitCode = FAILED;
    }),
  );

  remote(
    group
      .command('run')
      .argument('<DATE>', 'ngày, như 2022-12-01 (a day)')
      .description('Đối soát một ngày và chờ kết quả (reconcile a day and wait)')
      .option('--json', 'dạng JSON (as JSON)', false)
      .addHelpText(
        'after',
        '\nMã trạng thái (exit status): 0 mọi khoản khớp (everything agrees), 1 còn chênh lệch mở hoặc chưa xong (open breaks, or not finished).',
      ),
  ).action((date: string, options: Listed) =>
    withGateway(options, async (client) => {
      const { body } = await client.json<Run>('POST', `${BASE}/runs`, { date });
      const run = await ended(client, body.id);
      if (options.json) sayJson(run);
      else sayRun(run);
      if (run.state !== 'done' || run.breaks > 0) process.exitCode = FAILED;
    }),
  );

  list(group, 'runs', 'Các lần đối soát (runs)', async (client, options) => {
    const runs = await all<Run>(client, `${BASE}/runs`);
    if (options.json) return sayJson(runs);
    say(
      table(
        ['MÃ (id)', 'NGÀY (day)', 'TRẠNG THÁI (state)', 'KHỚP (matched)', 'ĐỀ XUẤT (proposed)', 'CHÊNH LỆCH (breaks)'],
        runs.map((run) => [run.id, run.date, run.state, number(run.matched), number(run.proposed), number(run.breaks)]),
      ),
    );
  });
  list(group, 'statements', 'Các sao kê đã nạp (statements taken in)', async (client, options) => {
    const files = await all<z.output<typeof statementView>>(client, `${BASE}/statements`);
    if (options.json) return sayJson(files);
    say(
      table(
        [
          'MÃ (id)',
          'NGUỒN (source)',
          'DẠNG (format)',
          'TÀI KHOẢN (account)',
          'TỪ (from)',
          'ĐẾN (to)',
          'DÒNG (entries)',
        ],
        files.map((file) => [
          ...[file.id, file.source, file.format, file.account ?? `${file.accounts.length}`, file.from, file.to],
          `${number(file.newLines ?? 0)} / ${number(file.lines)}`,
        ]),
      ),
    );
  });

  ofRun(group, 'show', 'Xem một lần đối soát (see a run)', async (client, run, options) => {
    const { body } = await client.json<Run>('GET', `${BASE}/runs/${run}`);
    if (options.json) sayJson(body);
    else sayRun(body);
  });
  ofRun(group, 'breaks', 'Những gì không khớp (what does not agree)', async (client, run, options) => {
    const found = await all<BreakView>(client, `${BASE}/runs/${run}/breaks`);
    if (options.json) return sayJson(found);
    say(
      table(
        [
          'MÃ (id)',
          'LOẠI (kind)',
          'TÌNH TRẠNG (state)',
          'NGÀY (day)',
          'ĐỒNG (amount)',
          'HỒ SƠ (dossier)',
          'VÌ SAO (why)',
        ],
        found.map((each) => [
          ...[each.id, each.kind, each.state, each.date, number(each.amount.amount), each.dossierCode, each.reason],
        ]),
      ),
    );
  });
  ofRun(
    group,
    'matches',
    'Những gì khớp, theo quy tắc nào (what agrees, by which rule)',
    async (client, run, options) => {
      const found = await all<z.output<typeof matchView>>(client, `${BASE}/runs/${run}/matches`);
      if (options.json) return sayJson(found);
      say(
        table(
          ['QUY TẮC (rule)', 'KẾT QUẢ (status)', 'THANH TOÁN (payments)', 'DÒNG (lines)', 'VÌ SAO (why)'],
          found.map(({ rule, status, payments, lines, why }) => [
            ...[
              rule,
              status,
              payments.join(' '),
              lines.map((line) => `${line.statement}:${line.number}`).join(' '),
              why,
            ],
          ]),
        ),
      );
    },
  );
  for (const [name, description] of [
    ['stop', 'Dừng một lần đối soát (stop a run)'],
    ['resume', 'Làm tiếp (go on with a run)'],
  ] as const)
    ofRun(group, name, description, async (client, run) => {
      const { body } = await client.json<Run>('POST', `${BASE}/runs/${run}/${name}`);
      say(`${body.id}: ${body.state}`);
    });

  for (const [name, description] of [
    ['assign', 'Giao cho ai (assign a break)'],
    ['explain', 'Giải trình (explain a break)'],
    ['correct', 'Đã sửa ở nơi khác (it was corrected elsewhere)'],
    ['write-off', 'Xóa bỏ (write a break off)'],
    ['accept', 'Chấp nhận một đề xuất (accept a candidate)'],
  ] as const)
    act(group, name, description);
}

interface ActOptions extends RemoteOptions {
  readonly reason: string;
  readonly assignee?: string;
  readonly payment?: string;
  readonly line?: string;
}

function act(group: Command, name: string, description: string): void {
  const command = group
    .command(name)
    .argument('<BREAK>', 'mã chênh lệch (the break)')
    .description(description)
    .requiredOption('--reason <TEXT>', 'lý do, ghi vào nhật ký (why; kept in the journal)');
  if (name === 'assign') command.requiredOption('--assignee <NAME>', 'giao cho (to whom)');
  if (name === 'accept')
    command
      .option('--payment <ID>', 'thanh toán nào (which payment)')
      .option('--line <STATEMENT:NUMBER>', 'dòng nào (which line)');
  remote(command).action((id: string, options: ActOptions) => {
    const [, statement, ordinal] = /^([^:]+):(\d+)$/.exec(options.line ?? '') ?? [];
    if (options.line !== undefined && statement === undefined)
      throw wrongUse('--line phải có dạng MÃ:SỐ', '--line must be STATEMENT:NUMBER');
    return withGateway(options, async (client) => {
      const path = `${BASE}/breaks/${encodeURIComponent(id)}`;
      const { body: before } = await client.json<BreakView>('GET', path);
      const candidate =
        options.payment === undefined
          ? statement === undefined
            ? undefined
            : { line: { statement, number: Number(ordinal) } }
          : { payment: options.payment };
      const body = { act: name, reason: options.reason, assignee: options.assignee, candidate };
      const { body: after } = await client.json<BreakView>('PATCH', path, body, { 'if-match': `"${before.version}"` });
      say(`${after.id}: ${before.state} → ${after.state}`);
    });
  });
}

function list(
  group: Command,
  name: string,
  description: string,
  show: (client: GatewayClient, options: Listed) => Promise<void>,
): void {
  remote(group.command(name).description(description).option('--json', 'dạng JSON (as JSON)', false)).action(
    (options: Listed) => withGateway(options, (client) => show(client, options)),
  );
}

function ofRun(
  group: Command,
  name: string,
  description: string,
  show: (client: GatewayClient, run: string, options: Listed) => Promise<void>,
): void {
  remote(
    group
      .command(name)
      .argument('<RUN>', 'mã lần đối soát (the run)')
      .description(description)
      .option('--json', 'dạng JSON (as JSON)', false),
  ).action((run: string, options: Listed) =>
    withGateway(options, (client) => show(client, encodeURIComponent(run), options)),
  );
}

async function all<Item>(client: GatewayClient, path: string): Promise<Item[]> {
  const found: Item[] = [];
  for await (const one of client.items<Item>(path)) found.push(one);
  return found;
}

/** The run once it has ended; Ctrl-C ends the waiting alone. */
async function ended(client: GatewayClient, id: string): Promise<Run> {
  const progress = progressLine();
  const begun = Date.now();
  try {
    for (;;) {
      const { body } = await client.json<Run>('GET', `${BASE}/runs/${id}`);
      if (body.state !== 'running') return body;
      progress.show(
        undefined,
        `${id}: đang đối soát (running), ${((Date.now() - begun) / 1000).toFixed(0)} s; Ctrl-C chỉ thôi chờ (only stops waiting)`,
      );
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    progress.end();
  }
}

function sayTaken(end: TakenFile): void {
  if ('already' in end) {
    say(`${end.file}: đã nạp trước đây (taken already): ${end.already}`);
    return;
  }
  if ('problems' in end) {
    say(`${end.file}: KHÔNG NẠP ĐƯỢC (refused)`);
    for (const { line, column, message } of end.problems)
      say(`  hàng (row) ${number(line)}${column === null ? '' : `, ${column}`}: ${message}`);
    return;
  }
  const { taken } = end;
  say(
    `${end.file}: ${taken.format}, ${taken.source}${taken.id === null ? ' · xem trước (preview)' : ` · ${taken.id}, dòng mới (new entries) ${number(taken.newLines ?? 0)}`}`,
  );
  say(
    table(
      [
        'TÀI KHOẢN (account)',
        'TỪ (from)',
        'ĐẾN (to)',
        'DÒNG (entries)',
        'ĐẦU KỲ (opening)',
        'CÓ (credits)',
        'NỢ (debits)',
        'CUỐI KỲ (closing)',
      ],
      taken.accounts.map((each) => [
        ...[each.account, each.from, each.to, number(each.lines), money(each.opening), money(each.credits)],
        ...[money(each.debits), money(each.closing)],
      ]),
    ),
  );
}

function sayRun(run: Run): void {
  say(`${run.id} · ${run.date} · ${run.state}${run.problem === null ? '' : `: ${run.problem}`}`);
  say(
    table(
      ['BÊN (side)', 'SỐ (count)', 'ĐỒNG (amount)'],
      run.totals.map(({ side, count, amount }) => [SIDES[side] ?? side, number(count), number(amount)]),
    ),
  );
  say(
    `khớp (matched) ${number(run.matched)} · trong ngưỡng (tolerated) ${number(run.tolerated)} · đề xuất (proposed) ${number(run.proposed)} · chênh lệch mở (open breaks) ${number(run.breaks)}`,
  );
}
