import type { BreakKind, BreakState } from '../../../contracts/domain/reconciliation.ts';

/** What reports call things, in Vietnamese. */
export const SIDES: Readonly<Record<string, string>> = {
  ...{
    recorded: 'Cổng ghi nhận',
    bank: 'Ngân hàng (ghi có)',
    platform: 'Nền tảng thanh toán',
    orders: 'Cổng của ngân hàng',
  },
  ...{ tax: 'Thuế đất', treasury: 'Kho bạc (ghi có)', due: 'Khoản phải thu', portal: 'Cổng dịch vụ công quốc gia' },
};
export const KINDS: Readonly<Record<BreakKind, string>> = {
  'missing-ours': 'Bên kia có, cổng không có',
  'missing-theirs': 'Cổng có, bên kia chưa có',
  amount: 'Lệch số tiền',
  currency: 'Khác loại tiền',
  status: 'Khác trạng thái',
  'duplicate-ours': 'Cổng ghi hai lần',
  'duplicate-theirs': 'Thu hai lần',
  unallocated: 'Chưa rõ nội dung',
  late: 'Muộn',
  'wrong-account': 'Sai tài khoản',
  'fee-policy': 'Khác mức phí quy định',
  reversed: 'Đã hoàn hoặc đảo',
  identity: 'Mã thanh toán không đọc được',
  'missing-nationally': 'Cổng quốc gia không có',
  stage: 'Cổng quốc gia hiện trạng thái khác',
  'unknown-nationally': 'Chưa tới Cổng quốc gia',
};
export const STATES: Readonly<Record<BreakState, string>> = {
  ...{ open: 'Mở', assigned: 'Đã giao', explained: 'Đã giải trình', corrected: 'Đã sửa', 'written-off': 'Đã xóa bỏ' },
  ...{ accepted: 'Đã chấp nhận', cleared: 'Đã khớp' },
};
export const RULES: Readonly<Record<string, string>> = {
  'exact-reference': 'Đúng mã thanh toán',
  'several-lines': 'Một khoản, nhiều dòng',
  'several-payments': 'Nhiều khoản, một dòng',
  'dossier-code': 'Đúng mã hồ sơ',
  'decision-number': 'Đúng số thông báo thuế',
  'cut-reference': 'Mã thanh toán bị cắt',
  'misspelt-reference': 'Mã thanh toán sai một ký tự',
  'lookalike-reference': 'Mã thanh toán lẫn chữ và số',
  'amount-and-time': 'Cùng số tiền, gần ngày',
  'net-of-fee': 'Sau khi trừ phí',
  'bank-fee': 'Phí ngân hàng',
  'bank-interest': 'Lãi tiền gửi',
  'money-returned': 'Hoàn tiền đã ghi nhận',
  'nothing-moved': 'Không phát sinh',
  'not-paid': 'Cả hai bên chưa thu',
  'later-round': 'Phiên sau báo trạng thái khác',
};
export const MATCHES: Readonly<Record<string, string>> = {
  ...{ matched: 'Khớp', tolerated: 'Khớp trong ngưỡng', proposed: 'Đề xuất' },
};
export const CHANNELS: Readonly<Record<string, string>> = {
  ...{ national: 'Nền tảng quốc gia', vietcombank: 'Vietcombank (cổng)', 'vietcombank-ecom': 'Vietcombank (TMĐT)' },
  ...{ vietqr: 'Chuyển khoản VietQR', 'land-tax': 'Thuế đất' },
};
export const ITEMS: Readonly<Record<string, string>> = { fee: 'Phí', charge: 'Lệ phí' };
