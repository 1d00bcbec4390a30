/** Their codes, as far as this provider says them; no list is published. */
export const texts = {
  NOT_FOUND_DATA: 'Không tìm thấy dữ liệu',
  TRANSACTION_UUID_INVALID: 'transactionUuid đã được sử dụng',
  INVOICE_SERIAL_NOT_FOUND: 'Ký hiệu không tồn tại',
  INVOICE_TEMPLATE_NOT_FOUND: 'Mẫu không tồn tại',
  SUPPLIER_TAX_CODE_INVALID: 'Mã số thuế không hợp lệ',
  INVOICE_STATE_INVALID: 'Trạng thái biên lai không cho phép',
  BAD_REQUEST: 'Dữ liệu không hợp lệ',
} as const;
export type Code = keyof typeof texts;

export const STATUS = {
  issued: 'Đã phát hành',
  replaced: 'Đã bị thay thế',
  cancelled: 'Đã hủy',
} as const;
