import { z } from 'zod';

/** What a code of ours means: its HTTP status and its title, Vietnamese first. */
export interface ProblemKind {
  readonly status: number;
  readonly vi: string;
  readonly en: string;
}

/**
 * Every error that the contract knows. A code is stable for ever: programs decide by it, people read the title.
 * New codes may come; a caller treats one it does not know by the HTTP status.
 */
export const problemKinds = {
  'malformed-request': { status: 400, vi: 'Không đọc được yêu cầu', en: 'The request cannot be read' },
  'validation-failed': { status: 400, vi: 'Dữ liệu không hợp lệ', en: 'Some fields are not valid' },
  'invalid-cursor': { status: 400, vi: 'Con trỏ trang không hợp lệ', en: 'The cursor is not one of ours' },
  'idempotency-key-required': {
    status: 400,
    vi: 'Thiếu Idempotency-Key',
    en: 'This command needs an Idempotency-Key',
  },
  unauthenticated: { status: 401, vi: 'Chưa xác thực', en: 'No valid key was presented' },
  forbidden: { status: 403, vi: 'Không có quyền', en: 'This principal may not do that' },
  'test-key-refused': {
    status: 403,
    vi: 'Khóa thử nghiệm chỉ dùng với hệ thống mô phỏng',
    en: 'Test keys work on simulators only',
  },
  'second-person-required': {
    status: 403,
    vi: 'Cần một người khác phê duyệt',
    en: 'Another person has to do this',
  },
  'callback-refused': { status: 403, vi: 'Không xác minh được nguồn gửi', en: 'The sender could not be verified' },
  'not-found': { status: 404, vi: 'Không tìm thấy', en: 'There is no such thing' },
  'method-not-allowed': { status: 405, vi: 'Phương thức không được hỗ trợ', en: 'Not with this method' },
  'request-timeout': { status: 408, vi: 'Yêu cầu gửi quá chậm', en: 'The request came too slowly' },
  'stale-revision': {
    status: 409,
    vi: 'Bản ghi cũ hơn bản đang giữ',
    en: 'The snapshot is older than the one held',
  },
  'conflicting-revision': {
    status: 409,
    vi: 'Cùng phiên bản nhưng khác nội dung',
    en: 'The same revision with other content',
  },
  'revision-required': {
    status: 409,
    vi: 'Hồ sơ này phải gửi kèm revision',
    en: 'This dossier is ordered by revision, so one is required',
  },
  'wrong-state': { status: 409, vi: 'Trạng thái hiện tại không cho phép', en: 'Its present state does not allow that' },
  'exchange-in-flight': {
    status: 409,
    vi: 'Lượt gửi đang được thực hiện',
    en: 'The exchange is being sent at this moment',
  },
  'exchange-final': { status: 409, vi: 'Lượt gửi đã kết thúc', en: 'The exchange has ended for good' },
  'exchange-superseded': {
    status: 409,
    vi: 'Đã có trạng thái mới hơn thay thế',
    en: 'A newer state has taken its place',
  },
  'outcome-required': {
    status: 409,
    vi: 'Cần người có trách nhiệm cho biết kết quả thực tế',
    en: 'The system cannot be asked: a person has to state what became of it',
  },
  'still-running': {
    status: 409,
    vi: 'Yêu cầu trước với khóa này đang chạy',
    en: 'The earlier request with this key is still running',
  },
  'due-taken': {
    status: 409,
    vi: 'Khoản này đã có giao dịch đang mở, đã thu hoặc chưa rõ',
    en: 'One of these dues is paid, open or doubtful already',
  },
  'refund-not-offered': {
    status: 409,
    vi: 'Kênh thanh toán này không hoàn tiền qua hệ thống',
    en: 'This way of paying gives nothing back: it is paid back outside',
  },
  'no-receipt': { status: 409, vi: 'Không có biên lai', en: 'There is no receipt' },
  'already-paid': {
    status: 409,
    vi: 'Đã hoặc có thể đã thanh toán',
    en: 'It is paid, or may be',
  },
  'already-taken': { status: 409, vi: 'Tệp này đã được nạp', en: 'This file was taken in already' },
  'approval-required': { status: 409, vi: 'Cần được phê duyệt', en: 'It has to be approved first' },
  'on-hold': { status: 409, vi: 'Đang bị giữ theo yêu cầu pháp lý', en: 'A legal hold forbids that' },
  erased: { status: 410, vi: 'Nội dung đã bị xóa', en: 'Its content was erased' },
  'precondition-failed': { status: 412, vi: 'Đã bị thay đổi từ lần đọc trước', en: 'It was changed in the meantime' },
  'body-too-large': { status: 413, vi: 'Nội dung quá lớn', en: 'The body is too large' },
  'unsupported-media-type': { status: 415, vi: 'Kiểu nội dung không được hỗ trợ', en: 'Not with this content type' },
  'idempotency-mismatch': {
    status: 422,
    vi: 'Idempotency-Key đã dùng cho yêu cầu khác',
    en: 'This Idempotency-Key was used for another request',
  },
  'unreadable-statement': {
    status: 422,
    vi: 'Không đọc được sao kê, hoặc số liệu không khớp',
    en: 'The statement cannot be read, or does not add up',
  },
  'rejected-by-system': { status: 422, vi: 'Hệ thống quốc gia từ chối', en: 'The national system refused' },
  'refused-by-system': {
    status: 422,
    vi: 'Hệ thống bên kia đã nhận yêu cầu và từ chối',
    en: 'The system took the request and refused it',
  },
  'origin-not-allowed': {
    status: 422,
    vi: 'Địa chỉ không nằm trong danh sách cho phép',
    en: 'The address is not among ALLOWED_ORIGINS',
  },
  'unknown-dossier': {
    status: 422,
    vi: 'Không có hồ sơ này',
    en: 'There is no such dossier, or it was erased',
  },
  'beneficiary-missing': {
    status: 422,
    vi: 'Đơn vị chưa có tài khoản thụ hưởng',
    en: 'The unit has no account for this method',
  },
  'precondition-required': {
    status: 428,
    vi: 'Thiếu If-Match',
    en: 'This needs If-Match with the version that was seen',
  },
  'rate-limited': { status: 429, vi: 'Quá nhiều yêu cầu', en: 'Too many requests' },
  'internal-error': { status: 500, vi: 'Lỗi nội bộ', en: 'Something failed here' },
  'not-available-here': { status: 501, vi: 'Không có ở môi trường này', en: 'This runtime cannot do that' },
  'system-failed': { status: 502, vi: 'Hệ thống quốc gia trả lời lỗi', en: 'The national system failed' },
  'untrusted-answer': {
    status: 502,
    vi: 'Câu trả lời không đáng tin: chữ ký sai hoặc nói về người khác',
    en: 'The answer cannot be trusted: not signed by them, or about somebody else',
  },
  'system-not-configured': {
    status: 503,
    vi: 'Hệ thống chưa được cấu hình',
    en: 'This system is not configured',
  },
  'system-unavailable': {
    status: 503,
    vi: 'Hệ thống quốc gia tạm thời không phục vụ',
    en: 'The national system cannot be reached now',
  },
  'system-held': {
    status: 503,
    vi: 'Chưa gửi được cho hệ thống bên kia; chưa có gì thay đổi',
    en: 'It could not be sent to the system now; nothing was done',
  },
  'store-unavailable': {
    status: 503,
    vi: 'Tạm thời không ghi được dữ liệu, chưa có gì thay đổi',
    en: 'The store cannot take anything now; nothing was changed',
  },
  'files-unavailable': {
    status: 503,
    vi: 'Tạm thời không đọc hoặc ghi được tệp',
    en: 'The place where files are kept does not answer now',
  },
  'authentication-unavailable': {
    status: 503,
    vi: 'Tạm thời không xác thực được',
    en: 'The identity provider cannot be reached now',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemKinds;

/** One failing field. Its value is never repeated. */
const fieldError = z
  .object({
    in: z.enum(['body', 'query', 'path', 'header']),
    pointer: z.string().meta({ description: 'JSON pointer within that part of the request (RFC 6901)' }),
    message: z.string(),
  })
  .meta({ id: 'FieldError', examples: [{ in: 'body', pointer: '/applicant/name', message: 'is required' }] });
export type FieldError = z.infer<typeof fieldError>;

/** An error as RFC 9457 writes it, `application/problem+json`. */
export const problemBody = z
  .looseObject({
    type: z.string().meta({ description: 'Names the kind of problem; the same for the same code' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string().meta({ description: 'Stable code to decide by', examples: ['stale-revision'] }),
    detail: z.string().optional(),
    requestId: z.string().meta({ description: 'Give this when asking about the request' }),
    errors: z.array(fieldError).optional(),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457)' });
export type ProblemBody = z.infer<typeof problemBody>;

export const problemType = (code: ProblemCode): string => `urn:lienthong:problem:${code}`;
