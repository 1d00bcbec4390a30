import { type Command, Option } from 'commander';
import { breakKind, breakState, runAbout } from '../../../../../contracts/domain/reconciliation.ts';
import {
  type BreakView,
  breaksText,
  candidatesText,
  type MatchView,
  matchesText,
  runsText,
  runText,
  statementsText,
  takenText,
} from '../actions/show-reconciliation.ts';
import {
  fetchStatement,
  type StatementView,
  type TakenFile,
  type TakeOptions,
  takeStatement,
} from '../actions/take-statement.ts';
import { type Run, waitForRun } from '../actions/wait-for-run.ts';
import type { GatewayClient } from '../client.ts';
import { withGateway } from '../connection.ts';
import { FAILED, wrongUse } from '../failure.ts';
import { complain, say, sayJson } from '../output.ts';
import { type Shown, shown } from '../shown.ts';
import { dayCommands } from './reconcile-days.ts';
import { declaredCommands } from './reconcile-declared.ts';

interface ActOptions extends Shown {
  readonly reason: string;
  readonly assignee?: string;
  readonly payment?: string;
  readonly line?: string;
}

const BASE = '/v1/reconciliation';

/** Statements in, days held against them, and what people do about what does not agree. */
export function reconcileCommands(program: Command): void {
  const group = program
    .command('reconcile')
    .description('Đối soát với ngân hàng và các nền tảng (reconciliation with banks and platforms)');

  shown(
    group
      .command('take')
      .argument('<FILE...>', 'tệp sao kê, như ngân hàng đưa (statement files, as the bank gave them)')
      .description('Nạp sao kê; nội dung quyết định dạng tệp (take statements in; the content decides the layout)')
      .option('--source <NAME>', 'nguồn, cho tệp đã khai báo cột (the source, for files whose columns were declared)')
      .option('--account <NUMBER>', 'số tài khoản, cho tệp không ghi (the account, for a file that names none)')
      .option('--preview', 'chỉ cho biết đọc được gì, không ghi (only tell what is understood)', false)
      .addHelpText(
        'after',
        '\nMã trạng thái (exit status): 0 mọi tệp đã nạp, lúc này hay trước đây (every file is taken, now or before), 1 có tệp bị từ chối (some file was refused).',
      ),
  ).action(take);
  shown(
    group
      .command('fetch')
      .description(
        'Hỏi cổng thanh toán Vietcombank các đơn của một ngày và 7 ngày trước, rồi nạp như sao kê (ask Vietcombank’s gateway for the orders of a day and the 7 before it, and take them in like a statement)',
      )
      .requiredOption('--date <DATE>', 'ngày tạo đơn cuối cùng, như 2026-03-01 (the last day of making)')
      .addHelpText(
        'after',
        '\nMã trạng thái (exit status): 0 đã nạp, lúc này hay trước đây (taken, now or before), 1 bị từ chối hoặc không hỏi được (refused, or could not be asked).',
      ),
  ).action(fetchOrders);
  shown(
    group
      .command('run')
      .argument('<DATE>', 'ngày, như 2026-03-01 (a day)')
      .description('Đối soát một ngày và chờ kết quả (reconcile a day and wait for what comes of it)')
      .addOption(
        new Option('--about <WHAT>', 'tiền, hay hồ sơ trên Cổng quốc gia (money, or dossiers on the national portal)')
          .choices(runAbout.options)
          .default('money'),
      )
      .addHelpText(
        'after',
        '\nMã trạng thái (exit status): 0 không còn chênh lệch mở (no open break), 1 còn chênh lệch mở, hỏng hoặc chưa xong (open breaks, failed, or not finished). Ctrl-C chỉ thôi chờ (Ctrl-C only ends the waiting).',
      ),
  ).action(run);

  list<Run>(group.command('runs').description('Các lần đối soát, mới nhất trước (runs, the newest first)'), {
    path: () => '/runs',
    text: runsText,
  });
  list<StatementView>(
    group.command('statements').description('Các sao kê đã nạp, mới nhất trước (statements, the newest first)'),
    { path: () => '/statements', text: statementsText },
  );
  list<BreakView>(
    ofRun(group, 'breaks', 'Những gì không khớp (what does not agree)')
      .addOption(new Option('--state <STATE>', 'chỉ tình trạng này (only of this state)').choices(breakState.options))
      .addOption(new Option('--kind <KIND>', 'chỉ loại này (only of this kind)').choices(breakKind.options)),
    {
      path: (id, { state, kind }) => `/runs/${id}/breaks${query({ state, kind })}`,
      text: breaksText,
    },
  );
  list<MatchView>(
    ofRun(group, 'matches', 'Những gì khớp, theo quy tắc nào (what agrees, and by which rule)').option(
      '--rule <RULE>',
      'chỉ theo quy tắc này, như exact-reference (only by this rule)',
    ),
    {
      path: (id, { rule }) => `/runs/${id}/matches${query({ rule })}`,
      text: matchesText,
    },
  );
  for (const [name, description] of [
    ['show', 'Xem một lần đối soát (see a run)'],
    ['stop', 'Dừng sau bước đang làm (stop after the step under way)'],
    ['resume', 'Làm lại lần đã dừng hoặc hỏng (go on with one that was stopped, or failed)'],
  ] as const)
    shown(ofRun(group, name, description)).action((id: string, options: Shown) =>
      withGateway(options, async (client) => {
        const path = `${BASE}/runs/${encodeURIComponent(id)}`;
        const { body } = await (name === 'show'
          ? client.json<Run>('GET', path)
          : client.json<Run>('POST', `${path}/${name}`));
        if (options.json) sayJson(body);
        else say(runText(body));
      }),
    );

  shown(
    ofRun(
      group,
      'heal',
      'Gửi lại mọi hồ sơ mà Cổng quốc gia đã mất (send again whatever the portal lost)',
    ).requiredOption('--reason <TEXT>', 'lý do, ghi vào nhật ký (why; kept in the journal)'),
  ).action((id: string, options: Shown & { readonly reason: string }) =>
    withGateway(options, async (client) => {
      const path = `${BASE}/runs/${encodeURIComponent(id)}/heal`;
      const { body } = await client.json<Run>('POST', path, { reason: options.reason });
      if (options.json) sayJson(body);
      else say(runText(body));
    }),
  );
  for (const [name, description] of [
    ['assign', 'Giao cho người giải quyết (assign it to somebody)'],
    ['explain', 'Giải trình (explain it)'],
    ['correct', 'Đã sửa ở nơi khác (it was corrected elsewhere)'],
    ['write-off', 'Xóa bỏ (write it off)'],
    ['accept', 'Chấp nhận một đề xuất, không lần nào gỡ ra nữa (accept a candidate; no later run takes it apart)'],
  ] as const) {
    const command = group
      .command(name)
      .argument('<BREAK>', 'mã chênh lệch (id of the break)')
      .description(description)
      .requiredOption('--reason <TEXT>', 'lý do, ghi vào nhật ký (why; kept in the journal)');
    if (name === 'assign') command.requiredOption('--assignee <NAME>', 'giao cho ai (to whom)');
    if (name === 'accept')
      command
        .addOption(new Option('--payment <ID>', 'đề xuất là thanh toán này (the candidate payment)').conflicts('line'))
        .option('--line <STATEMENT:NUMBER>', 'đề xuất là dòng này (the candidate line)');
    shown(command).action((id: string, options: ActOptions) => act(name, id, options));
  }
  dayCommands(group);
  declaredCommands(group);
}

