import type { Command } from 'commander';
import type { z } from 'zod';
import type { SystemHold, SystemView, systemActed, systemProbe } from '../../../../../contracts/v1/system.ts';
import { type RemoteOptions, remote, withGateway } from '../connection.ts';
import { FAILED } from '../failure.ts';
import { number, say, sayJson, table } from '../output.ts';

const STATES: Readonly<Record<string, string>> = {
  open: 'thông (open)',
  paused: 'TẠM DỪNG (paused)',
  'breaker-open': 'NGẮT (breaker open)',
  'slowed-down': 'chậm lại (slowed down)',
  downtime: 'giờ bảo trì (downtime)',
};

export function systemCommands(program: Command): void {
  const systems = program.command('systems').description('Các hệ thống quốc gia (the national systems)');
  remote(
    systems
      .command('list')
      .description('Tình trạng, hàng đợi, độ trễ (state, backlog, freshness)')
      .option('--json', 'dạng JSON (as JSON)', false),
  ).action(list);
  for (const [name, description, done] of [
    ['pause', 'Ngừng gửi cho đến khi cho chạy lại (send nothing until resumed)', 'Đã tạm dừng (paused)'],
    ['resume', 'Gửi tiếp (go on sending)', 'Đã chạy lại (resumed)'],
  ] as const)
    remote(
      systems
        .command(name)
        .argument('<NAME>', 'tên hệ thống (name of the system)')
        .description(description)
        .requiredOption('--reason <TEXT>', 'lý do, ghi vào nhật ký (why; kept in the journal)'),
    ).action((system: string, options: RemoteOptions & { reason: string }) =>
      withGateway(options, async (client) => {
        const { body } = await client.json<z.infer<typeof systemActed>>(
          'POST',
          `/v1/systems/${encodeURIComponent(system)}/${name}`,
          { reason: options.reason },
        );
        say(`${done}: ${system}`);
        sayHeld(body.act.stillHeldBy);
      }),
    );
  remote(
    systems
      .command('probe')
      .argument('<NAME>', 'tên hệ thống (name of the system)')
      .description('Hỏi thử một lần (ask once for a sign of life)'),
  ).action((system: string, options: RemoteOptions) =>
    withGateway(options, async (client) => {
      const { body } = await client.json<z.infer<typeof systemProbe>>(
        'POST',
        `/v1/systems/${encodeURIComponent(system)}/probe`,
      );
      const answered = body.outcome === 'completed' || body.outcome === 'accepted';
      say(
        `${system}: ${answered ? '✓ trả lời (answered)' : '✗ không được (failed)'} · ${body.outcome}${body.code === null ? '' : ` · ${body.code}`} · ${body.durationMs} ms`,
      );
      if (!body.asked)
        say('  chưa hỏi: thông tin đăng nhập đang nghỉ (nobody was asked: the refused credential rests)');
      sayHeld(body.stillHeldBy);
      if (!answered) process.exitCode = FAILED;
    }),
  );
}

/** What holds it all the same, and until when. */
function sayHeld(held: readonly SystemHold[]): void {
  for (const { lane, why, until } of held)
    say(
      `  còn bị giữ (still held): ${lane ?? 'tất cả (all)'} · ${why}${until === null ? '' : ` · đến (until) ${until}`}`,
    );
}

async function list(options: RemoteOptions & { json: boolean }): Promise<void> {
  const { items } = await withGateway(
    options,
    async (client) => (await client.json<{ items: SystemView[] }>('GET', '/v1/systems')).body,
  );
  if (options.json) return sayJson(items);
  say(
    table(
      [
        'HỆ THỐNG (system)',
        'TÌNH TRẠNG (state)',
        'CHỜ (waiting)',
        'TREO (parked)',
        'LỖI (failed)',
        'TRỄ (behind)',
        'GỬI CUỐI (last delivered)',
      ],
      items.map(({ name, configured, lanes, backlog, freshness }) => {
        const command = lanes.find((lane) => lane.class === 'command');
        const state = command?.state ?? 'open';
        const why = command?.paused?.reason ?? (state === 'breaker-open' ? command?.breaker.cause : undefined);
        return [
          name,
          configured ? `${STATES[state] ?? state}${why ? `: ${why}` : ''}` : '– chưa cấu hình (not configured)',
          number(backlog.waiting),
          number(backlog.parked),
          number(backlog.dead + backlog.rejected),
          freshness.oldestWaitingAgeSeconds === null ? null : `${number(freshness.oldestWaitingAgeSeconds)} s`,
          freshness.lastDeliveredAt,
        ];
      }),
    ),
  );
}
