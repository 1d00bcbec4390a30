/** Their codes (WIRE.md 6.2); the texts are made. */
export const texts = {
  '0000': 'Thành công',
  '0001': 'Lỗi không xác định',
  '0002': 'Hàm không hợp lệ',
  '0003': 'Mã merchant không hợp lệ',
  '0004': 'Phiên bản không hợp lệ',
  '0005': 'Mã đơn hàng không hợp lệ',
  '0006': 'Mô tả đơn hàng không hợp lệ',
  '0007': 'Số tiền không hợp lệ',
  '0008': 'Loại tiền không hợp lệ',
  '0009': 'Họ tên người mua không hợp lệ',
  '0010': 'Email người mua không hợp lệ',
  '0011': 'Số điện thoại người mua không hợp lệ',
  '0012': 'Địa chỉ người mua không hợp lệ',
  '0013': 'Địa chỉ return_url không hợp lệ',
  '0014': 'Địa chỉ cancel_url không hợp lệ',
  '0015': 'Địa chỉ notify_url không hợp lệ',
  '0016': 'Thời hạn thanh toán không hợp lệ',
  '0017': 'Chuỗi kiểm tra không hợp lệ',
  '0018': 'Mã token không hợp lệ',
  '0020': 'Merchant không được phép sử dụng',
  '0101': 'Không tạo được đơn hàng',
} as const;

export type Code = keyof typeof texts;

/** The text of a code that a test may have made up. */
export const textOf = (code: string): string => (Object.hasOwn(texts, code) ? texts[code as Code] : texts['0001']);
