import type { ActOrder, NoticePlan } from './plan.ts';

/** A MaXacThuc on an answer whose formula is not published: as assumed, left out, or wrong. */
type AnswerSeal = 'assumed' | 'absent' | 'wrong';

/** How this platform behaves in everything that is not published; all of it can be changed while it runs. */
export interface PlatformSettings {
  /** MaDoiTac of the province, and the secret agreed with it. */
  partner: string;
  secret: string;
  /** Registered for the partner, not a field of INIT: where the browser is sent; empty shows the end on the page. */
  returnUrl: string;
  /** The partner's `dpnhankqthanhtoanhs`; empty sends no notice. */
  notifyUrl: string;
  /** The partner's `dptracuuthanhtoanhs`. */
  lookupUrl: string;
  /** What the payer's browser calls this platform by; the server sets its own address where this is empty. */
  publicUrl: string;
  /** Answers as a province's LGSP wraps them: `{error_code:"0", message:"<json text>"}`. */
  wrapped: boolean;
  initSeal: AnswerSeal;
  querySeal: AnswerSeal;
  /** Whether TrangThaiGD is written `"1"` or `1`; not published. */
  statusAs: 'string' | 'number';
  /** Names of ThongTinBienLai without which INIT is refused; which are mandatory is not published. */
  receiptFields: readonly string[];
  /** Whether PhiLePhi and DSKhoanNop, where they are given, must add up to SoTien. */
  itemsAddUp: boolean;
  /** The page can be paid for this long; the real limit is not published. */
  pageTtlMs: number;
  /** LoaiBanTin of the notice; not published. */
  noticeType: string;
  /** A notice that is answered neither with 00 nor by its own MaLoi goes this often in all, this long apart. */
  noticeAttempts: number;
  noticeRetryMs: number;
  noticeTimeoutMs: number;
  /** For every act that brings no plan of its own: those pressed on the page. */
  notice: NoticePlan;
  /** What is done at each INIT while it stands; the first notice goes before INIT's answer, which waits at most `aheadMs`. */
  aheadOfInit: ActOrder | null;
  aheadMs: number;
  /** The first `spoiltBillCount` bills of a reference: cut short, empty, or a page instead of a PDF. */
  spoiltBill: 'short' | 'empty' | 'not-pdf';
  spoiltBillCount: number;
}

export const DEFAULT_SETTINGS: Readonly<PlatformSettings> = {
  partner: 'DEMO02',
  secret: 'demo-key',
  returnUrl: '',
  notifyUrl: '',
  lookupUrl: '',
  publicUrl: '',
  wrapped: false,
  initSeal: 'absent',
  querySeal: 'assumed',
  statusAs: 'string',
  receiptFields: ['MaDichVu', 'TKThuHuong', 'MaNHThuHuong', 'TenTKThuHuong', 'NoiDungThanhToan', 'HoTenNguoiNop'],
  itemsAddUp: true,
  pageTtlMs: 30 * 60_000,
  noticeType: 'IPN',
  noticeAttempts: 5,
  noticeRetryMs: 2_000,
  noticeTimeoutMs: 10_000,
  notice: {},
  aheadOfInit: null,
  aheadMs: 2_000,
  spoiltBill: 'short',
  spoiltBillCount: 0,
};
