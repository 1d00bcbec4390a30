import { communesOfBacNinh2026, provinces2026 } from '../facts/places.ts';
import { type Level, type Procedure, priceVnd, procedures } from '../facts/procedures.ts';
import { units2022 } from '../year/units.ts';
import { type Answer, refusal } from './answers.ts';
import type { WireRecord } from './judge.ts';
import type { PortalState } from './state.ts';
import { texts } from './texts.ts';

/** CAPTHUCHIEN and, assumed alike, CAPDONVI: 0 ministry, 1 province, 2 district, 3 commune (WIRE.md 1.8). */
const levelCodes: Readonly<Record<Level, string>> = { province: '1', district: '2', commune: '3' };

interface AgencyRow {
  readonly MADONVI: string;
  readonly TENDONVI: string;
  readonly CAPDONVI: string;
}

function agencies(year: 2022 | 2026): AgencyRow[] {
  if (year === 2022) {
    return units2022().map((unit) => ({
      MADONVI: unit.code,
      TENDONVI: unit.name,
      CAPDONVI: levelCodes[unit.level],
    }));
  }
  const provinces = provinces2026().map(({ code, name }) => ({
    MADONVI: code,
    TENDONVI:
      name.startsWith('TP') || ['Hà Nội', 'Huế', 'Đà Nẵng', 'Hải Phòng', 'Cần Thơ'].includes(name)
        ? `UBND thành phố ${name.replace('TP ', '')}`
        : `UBND tỉnh ${name}`,
    CAPDONVI: '1',
  }));
  // The numbers of the communes are not published (WIRE.md A7); 100 and up is their known range.
  const communes = communesOfBacNinh2026().map(({ kind, name }, index) => ({
    MADONVI: `H05.${100 + index}`,
    TENDONVI: `UBND ${kind === 'ward' ? 'phường' : 'xã'} ${name}`,
    CAPDONVI: '3',
  }));
  return [...provinces, ...communes];
}

const listed = (procedure: Procedure): WireRecord => ({
  MATTHC: procedure.code,
  TENTTHC: procedure.name,
  MALINHVUC: procedure.field.code,
  TENLINHVUC: procedure.field.name,
  CAPTHUCHIEN: levelCodes[procedure.level],
  TRANGTHAI: '1',
});

function detailed(procedure: Procedure): WireRecord {
  const way = (channel: '1' | '2' | '3') => ({
    KENH: channel,
    THOIGIAN: [
      {
        THOIGIANGIAIQUYET: String(procedure.days),
        DONVITINH: 'Ngày làm việc',
        MOTA: '',
        PHILEPHI:
          procedure.charge === undefined
            ? []
            : [
                {
                  MAPHILEPHI: procedure.charge.code,
                  SOTIEN: String(priceVnd(procedure.charge, channel === '2')),
                  DONVI: 'Đồng',
                  MOTA: procedure.charge.name,
                },
              ],
      },
    ],
  });
  return {
    ID: procedure.code.replaceAll('.', ''),
    MATTHC: procedure.code,
    TENTTHC: procedure.name,
    MACOQUANCONGBO: procedure.field.code.slice(0, 3),
    LOAITTHC: '1',
    QUYETDINH: '',
    IDQUYETDINHCONGBO: '',
    YEUCAU: '',
    TUKHOA: '',
    TRANGTHAI: '1',
    MOTA: '',
    DIACHITIEPNHAN: 'Bộ phận Một cửa',
    TRINHTUTHUCHIEN: [{ TRUONGHOP: '', TRINHTU: [{ TENTRINHTU: 'Nộp hồ sơ' }, { TENTRINHTU: 'Nhận kết quả' }] }],
    CAPTHUCHIEN: [{ CAPTHUCHIEN: levelCodes[procedure.level] }],
    LINHVUCTHUCHIEN: [{ MALINHVUC: procedure.field.code, TENLINHVUC: procedure.field.name }],
    CACHTHUCTHUCHIEN: [way('1'), way('2'), way('3')],
    DOITUONGTHUCHIEN: procedure.applicant === 'citizen' ? 'Công dân Việt Nam' : 'Doanh nghiệp',
    THANHPHANHOSO: [
      {
        TRUONGHOP: '',
        GIAYTO: procedure.papers.map((name, index) => ({
          MAGIAYTO: `GT${String(index + 1).padStart(2, '0')}`,
          TENGIAYTO: name,
          TENMAUDON: '',
          URL: '',
          SOBANCHINH: '1',
          SOBANSAO: '0',
        })),
      },
    ],
    KETQUATHUCHIEN: [{ MAKETQUA: procedure.result.code, TENKETQUA: procedure.result.name }],
    CANCUPHAPLY: [],
    TTHCLIENQUAN: [],
    TTHCLIENTHONG: [],
    COQUANTHUCHIEN: [],
    COQUANCOTHAMQUYEN: '',
    COQUANDUOCUYQUYEN: '',
    COQUANPHOIHOP: '',
  };
}

const found = (result: readonly WireRecord[] | readonly AgencyRow[]): Answer => ({
  code: 0,
  message: texts.found,
  result,
});

export function procedure(portal: PortalState, call: WireRecord): Answer {
  const held = procedures.find(({ code }) => code === call.maTTHC);
  return held === undefined ? refusal(portal.settings, 'Không tìm thấy thủ tục hành chính') : found([detailed(held)]);
}

export function procedureList(): Answer {
  return found(procedures.map(listed));
}

/** The procedures of a unit are those of its level; an unknown unit has none. */
export function procedureListOfUnit(portal: PortalState, call: WireRecord): Answer {
  const unit = agencies(portal.settings.agencies).find(({ MADONVI }) => MADONVI === call.maDonVi);
  return found(procedures.filter(({ level }) => levelCodes[level] === unit?.CAPDONVI).map(listed));
}

export function agencyList(portal: PortalState): Answer {
  return found(agencies(portal.settings.agencies));
}

export function fieldList(): Answer {
  const fields = new Map(procedures.map(({ field }) => [field.code, field.name]));
  return found(
    [...fields].map(([MALINHVUC, TENLINHVUC]) => ({ MALINHVUC, TENLINHVUC, MANGANH: MALINHVUC.slice(0, 3) })),
  );
}
