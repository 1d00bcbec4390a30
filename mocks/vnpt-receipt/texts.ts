/** What stands after `ERR:`; no list is published. */
export const texts = {
  '1': 'Tài khoản đăng nhập sai hoặc không có quyền',
  '2': 'Không tồn tại biên lai',
  '3': 'Dữ liệu xml đầu vào không đúng quy định',
  '6': 'Không tìm thấy biên lai',
  '8': 'Biên lai đã được thay thế hoặc đã hủy',
  '9': 'Trạng thái biên lai không được hủy',
  '13': 'Trùng key',
  '20': 'Pattern và serial không phù hợp',
} as const;
export type Code = keyof typeof texts;

export const refusal = (code: Code): string => `ERR:${code} ${texts[code]}`;