const ofRun = (group: Command, name: string, description: string): Command =>
  group.command(name).argument('<RUN>', 'mã lần đối soát (id of the run)').description(description);

function query(given: Readonly<Record<string, string | undefined>>): string {
  const chosen = Object.entries(given).filter((each): each is [string, string] => each[1] !== undefined);
  return chosen.length === 0 ? '' : `?${new URLSearchParams(chosen)}`;
}

type Filters = Shown & { readonly state?: string; readonly kind?: string; readonly rule?: string };

/** Every item of a list, as a table or as JSON. */
function list<Item>(
  command: Command,
  {
    path,
    text,
  }: {
    readonly path: (id: string, filters: Filters) => string;
    readonly text: (items: readonly Item[]) => string;
  },
): void {
  shown(command).action((...given: unknown[]) => {
    const id = typeof given[0] === 'string' ? encodeURIComponent(given[0]) : '';
    const filters = command.opts<Filters>();
    return withGateway(filters, async (client) => {
      const items: Item[] = [];
      for await (const item of client.items<Item>(BASE + path(id, filters))) items.push(item);
      if (filters.json) sayJson(items);
      else say(text(items));
    });
  });
}

async function take(files: readonly string[], options: Shown & TakeOptions): Promise<void> {
  const ends: TakenFile[] = [];
  try {
    await withGateway(options, async (client) => {
      for (const file of files) {
        const end = await takeStatement(client, file, options);
        ends.push(end);
        if (!options.json) say(takenText(end));
      }
    });
  } finally {
    // Also where the gateway went away in the middle: what was taken before stays taken.
    if (options.json) sayJson(ends);
  }
  if (ends.some((end) => 'problems' in end || 'failed' in end)) process.exitCode = FAILED;
}

