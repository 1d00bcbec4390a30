import type { Report, ReportCell, ReportTable } from '../../src/reconciliation/reports/report.ts';

/** A draft with as many rows as asked for in its first table, and none in its second. */
export function sampleReport({ rows }: { readonly rows: number }): Report {
  const matched: ReportTable = {
    heading: 'I. Giao dịch đã khớp',
    columns: [
      { title: 'STT', kind: 'count', width: 1 },
      { title: 'Người nộp', kind: 'text', width: 4 },
      { title: 'Nội dung', kind: 'text', width: 6 },
      { title: 'Số tiền (đồng)', kind: 'amount', width: 3 },
    ],
    rows: Array.from({ length: rows }, (_, index) => [
      index + 1,
      index % 2 === 0 ? 'Nguyễn Văn Mẫu' : 'Trần Thị Thử',
      'Lệ phí hộ tịch',
      1_001_000 + index,
    ]),
    total: [null, 'Cộng', null, 1_001_000 * rows + (rows * (rows - 1)) / 2],
    empty: 'Không có giao dịch nào.',
  };
  const breaks: ReportTable = {
    heading: 'II. Chênh lệch',
    columns: [
      { title: 'Loại', kind: 'text', width: 2 },
      { title: 'Số tiền', kind: 'amount', width: 1 },
    ],
    rows: [],
    total: null,
    empty: 'Không có chênh lệch nào.',
  };
  return {
    name: 'bien-ban-doi-soat',
    title: 'BIÊN BẢN ĐỐI SOÁT',
    subtitle: 'Ngày 15 tháng 11 năm 2026',
    warning: 'DỰ THẢO – chưa được phê duyệt',
    facts: [
      ['Cơ quan thụ hưởng', 'Sở Thử Nghiệm'],
      ['Tài khoản', '0011000000001'],
    ],
    tables: [matched, breaks],
    signatures: ['Người lập biểu', 'Kế toán trưởng', 'Thủ trưởng đơn vị'],
    footer: 'Đối soát 01HZX',
  };
}

/** A table of texts and amounts, side by side. */
export const sampleTable = (rows: readonly (readonly ReportCell[])[], heading = 'Bảng thử'): ReportTable => ({
  heading,
  columns: [
    { title: 'Nội dung', kind: 'text', width: 1 },
    { title: 'Số tiền', kind: 'amount', width: 1 },
  ],
  rows,
  total: null,
  empty: 'Không có.',
});
