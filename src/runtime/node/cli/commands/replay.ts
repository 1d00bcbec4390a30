import { type Command, Option } from 'commander';
import { replayableState } from '../../../../../contracts/domain/replay.ts';
import type { DryRun, ReplayView } from '../../../../../contracts/v1/replay.ts';
import { gather, positiveNumber } from '../arguments.ts';
import { type RemoteOptions, remote, withGateway } from '../connection.ts';
import { wrongUse } from '../failure.ts';
import { number, say, sayJson, table } from '../output.ts';

interface ReplayOptions extends RemoteOptions {
  readonly system?: string;
  readonly operation?: readonly string[];
  readonly state?: readonly string[];
  readonly cause?: readonly string[];
  readonly code?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly rate: number;
  readonly reason?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export function replayCommands(program: Command): void {
  const replay = program
    .command('replay')
    .description('Gửi lại nhiều lượt, là một việc được lưu (send many exchanges again, as a stored job)')
    .option('--system <NAME>', 'hệ thống (system)')
    .option('--operation <NAME>', 'nghiệp vụ, lặp lại được (operation; may be repeated)', gather)
    .addOption(
      new Option(
        '--state <STATE>',
        `trạng thái: ${replayableState.options.join(', ')} (state; may be repeated; default rejected and dead)`,
      ).argParser(gather),
    )
    .option('--cause <CAUSE>', 'nguyên nhân, lặp lại được (cause; may be repeated)', gather)
    .option('--code <CODE>', 'mã của hệ thống kia, lặp lại được (their code; may be repeated)', gather)
    .option('--from <TIME>', 'nhận từ lúc (accepted at or after)')
    .option('--to <TIME>', 'nhận trước lúc (accepted before)')
    .option('--rate <N>', 'lượt mỗi giây (exchanges a second)', positiveNumber, 20)
    .option('--reason <TEXT>', 'lý do, ghi vào nhật ký (why; kept in the journal)')
    .option('--dry-run', 'chỉ đếm (count only)', false)
    .option('--json', 'dạng JSON (as JSON)', false);
  remote(replay).action(create);
  remote(
    replay.command('list').description('Các lần gửi lại (replays)').option('--json', 'dạng JSON (as JSON)', false),
  ).action(async (_options: unknown, command: Command) => {
    const options = command.optsWithGlobals<RemoteOptions & { json: boolean }>();
    const all: ReplayView[] = [];
    await withGateway(options, async (client) => {
      for await (const one of client.items<ReplayView>('/v1/replays')) all.push(one);
    });
    if (options.json) sayJson(all);
    else say(replayTable(all));
  });
  for (const [name, description, act] of [
    ['show', 'Xem tiến độ (see how far it is)', false],
    ['approve', 'Người thứ hai phê duyệt (approve, as another person)', true],
    ['stop', 'Dừng hẳn (stop for good)', true],
  ] as const)
    remote(
      replay.command(name).argument('<ID>').description(description).option('--json', 'dạng JSON (as JSON)', false),
    ).action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RemoteOptions & { json: boolean }>();
      const path = `/v1/replays/${encodeURIComponent(id)}`;
      const { body } = await withGateway(options, (client) =>
        act ? client.json<ReplayView>('POST', `${path}/${name}`) : client.json<ReplayView>('GET', path),
      );
      if (options.json) sayJson(body);
      else say(replayTable([body]));
    });
}

async function create(options: ReplayOptions): Promise<void> {
  if (options.system === undefined) throw wrongUse('Thiếu --system', '--system is missing');
  if (options.reason === undefined) throw wrongUse('Thiếu --reason', '--reason is missing');
  const wrong = options.state?.find((state) => !replayableState.safeParse(state).success);
  if (wrong !== undefined)
    throw wrongUse(
      `--state ${wrong} không gửi lại được`,
      `--state must be one of ${replayableState.options.join(', ')}`,
    );
  const body = {
    filter: {
      system: options.system,
      operations: options.operation,
      states: options.state,
      causes: options.cause,
      codes: options.code,
      from: options.from,
      to: options.to,
    },
    ratePerSecond: options.rate,
    reason: options.reason,
    dryRun: options.dryRun,
  };
  const answer = await withGateway(
    options,
    async (client) => (await client.json<ReplayView | DryRun>('POST', '/v1/replays', body)).body,
  );
  if (options.json) return sayJson(answer);
  if ('id' in answer) {
    say(replayTable([answer]));
    if (answer.state === 'awaiting-approval')
      say(`Cần một người khác phê duyệt (another person has to approve): lienthong replay approve ${answer.id}`);
    return;
  }
  say(
    table(
      ['NGHIỆP VỤ (operation)', 'TRẠNG THÁI (state)', 'NGUYÊN NHÂN (cause)', 'SỐ LƯỢT (count)'],
      answer.counts.map(({ operation, state, cause, count }) => [operation, state, cause, number(count)]),
    ),
  );
  say(
    `Tổng (total) ${number(answer.matched)} · khoảng (about) ${answer.minutes.toFixed(1)} phút (minutes)${answer.needsApproval ? ' · cần người thứ hai phê duyệt (a second person has to approve)' : ''}`,
  );
}

const replayTable = (replays: readonly ReplayView[]): string =>
  table(
    [
      'MÃ (id)',
      'HỆ THỐNG (system)',
      'TRẠNG THÁI (state)',
      'ĐÃ GỬI LẠI (done)',
      'BỎ QUA (skipped)',
      'TẠO LÚC (made)',
      'BỞI (by)',
      'LÝ DO (reason)',
    ],
    replays.map((one) => [
      one.id,
      one.filter.system,
      one.state,
      `${number(one.done)} / ${number(one.matched)}`,
      number(one.skipped),
      one.createdAt,
      one.createdBy,
      one.reason,
    ]),
  );
