import { type Command, Option } from 'commander';
import { inVietnamese } from '../../../../reconciliation/day-refusals.ts';
import { type DayView, daysText, dayText, type FreshnessView, freshnessText } from '../actions/show-days.ts';
import { mayWrite, writeWhole } from '../actions/write-report.ts';
import { GatewayRefused } from '../client.ts';
import { type RemoteOptions, remote, withGateway } from '../connection.ts';
import { Failure } from '../failure.ts';
import { number, say, sayJson } from '../output.ts';
import { type Shown, shown } from '../shown.ts';

interface ReportOptions extends RemoteOptions {
  readonly as: keyof typeof FILES;
  readonly out?: string;
  readonly force: boolean;
}

const DAYS = '/v1/reconciliation/days';
const EXIT = '\nMã trạng thái (exit status): 0 đã làm (done), 1 bị từ chối (refused).';
/** Files of a day: where they are asked for, what they are called, and whether a terminal can show them. */
const FILES = {
  pdf: { path: 'report.pdf', name: 'doi-soat', ending: 'pdf', isText: false },
  xlsx: { path: 'report.xlsx', name: 'doi-soat', ending: 'xlsx', isText: false },
  csv: { path: 'report.csv', name: 'doi-soat', ending: 'csv', isText: true },
  entries: { path: 'entries.csv', name: 'but-toan', ending: 'csv', isText: true },
} as const;

/** Days closed, approved and opened again, months locked; what a day came to as files; how soon the nation sees. */
export function dayCommands(group: Command): void {
  shown(
    between(group, 'days', 'Các ngày từng được đóng (days that were closed at some time)').addHelpText(
      'after',
      '\nNgày chưa từng đóng không có trong bảng (a day that was never closed is not listed).',
    ),
  ).action((from: string, to: string, options: Shown) =>
    withGateway(options, async (client) => {
      const { body } = await client.json<{ items: DayView[] }>('GET', `${DAYS}?${new URLSearchParams({ from, to })}`);
      if (options.json) sayJson(body.items);
      else say(daysText(body.items));
    }),
  );
  for (const [act, description] of [
    ['close', 'Đóng một ngày theo lần đối soát cuối (close a day by its last run)'],
    ['approve', 'Duyệt một ngày do người khác đóng (approve a day that somebody else closed)'],
    ['reopen', 'Mở lại một ngày (open a closed day again)'],
  ] as const) {
    const command = ofDay(group, act, description).addHelpText('after', EXIT);
    if (act === 'reopen')
      command.requiredOption('--reason <TEXT>', 'lý do, ghi vào nhật ký (why; kept in the journal)');
    shown(command).action((date: string, options: Shown & { readonly reason?: string }) =>
      withGateway(options, async (client) => {
        const path = `${DAYS}/${encodeURIComponent(date)}/${act}`;
        const body = act === 'reopen' ? { reason: options.reason } : undefined;
        const { body: day } = await client.json<DayView>('POST', path, body).catch(told(date));
        if (options.json) sayJson(day);
        else say(dayText(day));
      }),
    );
  }
  shown(
    group
      .command('lock')
      .argument('<PERIOD>', 'tháng hoặc quý, như 2022-12 hay 2022-Q4 (a month or a quarter)')
      .description(
        'Khóa một tháng hoặc quý khi mọi ngày đã duyệt; không mở lại được (lock a month or a quarter for good, once all its days are approved)',
      )
      .addHelpText('after', EXIT),
  ).action((period: string, options: Shown) =>
    withGateway(options, async (client) => {
      const path = `/v1/reconciliation/periods/${encodeURIComponent(period)}/lock`;
      const { body } = await client.json<object>('POST', path).catch(told(period));
      if (options.json) sayJson(body);
      else say(`${period}: đã khóa (locked)`);
    }),
  );
  remote(
    ofDay(group, 'report', 'Lấy báo cáo của một ngày (take the report of a day)')
      .addOption(
        new Option(
          '--as <KIND>',
          'dạng tệp; entries: bút toán cho phần mềm kế toán (the file; entries: for accounting software)',
        )
          .choices(Object.keys(FILES))
          .makeOptionMandatory(),
      )
      .option(
        '--out <FILE>',
        'tệp sẽ ghi; không có: csv và entries ra màn hình, pdf và xlsx thành doi-soat-NGÀY (the file to write; without it csv and entries go to standard output, pdf and xlsx to a file called after the day)',
      )
      .option('--force', 'ghi đè tệp đã có (replace a file that is there)', false)
      .addHelpText('after', EXIT),
  ).action(report);
  shown(
    between(
      group,
      'freshness',
      'Hồ sơ hiện trên Cổng quốc gia sau bao lâu (how soon dossiers became nationally visible)',
    ),
  ).action((from: string, to: string, options: Shown) =>
    withGateway(options, async (client) => {
      const path = `/v1/reports/freshness?${new URLSearchParams({ from, to })}`;
      const { body } = await client.json<FreshnessView>('GET', path);
      if (options.json) sayJson(body);
      else say(freshnessText(body));
    }),
  );
}

const ofDay = (group: Command, name: string, description: string): Command =>
  group.command(name).argument('<DATE>', 'ngày, như 2026-03-01 (a day)').description(description);
const between = (group: Command, name: string, description: string): Command =>
  group
    .command(name)
    .argument('<FROM>', 'ngày đầu, như 2026-03-01 (the first day)')
    .argument('<TO>', 'ngày cuối (the last day)')
    .description(description);

/** Why not, in Vietnamese first. A refusal that is none of a day's, or that a newer gateway words otherwise, stays as it is. */
const told =
  (what: string) =>
  (error: unknown): never => {
    const { detail } = (error instanceof GatewayRefused ? (error.document ?? {}) : {}) as { detail?: string };
    const open = /^not approved: (.+)$/.exec(detail ?? '')?.[1];
    const why = open === undefined ? inVietnamese(detail ?? '') : `còn ngày chưa duyệt: ${open}`;
    if (!(error instanceof GatewayRefused) || detail === undefined || why === undefined) throw error;
    throw new Failure(`${what}: ${why}`, `${error.status}: ${open === undefined ? detail : 'not approved yet'}`);
  };

async function report(date: string, options: ReportOptions): Promise<void> {
  const { path, name, ending, isText } = FILES[options.as];
  const file = options.out ?? (isText ? undefined : `${name}-${date}.${ending}`);
  if (file !== undefined) mayWrite(file, options.force);
  await withGateway(options, async (client) => {
    const bytes = await client.bytes(`${DAYS}/${encodeURIComponent(date)}/${path}`).catch(unknownDay(date));
    if (file === undefined) {
      // The mark at the beginning, by which spreadsheets know the letters, is part of the file.
      process.stdout.write(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
      return;
    }
    writeWhole(file, bytes, options.force);
    say(`${file}: ${number(bytes.length)} byte`);
  });
}

const unknownDay =
  (date: string) =>
  (error: unknown): never => {
    if (!(error instanceof GatewayRefused) || error.code !== 'not-found') throw error;
    throw new Failure(
      `${date}: chưa có lần đối soát nào của ngày này đã xong`,
      'no run of this day has come to its end',
    );
  };
