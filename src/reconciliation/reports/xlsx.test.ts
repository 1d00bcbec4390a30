import { read } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import { sampleReport, sampleTable } from '../../../test/kit/sample-report.ts';
import { reportWorkbook } from './xlsx.ts';

const opened = (bytes: Uint8Array) => read(bytes, { type: 'array', cellFormula: true, cellNF: true, cellStyles: true });

describe('a report as a workbook', () => {
  it('sums up on the first sheet and has one for each table', () => {
    const book = opened(reportWorkbook(sampleReport({ rows: 3 })));
    expect(book.SheetNames).toEqual(['Tổng hợp', 'I. Giao dịch đã khớp', 'II. Chênh lệch']);
    const values = Object.entries(book.Sheets['Tổng hợp'] ?? {}).flatMap(([at, cell]) =>
      at.startsWith('!') ? [] : cell.v,
    );
    expect(values).toEqual([
      ...['BIÊN BẢN ĐỐI SOÁT', 'Ngày 15 tháng 11 năm 2026', 'DỰ THẢO – chưa được phê duyệt'],
      ...['Cơ quan thụ hưởng', 'Sở Thử Nghiệm', 'Tài khoản', '0011000000001'],
      ...['Người lập biểu', 'Kế toán trưởng', 'Thủ trưởng đơn vị'],
      ...['(Ký, ghi rõ họ tên)', '(Ký, ghi rõ họ tên)', '(Ký, ghi rõ họ tên)', 'Đối soát 01HZX'],
    ]);
  });

  it('writes amounts as numbers that can be summed, under heads that are printed on every page', () => {
    const book = opened(reportWorkbook(sampleReport({ rows: 3 })));
    const sheet = book.Sheets['I. Giao dịch đã khớp'];
    expect(sheet?.D2).toMatchObject({ t: 's', v: 'Số tiền (đồng)' });
    expect(sheet?.D3).toMatchObject({ t: 'n', v: 1_001_000, z: '#,##0' });
    expect(sheet?.D6).toMatchObject({ t: 'n', v: 3_003_003 });
    expect(sheet?.['!cols']?.length).toBe(4);
    expect(book.Workbook?.Names).toContainEqual(
      expect.objectContaining({ Name: '_xlnm.Print_Titles', Ref: "'I. Giao dịch đã khớp'!$2:$2" }),
    );
    expect(book.Sheets['II. Chênh lệch']?.A3?.v).toBe('Không có chênh lệch nào.');
  });

  it('never writes a text as a formula or a number', () => {
    const texts = ['=1+1', '+84', '-2', '@SUM(A1)', '0011000000001', '1e5', 'TRUE', '\u0001x'];
    const tables = [sampleTable(texts.map((text) => [text, text]))];
    const sheet = opened(reportWorkbook({ ...sampleReport({ rows: 0 }), tables })).Sheets['Bảng thử'];
    for (const [index, text] of texts.entries())
      for (const column of ['A', 'B']) {
        const cell = sheet?.[`${column}${index + 3}`];
        expect(cell).toMatchObject({ t: 's', v: text });
        expect(cell).not.toHaveProperty('f');
      }
  });

  it('names sheets so that every spreadsheet opens them', () => {
    const long = 'Giao dịch của cơ quan thụ hưởng chưa có trong sao kê';
    const tables = [long, long, 'Tổng hợp', "a/b:c?*[d]\\'e'", ''].map((heading) => sampleTable([], heading));
    const { SheetNames } = opened(reportWorkbook({ ...sampleReport({ rows: 0 }), tables }));
    expect(new Set(SheetNames.map((name) => name.toLowerCase())).size).toBe(6);
    for (const name of SheetNames) expect(name).toMatch(/^[^\\/?*[\]:']{1,31}$/);
    expect(SheetNames[3]).toBe('Tổng hợp (2)');
  });

  it('cuts a text that no cell can hold, and says so', () => {
    const tables = [sampleTable([['đ'.repeat(40_000), 1]])];
    const cell = opened(reportWorkbook({ ...sampleReport({ rows: 0 }), tables })).Sheets['Bảng thử']?.A3;
    expect(cell?.v).toHaveLength(32_767);
    expect(cell?.v).toMatch(/…$/);
  });
});
