import { expect, it } from 'vitest';
import { judge, speaksOfSession } from './verdict.ts';

it.each<[string | number, string, string]>([
  [0, 'Thành công', 'done'],
  [0, 'Không có lỗi', 'done'],
  [0, 'Đã nhận', 'done'],
  [0, 'Cập nhật thành công, thiếu email', 'done'],
  [0, 'Đồng bộ thành công, phiên làm việc sẽ hết hạn sau 5 phút', 'done'],
  [0, 'Lỗi dữ liệu', 'unclear'],
  ['00', 'NgayTiepNhan không hợp lệ', 'unclear'],
  ['0', 'Thiếu MaTTHC', 'unclear'],
  [0, 'Hồ sơ bị từ chối', 'unclear'],
  [0, 'error', 'unclear'],
  [0, 'No error', 'done'],
  [0, 'Đồng bộ không thành công: thiếu MaTTHC', 'no'],
  [0, 'Phiên làm việc đã hết hạn', 'expired'],
  [0, 'Vui lòng đăng nhập lại', 'expired'],
  [0, 'Lỗi: hồ sơ đã tồn tại', 'exists'],
  [-1, 'Phiên giao dịch không tồn tại', 'no'],
  [-1, 'Phiên bản không hợp lệ', 'no'],
])('%j %j is %s', (code, message, verdict) => {
  expect(judge(code, message)).toBe(verdict);
});

it.each<[string, boolean]>([
  ['Hồ sơ không tồn tại', true],
  ['Hồ sơ H02.15.03-221201-0001 không tồn tại: không tìm thấy hồ sơ', true],
  ['Mã hồ sơ: "H02.15.03-221201-0001" không tìm thấy', true],
  ['Hồ sơ có mã H02.15-1 chưa được đồng bộ', true],
  ['Không tìm thấy thông tin hồ sơ', true],
  ['MaHoSo không có trên hệ thống', true],
  ['Hồ sơ: MaTTHC 1.001193 không tìm thấy', false],
  ['Mã hồ sơ thành phần giấy tờ không tồn tại', false],
  ['Thành phần hồ sơ TP01 không tồn tại', false],
  ['Không tìm thấy hồ sơ đính kèm', false],
  ['Chủ hồ sơ không tồn tại', false],
])('%j speaks of a missing dossier: %s', (message, missing) => {
  expect(judge(-1, message)).toBe(missing ? 'unknown-record' : 'no');
});

it('neither a transaction nor a version is a session', () => {
  for (const text of ['Mã phiên giao dịch không hợp lệ', 'Phiên bản không tồn tại']) {
    expect(speaksOfSession(text)).toBe(false);
  }
});
