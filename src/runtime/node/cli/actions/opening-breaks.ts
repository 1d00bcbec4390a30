import { readFileSync } from 'node:fs';
import { readCsv } from '../../../../registers/csv.ts';
import type { GatewayClient } from '../client.ts';
import { Failure } from '../failure.ts';

/** Rows of one list: equal rows are told apart within it. */
const MOST = 1_000;
const COLUMNS = ['date', 'kind', 'side', 'ours', 'theirs', 'dossierCode', 'documentNumber', 'reason'] as const;
/** Heads are read without regard to capitals. */
const NAMES: ReadonlyMap<string, string> = new Map(COLUMNS.map((name) => [name.toLowerCase(), name]));
const REQUIRED: readonly string[] = ['date', 'kind', 'side', 'reason'];

export interface Opened {
  readonly opened: number;
  readonly known: number;
}

/**
 * Hands over a CSV of what was open before the gateway began, whole or not at all: the columns `date`, `kind`, `side`
 * and `reason`, and where there are `ours`, `theirs` (whole đồng), `dossierCode`, `documentNumber`. A file that cannot be
 * read, or has other columns, is refused with its line before anything is handed over.
 */
export async function handOpening(client: GatewayClient, file: string): Promise<Opened> {
  const read = readCsv(readFileSync(file, 'utf8'));
  if ('errors' in read) {
    const [first] = read.errors;
    throw new Failure(`${file}, dòng ${first?.line ?? 1}: không đọc được`, first?.message ?? 'cannot be read');
  }
  const odd = read.columns.find((column) => !NAMES.has(column));
  if (odd !== undefined) throw new Failure(`${file}: cột lạ ${odd}`, `the columns are ${COLUMNS.join(', ')}`);
  const missing = REQUIRED.find((column) => !read.columns.includes(column));
  if (missing !== undefined) throw new Failure(`${file}: thiếu cột ${missing}`, 'a column is missing');
  const items = read.rows.map(({ line, cells }) => {
    const said = Object.entries(cells).filter(([, text]) => text !== '');
    return Object.fromEntries(
      said.map(([column, text]) => [NAMES.get(column) ?? column, isAmount(column) ? whole(text, line) : text]),
    );
  });
  if (items.length > MOST)
    throw new Failure(`${file}: quá ${MOST} dòng, hãy chia theo ngày`, 'too many rows for one list: divide it by days');
  return (await client.json<Opened>('POST', '/v1/reconciliation/opening-breaks', { items })).body;
}

const isAmount = (column: string): boolean => column === 'ours' || column === 'theirs';

function whole(text: string, line: number): number {
  // Thousands apart by one kind of sign throughout, or not at all.
  const grouped = /^-?\d{1,3}(?:(?:\.\d{3})+|(?: \d{3})+)$/.test(text);
  const plain = grouped ? text.replace(/[. ]/g, '') : text;
  if (!/^-?\d{1,15}$/.test(plain)) throw new Failure(`Dòng ${line}: không phải số đồng`, 'is no whole number of đồng');
  return Number(plain);
}