async function fetchOrders(options: Shown & { readonly date: string }): Promise<void> {
  const end = await withGateway(options, (client) => fetchStatement(client, options.date));
  if (options.json) sayJson(end);
  else say(takenText(end));
  if ('problems' in end) process.exitCode = FAILED;
}

async function run(date: string, options: Shown & { readonly about: string }): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  const ended = await withGateway(options, async (client) => {
    const { body } = await client.json<Run>('POST', `${BASE}/runs`, { date, about: options.about });
    process.once('SIGINT', interrupt);
    try {
      const done = await waitForRun(client, body.id, { signal: stop.signal });
      if (done === undefined)
        sayGoesOn(body.id, 'Thôi chờ; lần đối soát vẫn chạy (no longer waiting; the run goes on)');
      return done;
    } catch (error) {
      sayGoesOn(body.id, 'Xem lần đối soát sau (look at the run later)');
      throw error;
    } finally {
      process.off('SIGINT', interrupt);
    }
  });
  if (ended !== undefined) {
    if (options.json) sayJson(ended);
    else say(runText(ended));
    if (ended.breaks > 0)
      complain(`Xem chênh lệch (see the breaks): lienthong reconcile breaks ${ended.id} --state open`);
  }
  if (ended === undefined || ended.state !== 'done' || ended.breaks > 0) process.exitCode = FAILED;
}

const sayGoesOn = (id: string, what: string): void =>
  complain(`${what}: lienthong reconcile show ${id} · dừng hẳn (to stop it): lienthong reconcile stop ${id}`);

/** The version that was seen travels with the act: who comes second is told, and overwrites nothing. */
async function act(name: string, id: string, options: ActOptions): Promise<void> {
  const [, statement, ordinal] = /^([^:]+):(\d{1,9})$/.exec(options.line ?? '') ?? [];
  if (options.line !== undefined && statement === undefined)
    throw wrongUse('--line phải có dạng SAO-KÊ:SỐ', '--line must be STATEMENT:NUMBER');
  await withGateway(options, async (client) => {
    const path = `${BASE}/breaks/${encodeURIComponent(id)}`;
    const before = await client.json<BreakView>('GET', path);
    const candidate =
      options.payment !== undefined
        ? { payment: options.payment }
        : statement !== undefined
          ? { line: { statement, number: Number(ordinal) } }
          : undefined;
    if (name === 'accept' && candidate === undefined && before.body.candidates.length > 1) {
      complain(candidatesText(before.body));
      throw wrongUse('Có nhiều đề xuất: chọn một bằng --payment hoặc --line', 'several candidates: choose one of them');
    }
    const { body } = await patched(client, path, before, {
      ...{ act: name, reason: options.reason, assignee: options.assignee, candidate },
    });
    if (options.json) sayJson(body);
    else say(`${body.id}: ${before.body.state} → ${body.state}`);
  });
}

const patched = (
  client: GatewayClient,
  path: string,
  before: { readonly etag: string | null; readonly body: BreakView },
  body: object,
) => client.json<BreakView>('PATCH', path, body, { 'if-match': before.etag ?? `"${before.body.version}"` });
