import { describe, expect, it } from 'vitest';
import { sampleReport, sampleTable } from '../../../test/kit/sample-report.ts';
import { reportCsv } from './csv.ts';

const linesOf = (bytes: Uint8Array): readonly string[] => new TextDecoder().decode(bytes).split('\r\n');

describe('a report as CSV', () => {
  it('begins with a byte order mark and says all of the report, a blank line between tables', () => {
    const bytes = reportCsv(sampleReport({ rows: 1 }));
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(linesOf(bytes)).toEqual([
      'BIÊN BẢN ĐỐI SOÁT',
      'Ngày 15 tháng 11 năm 2026',
      'DỰ THẢO – chưa được phê duyệt',
      'Cơ quan thụ hưởng;Sở Thử Nghiệm',
      'Tài khoản;0011000000001',
      '',
      'I. Giao dịch đã khớp',
      'STT;Người nộp;Nội dung;Số tiền (đồng)',
      '1;Nguyễn Văn Mẫu;Lệ phí hộ tịch;1001000',
      ';Cộng;;1001000',
      '',
      'II. Chênh lệch',
      'Loại;Số tiền',
      'Không có chênh lệch nào.',
      '',
      'Đối soát 01HZX',
      '',
    ]);
  });

  it('has no line for a warning once there is none', () => {
    expect(linesOf(reportCsv({ ...sampleReport({ rows: 1 }), warning: null }))[2]).toBe(
      'Cơ quan thụ hưởng;Sở Thử Nghiệm',
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+84', "'+84"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1', "'＝1"],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    [' =1', "' =1"],
    ['=A1;"x"', `"'=A1;""x"""`],
    ['a;b', '"a;b"'],
    ['a "b"', '"a ""b"""'],
    ['hai\ndòng', '"hai\ndòng"'],
    ['a=b', 'a=b'],
    [-5, '-5'],
    [null, ''],
  ])('writes %j so that nothing is calculated and nothing ends a cell', (cell, written) => {
    const text = new TextDecoder().decode(
      reportCsv({ ...sampleReport({ rows: 0 }), tables: [sampleTable([['x', cell]])] }),
    );
    expect(text).toContain(`\r\nx;${written}\r\n`);
  });
});
