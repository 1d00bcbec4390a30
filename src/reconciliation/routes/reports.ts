import { dayPath } from '../../../contracts/v1/reconciliation.ts';
import { problem } from '../../routes/problem.ts';
import { type Route, route, text } from '../../routes/route.ts';
import { reportCsv } from '../reports/csv.ts';
import type { DayReports } from '../reports/day-report.ts';
import type { Report } from '../reports/report.ts';
import { reportWorkbook } from '../reports/xlsx.ts';
import { tags } from './statements.ts';

const CSV = 'text/csv; charset=utf-8';
const FILES = [
  { ending: 'csv', type: CSV, id: 'getDayReportCsv', write: reportCsv },
  {
    ...{ ending: 'xlsx', type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
    ...{ id: 'getDayReportXlsx', write: reportWorkbook },
  },
] as const;

const asFile = (report: Report, ending: string, bytes: Uint8Array<ArrayBuffer>) =>
  ({
    status: 200,
    text: bytes,
    headers: { 'content-disposition': `attachment; filename="${report.name}.${ending}"` },
  }) as const;

/** What a day came to, as files. `font`: for PDFs; undefined where this runtime has none. */
export const reportRoutes = ({
  reports,
  font,
}: {
  readonly reports: DayReports;
  readonly font: () => Promise<Uint8Array | undefined>;
}): readonly Route[] => [
  ...FILES.map(({ ending, type, id, write }) =>
    route(
      {
        ...{
          method: 'get',
          path: `/v1/reconciliation/days/{date}/report.${ending}`,
          scope: 'reconciliation:read',
          tags,
        },
        ...{ params: dayPath, operationId: id, summary: `The day’s report as ${ending.toUpperCase()}` },
        description:
          'By its last run: sums of every side, gross, fees and net, what was taken by unit, chapter, sub-item, procedure, due and channel, and every break. Before the day is approved it says that it is provisional.',
        responses: { 200: text(type, 'The report') },
        problems: ['not-found'],
      },
      async ({ params: { date } }) => {
        const report = await reports.of(date);
        return report === undefined ? problem('not-found') : asFile(report, ending, write(report));
      },
    ),
  ),
  route(
    {
      ...{ method: 'get', path: '/v1/reconciliation/days/{date}/report.pdf', scope: 'reconciliation:read', tags },
      ...{ params: dayPath, operationId: 'getDayReportPdf', summary: 'The day’s report as PDF' },
      description: 'The same, on paper to be signed.',
      responses: { 200: text('application/pdf', 'The report') },
      problems: ['not-found', 'not-available-here'],
    },
    async ({ params: { date } }) => {
      const report = await reports.of(date);
      if (report === undefined) return problem('not-found');
      const letters = await font();
      if (letters === undefined) return problem('not-available-here');
      // Loaded where it is used: it takes half a second.
      const { reportPdf } = await import('../reports/pdf.ts');
      return asFile(report, 'pdf', new Uint8Array(await reportPdf(report, letters)));
    },
  ),
  route(
    {
      ...{
        method: 'get',
        path: '/v1/reconciliation/days/{date}/entries.csv',
        scope: 'reconciliation:read',
        tags,
        params: dayPath,
      },
      ...{ operationId: 'getDayEntries', summary: 'The day’s entries for accounting software' },
      description:
        'A row a due that was paid, with its unit, chapter, sub-item, account, and the line that it was booked by.',
      responses: { 200: text(CSV, 'One row a due') },
      problems: ['not-found'],
    },
    async ({ params: { date } }) => {
      const report = await reports.entries(date);
      return report === undefined ? problem('not-found') : asFile(report, 'csv', reportCsv(report));
    },
  ),
];
