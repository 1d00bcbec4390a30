/** One row as the gateway sends it; every text can be another than it should be. */
export type Row = Readonly<Record<string, string>>;

export interface BookedTaxpayer {
  readonly fields: Row;
  readonly address: string;
  readonly rows: readonly Row[];
}

/** What the tax department knows: dues of dossiers, and taxpayers with what they owe. */
export class TaxBook {
  readonly land = new Map<string, readonly Row[]>();
  readonly taxpayers = new Map<string, BookedTaxpayer>();

  clear(): void {
    this.land.clear();
    this.taxpayers.clear();
  }
  all() {
    return { land: Object.fromEntries(this.land), taxpayers: Object.fromEntries(this.taxpayers) };
  }
}

/** ROW_SOTHUE of 00110 (WIRE.md 3.2). */
export const landRow = (dossier: string, changes: Row = {}): Row => ({
  MA_HS: dossier,
  MA_GCN: 'DD 000001',
  SO_THUADAT: '12',
  SO_TO_BANDO: '3',
  DIA_CHI_TS: 'Thửa 12, tờ 3',
  MA_TINH_TS: '101',
  MA_DBHC: '00001',
  MA_SO_THUE: '8000000001',
  TEN_NNT: 'NGUYEN VAN A',
  SO: '001099000001',
  MOTA_DIACHI: 'Số 1, phố Mẫu',
  SO_QUYET_DINH: 'LTB2200001-TK0000001/TB-CCT',
  NGAY_QUYET_DINH: '2022-12-05 00:00:00.0',
  MA_CHUONG: '757',
  MA_TMUC: '2801',
  TEN_TMUC: 'Lệ phí trước bạ nhà, đất',
  LOAI_TK_NSNN: '7111',
  MA_CQUAN_THU: '1054000',
  SO_CON_PHAI_NOP: '1500000',
  HAN_NOP: '2023-01-04 00:00:00.0',
  SHKB: '0011',
  ...changes,
});

/** ROW_SOTHUE of 00047 (WIRE.md 3.2, A5). */
export const bookRow = (taxCode: string, changes: Row = {}): Row => ({
  MST: taxCode,
  MA_CHUONG: '757',
  MA_CQ_THU: '1054000',
  SHKB: '0011',
  MA_TMUC: '2801',
  NO_CUOI_KY: '500000',
  SO_TAI_KHOAN_CO: '7111',
  SO_QDINH: 'LPTB-0001',
  NGAY_QDINH: '05/12/2022',
  LOAI_TIEN: 'VND',
  TI_GIA: '1',
  LOAI_THUE: '02',
  KY_THUE: '12/2022',
  MA_DBHC: '101HH',
  ...changes,
});

export const taxpayerOf = (taxCode: string, rows: readonly Row[] = [], changes: Row = {}): BookedTaxpayer => ({
  fields: {
    MST: taxCode,
    TEN_NNT: 'CONG TY MAU',
    LOAI_NNT: '0100',
    SO_CMND: '',
    CHUONG: '757',
    MA_CQT_QL: '10100',
    ...changes,
  },
  address: 'Số 2, phố Mẫu',
  rows,
});
