import { escaped } from '../kit/xml-text.ts';
import type { Fields, LandTaxState, Message } from './state.ts';
import { signedAnswer } from './xml-signature.ts';

const HOURS_OF_VIETNAM = 7 * 3_600_000;

/** What an answer says of its question: the first phase, or the second once it has come. */
export function answerTo(state: LandTaxState, message: Message, changes: Fields = {}): string {
  const { settings } = state;
  const now = new Date(state.clock() + settings.clockOffMs + HOURS_OF_VIETNAM);
  const group = (name: string, fields: Fields): string => {
    const told = Object.entries(fields).map(([field, text]) => [field, all[field] ?? text] as const);
    return `<${name}>${told.map(([field, text]) => `<${field}>${escaped(text)}</${field}>`).join('')}</${name}>`;
  };
  const all = { ...message.fields, ...changes };
  const system = { MSG_TYPE: message.type, SEQ_ID: message.id, SEQ_REFID: message.refersTo };
  const common = {
    MA_HS: message.dossier,
    MA_GCN: message.certificate,
    SO_PHIEU: message.slip,
    NGAYCHUYEN: now.toISOString().slice(0, 19).replace('T', ' '),
    NGUOICHUYEN: 'CAN BO THUE A',
    ERROR_CODE: '0',
    ERROR_DESC: '',
  };
  // Whoever is refused hears nothing more.
  const hasCome = state.isFinished(message) && (all.ERROR_CODE ?? '0') === '0';
  const finished = hasCome ? { MA_KETQUA: '0', DIEN_GIAI: 'Hoàn thành', ...content(message) } : {};
  const known = { ...system, ...common, ...finished };
  const more = Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(known, name)));
  const row = `${group('SYSTEM_INFO', system)}${group('TT_CHUNG', common)}${group('NVTC', { ...finished, ...more })}`;
  const xml = `<?xml version="1.0" encoding="UTF-8"?><DATA xmlns="${escaped(settings.namespace)}"><HEADER><MESSAGE_CODE>${message.guid}</MESSAGE_CODE></HEADER><BODY id="body"><ROW>${row}</ROW></BODY><SECURITY/></DATA>`;
  return signedAnswer({ ...settings, answersAs: state.takeSigning(message) }, xml);
}

function content({ type, slip }: Message): Fields {
  const sums = { TONG_PHAI_NOP: '12500000', TONG_MIEN_GIAM: '500000', TONG_DA_NOP: '0', TONG_CON_PNOP: '12000000' };
  if (type === '17') return {};
  if (type === '16') return { MA_CQT: '10900', NGAY_TRA: '2026-11-30 08:00:00', NGUOI_TRA: 'CAN BO THUE A', ...sums };
  return {
    NNT_TEN: 'NGUYỄN VĂN A',
    NNT_MST: '8000000000',
    NNT_CMT: '001000000000',
    NNT_DIA_CHI: 'Xã Mẫu',
    ...sums,
    ...block('LPTB', { number: `TB-${slip}-1`, due: '2500000', exempt: '500000', remaining: '2000000' }),
    ...block('TSDD', { number: `TB-${slip}-2`, due: '10000000', exempt: '0', remaining: '10000000' }),
    ...block('TNCN'),
    ...block('TMD'),
    ...block('TMN'),
  };
}

interface Due {
  readonly number: string;
  readonly due: string;
  readonly exempt: string;
  readonly remaining: string;
}

/** Of nothing owed it is zeros and empty text. */
function block(prefix: string, due?: Due): Fields {
  const fields = {
    SO_THONG_BAO: due?.number ?? '',
    NGAY_THONG_BAO: due ? '2026-11-30' : '',
    HAN_NOP: due ? '2026-12-30' : '',
    SO_QDMG: '',
    NGAY_QD: '',
    PHAI_NOP: due?.due ?? '0',
    MIEN_GIAM: due?.exempt ?? '0',
    DA_NOP: '0',
    CON_PNOP: due?.remaining ?? '0',
    DULIEU: '',
  };
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [`${prefix}_${name}`, text]));
}
