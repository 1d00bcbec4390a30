import { controlCall, type PlainAnswer, plainCall } from '../kit/plain-call.ts';
import type { RunningPortal } from './server.ts';

export interface Answered extends PlainAnswer {
  readonly json: { error_code?: unknown; message?: string; result?: unknown; session?: string } | undefined;
}

/** A plain caller for the simulator's own tests. */
export class PortalCaller {
  session = '';
  readonly #portal: RunningPortal;

  constructor(portal: RunningPortal) {
    this.#portal = portal;
  }

  async login(password = this.#portal.state.settings.password): Promise<Answered> {
    const answer = await this.post('/mapi/login', { username: this.#portal.state.settings.username, password });
    if (answer.json?.session !== undefined) this.session = answer.json.session;
    return answer;
  }

  call(service: string, fields: object = {}, timeoutMs?: number): Promise<Answered> {
    const { unit } = this.#portal.state.settings;
    return this.post('/mapi/g', { session: this.session, madonvi: unit, service, ...fields }, { timeoutMs });
  }

  sync(records: readonly object[], isUpdating: 'True' | 'False' = 'False', timeoutMs?: number): Promise<Answered> {
    return this.call('DongBoHoSoMC', { isUpdating, data: records }, timeoutMs);
  }

  post(
    path: string,
    body: unknown,
    options: { dstcode?: string; dstcodeIn?: 'query' | 'header'; timeoutMs?: number | undefined } = {},
  ): Promise<Answered> {
    const { dstcode = this.#portal.state.settings.dstcode, dstcodeIn = 'query', timeoutMs } = options;
    const query = dstcodeIn === 'query' ? `?dstcode=${encodeURIComponent(dstcode)}` : '';
    const headers = { 'content-type': 'application/json', ...(dstcodeIn === 'header' ? { dstcode } : {}) };
    const url = `${this.#portal.url}${path}${query}`;
    return plainCall(url, 'POST', headers, JSON.stringify(body), timeoutMs) as Promise<Answered>;
  }

  control<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return controlCall(this.#portal.controlUrl, method, path, body);
  }
}

/** A record that the portal takes; `version` puts its marker. */
export function record(code: string, changes: Readonly<Record<string, unknown>> = {}, version?: number) {
  return {
    MaHoSo: code,
    MaTTHC: '1.001193',
    TenTTHC: 'Thủ tục đăng ký khai sinh',
    KenhThucHien: '2',
    ChuHoSo: 'Nguyễn Văn Mẫu',
    LoaiDoiTuong: '1',
    DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: '024000000000' }],
    TrichYeuHoSo: 'Đăng ký khai sinh',
    NgayNopHoSo: '20221201080000',
    NgayTiepNhan: '20221201083000',
    NgayHenTra: '20221202170000',
    TrangThaiHoSo: '2',
    GhiChu: version === undefined ? '' : `[v=${version}]`,
    ...changes,
  };
}

export function progress(code: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    MaHoSo: code,
    NguoiXuLy: 'Trần Thị Thử',
    ChucDanh: 'Công chức',
    ThoiDiemXuLy: '20221201083000',
    PhongBanXuLy: 'Bộ phận Một cửa',
    NoiDungXuLy: 'Tiếp nhận hồ sơ',
    TrangThai: '2',
    NgayBatDau: '',
    NgayKetThucTheoQuyDinh: '',
    ...changes,
  };
}
