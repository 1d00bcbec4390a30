import { folded } from '../../contracts/domain/text.ts';
import { plainCode } from './codes.ts';

/**
 * What an answer of the portal says. There is no official table of codes (WIRE.md 1.2, A2.4), so the text decides
 * beside the code, in this order:
 * 1. `expired`: the session is not, or no longer, known; beside a 0 only where nothing says "thành công".
 * 2. `exists`: "đã tồn tại", whatever the code, which may even be 0.
 * 3. `done`: 0 or 00, unless the text denies it ("không thành công" holds "thành công").
 *    `unclear`: a 0 beside a text that tells of a fault and not of success: neither is believed.
 * 4. `unknown-record`: an update of something that they do not have.
 * 5. `busy` and `broken`: no word about what was sent but one about themselves, before or after they acted.
 * 6. `no`: every other answer.
 */
export type Verdict = 'expired' | 'exists' | 'done' | 'unclear' | 'unknown-record' | 'busy' | 'broken' | 'no';

export function judge(code: string | number, message: string | null | undefined): Verdict {
  const text = folded(message ?? '');
  const success = plainCode(code) === '0';
  const praised = success && saysDone(text);
  if (!praised && (speaksOfSession(text) || ['401', '-401'].includes(plainCode(code)))) return 'expired';
  if (text.includes('da ton tai')) return 'exists';
  if (success && !text.includes('khong thanh cong') && !text.includes('that bai')) {
    return !praised && speaksOfFault(text) ? 'unclear' : 'done';
  }
  if (speaksOfMissingDossier(text)) return 'unknown-record';
  if (speaksOfBeingBusy(text)) return 'busy';
  return speaksOfOwnFault(text) ? 'broken' : 'no';
}

/** Folded text: something is wrong, whoever is to blame. "Không có lỗi" is no fault. */
export function speaksOfFault(words: string): boolean {
  return /\bloi\b|khong hop le|\bthieu\b|tu choi|\b(error|fail(ed|ure)?|invalid|denied|refused)\b/.test(
    words.replace(/\b(khong|0) (co |phat sinh )?loi\b|\b(no|0|without) errors?\b/g, ''),
  );
}

/** Folded text: the address and not what was sent is refused, as a gateway does that does not know the way. */
export function speaksOfRoute(words: string): boolean {
  return /dstcode|dich vu (dich|khong ton tai)/.test(words);
}

/** They turned the call away: a dossier is not refused for ever because they were being serviced. */
function speaksOfBeingBusy(words: string): boolean {
  if (/khong hop le|bat buoc|thieu/.test(words)) return false;
  return (
    /(he thong|dich vu|may chu|cong)( quoc gia| hien| hien tai| tam thoi| nay)?( dang| bi| tam| dang bi| dang tam)? (ban(?! hanh| ghi| sao)|bao tri|qua tai|gian doan|ngung|nang cap)/.test(
      words,
    ) ||
    /thu lai sau|qua nhieu yeu cau|qua tai|too many requests|(service|server|system)( is)?( temporarily)? (busy|unavailable|overloaded|under maintenance)/.test(
      words,
    )
  );
}

/** Something broke on their side, perhaps after they acted. */
function speaksOfOwnFault(words: string): boolean {
  return /loi (he thong|may chu|noi bo|ket noi|co so du lieu)|internal (server )?error|system error|exception|time[d]? ?out|\bora-\d+|deadlock/.test(
    words,
  );
}

/** A plain text in place of an envelope, as `CapNhatTienDoHoSoMC` is read by its known client (WIRE.md A2.3). */
export function saysDone(text: string): boolean {
  const words = folded(text);
  return words.includes('thanh cong') && !words.includes('khong thanh cong') && !words.includes('that bai');
}

/** Folded text, or any text of theirs: whether it says that the session is at fault. */
export function speaksOfSession(text: string): boolean {
  const words = folded(text);
  if (words.length > 2_000) return false;
  // "Tài khoản chưa xác thực VNeID", "phiên bản", "phiên giao dịch" and the like speak of the dossier, not of us.
  if (SPEAKS_OF_THE_DOSSIER.test(words)) return /\b(phien (lam viec|dang nhap)|session)\b/.test(words);
  const subject =
    /\bphien\b(?! (ban|giao dich))|\bsession|\btoken\b|dang nhap|\blog ?in\b|unauthori[sz]ed|not authenticated/;
  const state =
    /het han|het hieu luc|het phien|khong hop le|khong ton tai|khong dung|chua|\blai\b|that bai|khong thanh cong|expire|invalid|time[d]? ?out|not found|require|unauthori[sz]ed|not authenticated|\bloi\b|\bsai\b/;
  return subject.test(words) && state.test(words);
}

const SPEAKS_OF_THE_DOSSIER =
  /vneid|dinh danh|chu ky|ho so|giay to|tep|cccd|cmnd|can cuoc|cong dan|nguoi nop|chu the|dien thoai|email|thu dien tu|ma so thue|doanh nghiep|thanh toan|dan cu/;

/**
 * "Chưa xác thực" and its like say of one portal that the session is not known, and of another that a person in the
 * dossier is not: a fresh session tells the two apart.
 */
export function maySpeakOfSession(text: string): boolean {
  const words = folded(text);
  return words.length <= 2_000 && /xac thuc|authenticat/.test(words);
}

/** Words that make of "hồ sơ" something else than the dossier itself. */
const NOT_THE_DOSSIER = '(?<!\\b(?:thanh phan|chu|loai|trang thai|tep|file|danh muc|giay to|thu tuc|nguoi nop|mau) )';
const MISSING = '(?:khong ton tai|chua ton tai|khong tim thay|chua (?:duoc )?dong bo|khong co tren)';
/** A code stands between at most, and a code has a digit. */
const DOSSIER_IS_MISSING = new RegExp(
  `${NOT_THE_DOSSIER}\\b(?:ho so|mahoso)(?: (?:nay|so|ma|ma so|co ma|voi ma))?(?:[ :'"(]+(?=[a-z.-]*\\d)[\\w./-]+['")]*)?[ ,:-]+${MISSING}`,
);
const MISSING_IS_THE_DOSSIER =
  /(?:khong ton tai|chua ton tai|khong tim thay|chua co) (?:thong tin |du lieu )?(?:ma (?:so )?)?(?:ho so|mahoso)\b(?! (?:thanh phan|dinh kem|giay to|goc))/;

/** The dossier itself, the words next to each other: a missing procedure or paper of a dossier is a mere refusal. */
function speaksOfMissingDossier(words: string): boolean {
  return DOSSIER_IS_MISSING.test(words) || MISSING_IS_THE_DOSSIER.test(words);
}
