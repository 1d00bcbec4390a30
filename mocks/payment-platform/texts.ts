/** What the platform says beside its codes; the codes follow the tax department's list of the same family (WIRE-2 2.3a). */
export const texts = {
  '00': 'Thành công',
  '01': 'Giao dịch không thành công',
  '02': 'Dữ liệu không đúng định dạng',
  '07': 'Lỗi xác thực chữ ký',
  '09': 'Mã đối tác không tồn tại',
  '104': 'Mã giao dịch không tồn tại',
  '116': 'Mã tham chiếu đã tồn tại',
  '118': 'Không tìm thấy thông tin thanh toán',
  '99': 'Lỗi không xác định',
} as const;

export type Code = keyof typeof texts;

/** The text of a code that a test may have made up. */
export const textOf = (code: string): string => (Object.hasOwn(texts, code) ? texts[code as Code] : texts['99']);
