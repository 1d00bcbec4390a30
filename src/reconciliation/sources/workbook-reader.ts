import type { StatementFormat } from '../../../contracts/domain/statement.ts';
import type { Workbook } from './cells.ts';
import { containerOf, openWorkbook, WORKBOOK_LIMIT_BYTES } from './sheet.ts';
import { type FileHead, problemAt, type ReadOptions, type Told } from './source.ts';
import { firstColumns, partsOf, type Template } from './template.ts';
import { wholeFile } from './text-lines.ts';
import { vietcombankAccounts, vietcombankCashup } from './vietcombank-cashup.ts';
import { oneSheet, vietcombankHtml } from './vietcombank-html.ts';
import { vietcombankSimple } from './vietcombank-simple.ts';
import { vietcombankWorkbook } from './vietcombank-workbook.ts';

/** The first that fits counts. */
const TEMPLATES: readonly Template[] = [
  ...[vietcombankCashup, vietcombankAccounts, vietcombankWorkbook, vietcombankSimple],
];

/** A workbook that was opened once, whatever is asked of it then. */
export interface OpenedWorkbook {
  /** The layout that it has; undefined where it is none of these. */
  readonly format: StatementFormat | undefined;
  /** Undefined where it cannot be opened. */
  readonly workbook: Workbook | undefined;
  /** Everything that it says; a problem alone where it cannot be opened or has none of the layouts. */
  readonly parts: (options: ReadOptions) => Iterable<readonly Told[]>;
}

/** Readers of workbooks: which layout one has shows only once it is open. */
export const workbookReader = {
  recognises: ({ bytes }: FileHead): boolean => containerOf(bytes) !== undefined,

  open: async (file: AsyncIterable<Uint8Array>): Promise<OpenedWorkbook> => {
    const bytes = await wholeFile(file, WORKBOOK_LIMIT_BYTES);
    const opened =
      bytes === undefined
        ? problemAt(1, null, `is larger than ${WORKBOOK_LIMIT_BYTES / 1_048_576} MiB`)
        : openWorkbook(bytes);
    if ('kind' in opened) return { format: undefined, workbook: undefined, parts: () => [[opened]] };
    const sheets = opened.container === 'html' ? [oneSheet(opened.sheets)] : opened.sheets;
    const chosen = sheets.flatMap((sheet) => {
      const columns = firstColumns(sheet);
      if (columns === undefined) return [];
      const templates = opened.container === 'html' ? [vietcombankHtml] : TEMPLATES;
      const template = templates.find(({ fits }) => fits(sheet, columns));
      return template === undefined ? [] : [{ sheet, template }];
    });
    const [first] = chosen;
    if (first === undefined) {
      const unknown = problemAt(1, null, 'has no table whose columns are those of a statement');
      return { format: undefined, workbook: opened, parts: () => [[unknown]] };
    }
    return {
      format: first.template.format,
      workbook: opened,
      parts: function* (options) {
        for (const { sheet, template } of chosen) yield* partsOf(sheet, template.rules, options);
      },
    };
  },
};
