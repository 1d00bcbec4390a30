import { PDFDocument } from '@cantoo/pdf-lib';
import { create } from 'fontkit';
import { composed } from '../../../contracts/domain/text.ts';
import { GREY, type Ink, type Paper, paper, RED } from './pdf-paper.ts';
import { setTable } from './pdf-table.ts';
import { typeface } from './pdf-type.ts';
import type { Report } from './report.ts';

const A4 = { short: 595.28, long: 841.89 };
const MARGIN = 40;
/** Under the upper margin of the second page and those after it: what they belong to. */
const HEAD = 18;
/** A table with more columns makes the pages lie on their side. */
const COLUMNS_UPRIGHT = 7;
const TITLE = { size: 14, heavy: true, align: 'centre' } as const;
const SUBTITLE = { size: 10, align: 'centre' } as const;
const WARNING = { size: 11, ink: RED, heavy: true, align: 'centre' } as const;
const WARNING_FILL: Ink = [0.99, 0.93, 0.92];
const FACT_SIZE = 9;
const FACT_LEAD = 13;
const SMALL = { size: 7, ink: GREY };
const SMALL_LEAD = 9;
const PAGE_NUMBER_WIDTH = 70;
const LINES = 12;
const SIGNATURES_ACROSS = 4;
const SIGNATURE_HEIGHT = 100;
const SIGNER = { size: 9.5, heavy: true, align: 'centre' } as const;
const SIGNER_LEAD = 13;
const SIGN_HERE = { size: 8.5, ink: GREY, align: 'centre' } as const;
const AFTER_TABLE = 16;
const HAIR: Ink = [0.72, 0.72, 0.72];

/**
 * The report as pages of A4 to be signed. `font` holds all letters of Vietnamese, and is embedded with those used. The
 * same report gives the same bytes. Time and memory grow with the number of rows.
 */
export async function reportPdf(report: Report, font: Uint8Array): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  document.registerFontkit({ create });
  document.setTitle(composed(report.title), { showInWindowTitleBar: true });
  document.setSubject(composed(report.subtitle));
  document.setLanguage('vi');
  // Without what would take ị apart into two glyphs: a search in the file would find i.
  const type = typeface(await document.embedFont(font, { subset: true, features: { liga: false, ccmp: false } }));

  const lies = report.tables.some((table) => table.columns.length > COLUMNS_UPRIGHT);
  const width = lies ? A4.long : A4.short;
  const footer = type.wrapped(report.footer, SMALL.size, width - 2 * MARGIN - PAGE_NUMBER_WIDTH, 4);
  const foot = footer.length * SMALL_LEAD + 12;
  const sheets = paper(type, { width, height: lies ? A4.short : A4.long, margin: MARGIN, foot, head: HEAD });

  setOpening(sheets, report);
  const signatures = signatureRows(sheets, report.signatures);
  for (const [index, table] of report.tables.entries()) {
    const last = index === report.tables.length - 1 && signatures.length > 0;
    setTable(sheets, table, last ? AFTER_TABLE + heightOf(signatures) : 0);
    sheets.y -= AFTER_TABLE;
  }
  setSignatures(sheets, signatures);

  sheets.finish(document, (page, number, of) => {
    if (number > 1) setRunningHead(page, report);
    const top = MARGIN + foot - 8;
    page.rule(page.left, top, page.left + page.width, top, HAIR, 0.4);
    page.y = top - 3;
    page.text(`Trang ${number}/${of}`, page.left, page.y - SMALL.size, page.width, { ...SMALL, align: 'right' });
    page.block(footer, page.left, page.width, SMALL_LEAD, SMALL);
  });
  return document.save({ objectsPerTick: Number.POSITIVE_INFINITY });
}

