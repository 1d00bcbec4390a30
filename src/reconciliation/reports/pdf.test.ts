import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openedPdf } from '../../../test/kit/opened-pdf.ts';
import { sampleReport, sampleTable } from '../../../test/kit/sample-report.ts';
import { reportPdf } from './pdf.ts';
import { REPORT_FONT } from './report-font.ts';

const font = new Uint8Array(await readFile(new URL(`font/${REPORT_FONT}`, import.meta.url)));
const pagesOf = async (report: Parameters<typeof reportPdf>[0]) =>
  (await openedPdf(await reportPdf(report, font))).pages;

describe('a report as PDF', () => {
  it('says all of a short report on one page', async () => {
    const pages = await pagesOf(sampleReport({ rows: 2 }));
    expect(pages).toEqual([
      [
        ...['BIÊN BẢN ĐỐI SOÁT', 'Ngày 15 tháng 11 năm 2026', 'DỰ THẢO – chưa được phê duyệt'],
        ...['Cơ quan thụ hưởng', 'Sở Thử Nghiệm', 'Tài khoản', '0011000000001'],
        ...['I. Giao dịch đã khớp', 'STT', 'Người nộp', 'Nội dung', 'Số tiền (đồng)'],
        ...['1', 'Nguyễn Văn Mẫu', 'Lệ phí hộ tịch', '1.001.000', '2', 'Trần Thị Thử', 'Lệ phí hộ tịch', '1.001.001'],
        ...['Cộng', '2.002.001', 'II. Chênh lệch', 'Loại', 'Số tiền', 'Không có chênh lệch nào.'],
        ...['Người lập biểu', '(Ký, ghi rõ họ tên)', 'Kế toán trưởng', '(Ký, ghi rõ họ tên)'],
        ...['Thủ trưởng đơn vị', '(Ký, ghi rõ họ tên)', 'Trang 1/1', 'Đối soát 01HZX'],
      ],
    ]);
  });

  it('repeats heads, warning, footer and page number on every page', async () => {
    const pages = await pagesOf({ ...sampleReport({ rows: 300 }), signatures: [] });
    expect(pages.length).toBeGreaterThan(5);
    for (const [index, page] of pages.entries()) {
      for (const text of ['STT', 'DỰ THẢO – chưa được phê duyệt', 'Đối soát 01HZX']) expect(page).toContain(text);
      expect(page).toContain(`Trang ${index + 1}/${pages.length}`);
    }
    expect(pages.flat().filter((text) => text === 'Lệ phí hộ tịch')).toHaveLength(300);
  });

  it('parts no row, no signatures, and no total from the last row, wherever the page ends', async () => {
    for (let rows = 24; rows < 48; rows += 1) {
      const pages = await pagesOf(sampleReport({ rows }));
      const signed = pages.filter((page) => page.includes('Người lập biểu'));
      expect(signed).toHaveLength(1);
      expect(signed[0]).toContain('Thủ trưởng đơn vị');
      expect(signed[0], 'signatures alone on a page').toContain('Không có chênh lệch nào.');
      const summed = pages.find((page) => page.includes('Cộng'));
      expect(summed).toContain(String(rows));
      for (const page of pages)
        expect(page.filter((text) => text === 'Lệ phí hộ tịch')).toHaveLength(
          page.filter((text) => text.startsWith('1.001.0')).length,
        );
    }
  });

  it('draws every letter of Vietnamese, and finds them again', async () => {
    const letters = 'aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ';
    const text = `${letters}${letters.toUpperCase()}0123456789.,;:()–/“”…`;
    const { pages, drawn } = await openedPdf(await reportPdf({ ...sampleReport({ rows: 0 }), title: text }, font));
    expect(pages.flat().join('')).toContain(text);
    expect([...text].filter((letter) => !drawn.has(letter))).toEqual([]);
  });

  it('composes what comes taken apart, and shows what the font lacks', async () => {
    const tables = [
      sampleTable([
        ['Nguye\u0302\u0303n', 1],
        ['a\u{1f4b0}b\u0001c', 2],
      ]),
    ];
    const texts = (await pagesOf({ ...sampleReport({ rows: 0 }), tables })).flat();
    expect(texts).toContain('Nguyễn');
    expect(texts).toContain('a?b c');
  });

  it('wraps words, breaks what has none, and never a number', async () => {
    const tables = [
      sampleTable([
        ['phí '.repeat(60), -9_007_199_254_740_991],
        ['x'.repeat(500), 0],
      ]),
    ];
    const texts = (await pagesOf({ ...sampleReport({ rows: 0 }), tables })).flat();
    expect(texts.filter((text) => /^phí( phí)*$/.test(text)).join(' ')).toBe('phí '.repeat(60).trim());
    expect(texts.filter((text) => /^x+$/.test(text)).join('')).toBe('x'.repeat(500));
    expect(texts).toContain('-9.007.199.254.740.991');
  });

  it('cuts a cell that no page could hold rather than split its row', async () => {
    const pages = await pagesOf({ ...sampleReport({ rows: 0 }), tables: [sampleTable([['lời '.repeat(50_000), 7]])] });
    expect(pages.length).toBeLessThan(4);
    expect(pages.flat().some((text) => text.endsWith('lời…'))).toBe(true);
  });

  it('gives the same bytes for the same report', async () => {
    const report = sampleReport({ rows: 40 });
    expect(await reportPdf(report, font)).toEqual(await reportPdf(report, font));
  });

  it('keeps thousands of rows small', async () => {
    const bytes = await reportPdf(sampleReport({ rows: 5_000 }), font);
    expect(bytes.length).toBeLessThan(1_000_000);
  });
});
