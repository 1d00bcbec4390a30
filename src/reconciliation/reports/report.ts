/** A report as it is written, whatever the file: CSV, a workbook or a PDF say the same. Words are Vietnamese. */
export interface Report {
  /** Names the file, without its ending: small letters, digits, hyphens. */
  readonly name: string;
  readonly title: string;
  /** Under the title: what day or period it is of. */
  readonly subtitle: string;
  /** What holds for the whole: shown loudly. Null once it is approved. */
  readonly warning: string | null;
  /** Label and value, above the tables. */
  readonly facts: readonly (readonly [string, string])[];
  readonly tables: readonly ReportTable[];
  /** Who signs, from left to right. */
  readonly signatures: readonly string[];
  /** At the foot of every page: by what the report can be told to be this one. */
  readonly footer: string;
}

export interface ReportTable {
  readonly heading: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly ReportCell[])[];
  /** A last row of sums; null without. */
  readonly total: readonly ReportCell[] | null;
  /** Stands in the place of rows where there are none. */
  readonly empty: string;
}

export interface ReportColumn {
  readonly title: string;
  /** `amount`: whole đồng, set right, thousands apart. */
  readonly kind: 'text' | 'count' | 'amount';
  /** Share of the width. */
  readonly width: number;
}

export type ReportCell = string | number | null;