/** Title, subtitle, warning and facts. */
function setOpening(page: Paper, report: Report): void {
  const { type, left, width } = page;
  page.block(type.wrapped(report.title, TITLE.size, width, LINES), left, width, 19, TITLE);
  page.block(type.wrapped(report.subtitle, SUBTITLE.size, width, LINES), left, width, 14, SUBTITLE);
  page.y -= 8;
  if (report.warning !== null) {
    const lines = type.wrapped(report.warning, WARNING.size, width - 24, LINES);
    const height = lines.length * 15 + 12;
    const bottom = page.y - height;
    page.fill(left, bottom, width, height, WARNING_FILL);
    for (const y of [page.y, bottom]) page.rule(left, y, left + width, y, RED, 1);
    for (const x of [left, left + width]) page.rule(x, page.y, x, bottom, RED, 1);
    page.y -= 6;
    page.block(lines, left, width, 15, WARNING);
    page.y = bottom - 12;
  }
  const widest = report.facts.reduce((most, [label]) => Math.max(most, type.width(label, FACT_SIZE)), 0);
  const labels = Math.min(widest + 14, width * 0.42);
  for (const [label, value] of report.facts) {
    const said = type.wrapped(label, FACT_SIZE, labels - 14, LINES);
    const given = type.wrapped(value, FACT_SIZE, width - labels, LINES);
    const height = Math.max(said.length, given.length) * FACT_LEAD + 3;
    page.turn(height);
    const top = page.y;
    page.block(said, left, labels, FACT_LEAD, { size: FACT_SIZE, ink: GREY });
    page.y = top;
    page.block(given, left + labels, width - labels, FACT_LEAD, { size: FACT_SIZE });
    page.y = top - height;
  }
  page.y -= 12;
}

/** A page that is taken out of the others still says what it belongs to, and that it is not approved. */
function setRunningHead(page: Paper, report: Report): void {
  const { type, left, width, top } = page;
  const warning = report.warning === null ? '' : type.fitted(report.warning, SMALL.size, width / 2);
  const taken = warning === '' ? 0 : type.width(warning, SMALL.size) + 12;
  const named = type.fitted(`${report.subtitle} – ${report.title}`, SMALL.size, width - taken);
  page.text(named, left, top - SMALL.size, width, SMALL);
  page.text(warning, left, top - SMALL.size, width, { size: SMALL.size, ink: RED, heavy: true, align: 'right' });
}

/** Blocks side by side, as many in each row as can be. */
function signatureRows(page: Paper, signatures: readonly string[]) {
  const rows = Math.ceil(signatures.length / SIGNATURES_ACROSS);
  const across = Math.ceil(signatures.length / Math.max(1, rows));
  return Array.from({ length: rows }, (_, row) => {
    const names = signatures.slice(row * across, (row + 1) * across);
    const width = page.width / names.length;
    const signers = names.map((name) => page.type.wrapped(name, SIGNER.size, width - 12, 4));
    const lines = signers.reduce((most, signer) => Math.max(most, signer.length), 1);
    return { signers, width, lines, height: lines * SIGNER_LEAD + SIGNATURE_HEIGHT };
  });
}

type SignatureRow = ReturnType<typeof signatureRows>[number];
const heightOf = (rows: readonly SignatureRow[]): number => rows.reduce((sum, row) => sum + row.height, 0);

/** All on one page as long as one page holds them; no row is ever parted. */
function setSignatures(page: Paper, rows: readonly SignatureRow[]): void {
  const all = heightOf(rows);
  if (all <= page.height) page.turn(all);
  for (const { signers, width, lines, height } of rows) {
    page.turn(height);
    const top = page.y;
    for (const [index, signer] of signers.entries()) {
      const x = page.left + index * width;
      page.y = top - 6;
      page.block(signer, x, width, SIGNER_LEAD, SIGNER);
      page.text('(Ký, ghi rõ họ tên)', x, top - 6 - lines * SIGNER_LEAD - SIGN_HERE.size, width, SIGN_HERE);
    }
    page.y = top - height;
  }
}
