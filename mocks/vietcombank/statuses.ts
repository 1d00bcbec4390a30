/** `status` of an order (WIRE.md 6.2). */
export const STATUS = {
  new: 1,
  paying: 2,
  paid: 3,
  cancelled: 4,
  review: 5,
  refundPending: 6,
  refunded: 7,
  instalmentWait: 10,
  partlyRefunded: 11,
  failed: 12,
  reverted: 15,
} as const;

export type Status = (typeof STATUS)[keyof typeof STATUS];

/** What the page shows, and the notice's `message`. */
export const statusNames: Readonly<Record<Status, string>> = {
  1: 'Mới tạo',
  2: 'Đang thanh toán',
  3: 'Đã thanh toán',
  4: 'Đã hủy',
  5: 'Đang xem xét',
  6: 'Chờ hoàn tiền',
  7: 'Đã hoàn tiền',
  10: 'Chờ trả góp',
  11: 'Đã hoàn tiền một phần',
  12: 'Thất bại',
  15: 'Đã đảo giao dịch',
};

/** No end yet: it can still be paid. */
export const isOpen = (status: Status): boolean => status === 1 || status === 2 || status === 5 || status === 10;

/** The state of an order's notice: not called, calling, error, done. */
export type NotifyState = 1 | 2 | 3 | 4;
