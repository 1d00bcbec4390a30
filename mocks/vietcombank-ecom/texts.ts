/** Their codes (WIRE-2 6.2a), as far as this bank says them. */
export const texts = {
  '00': 'Thành công',
  '7': 'Giao dịch gốc không thành công hoặc đã được hoàn trả',
  '8': 'Lỗi hoàn trả giao dịch',
  '11': 'Đối tác không hợp lệ',
  '12': 'Số tiền không hợp lệ',
  '13': 'Số tiền vượt hạn mức',
  '15': 'Không tìm thấy giao dịch',
  '20': 'Yêu cầu không hợp lệ',
  '25': 'Giao dịch đã được thanh toán',
  '27': 'Loại tiền không hợp lệ',
  '28': 'Giao dịch chưa được thanh toán',
  '31': 'Thanh toán không thành công',
  '50': 'Hệ thống đang bảo trì',
  '68': 'Không giải mã được dữ liệu',
  '69': 'Thiếu chữ ký',
  '70': 'Chữ ký không hợp lệ',
  '99': 'Lỗi không xác định',
} as const;

export type Code = keyof typeof texts;

/** The text of a code that a test may have made up. */
export const textOf = (code: string): string => (Object.hasOwn(texts, code) ? texts[code as Code] : texts['99']);
