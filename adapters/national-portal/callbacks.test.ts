import { describe, expect, it } from 'vitest';
import { textOf, utf8 } from '../kit/bytes.ts';
import { receiveDossier } from './callbacks.ts';
import { portalConfig } from './config.ts';

const config = (ALLOW?: string) =>
  portalConfig.parse({ URL: 'http://127.0.0.1:1', USERNAME: 'u', PASSWORD: 'p', UNIT: 'H02', ALLOW });
const callback = receiveDossier(config('127.0.0.1'));
const data = {
  MaHoSo: 'G22.99-221201-0001',
  MaTTHC: '1.001193',
  TenTTHC: 'Đăng ký khai sinh',
  ChuHoSo: 'Nguyễn Văn Mẫu',
  KenhThucHien: '2',
  TrangThaiHoSo: '1',
  NgayNopHoSo: '20221201080000',
  MaDoiTuong: 'T-1',
};
const parse = (body: unknown) =>
  callback.parse({
    method: 'POST',
    headers: {},
    query: {},
    body: utf8(typeof body === 'string' ? body : JSON.stringify(body)),
    remoteAddress: '127.0.0.1',
  });
const push = (changes: object = {}) =>
  parse({ service: 'nhanhsdvcqg', isUpdating: 'False', isSync: 'True', data, ...changes });

describe('nhanhsdvcqg (WIRE.md 1.9)', () => {
  it('is understood in our words, with all of it kept', async () => {
    expect(await push()).toEqual({
      dedupeKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      type: 'national-dossier',
      ref: 'G22.99-221201-0001',
      data: {
        nationalCode: 'G22.99-221201-0001',
        isUpdate: false,
        procedure: { code: '1.001193', name: 'Đăng ký khai sinh' },
        applicant: { name: 'Nguyễn Văn Mẫu' },
        nationalAccountId: 'T-1',
        channel: 'online',
        status: 'registered',
        submittedAt: '2022-12-01T08:00:00+07:00',
        content: data,
      },
    });
  });

  it('is a duplicate by its content, never by MaHoSo alone', async () => {
    const key = async (changes: object) => {
      const message = await push(changes);
      return 'dedupeKey' in message ? message.dedupeKey : message;
    };
    const first = await key({});
    expect(await key({ data: Object.fromEntries(Object.entries(data).reverse()) })).toBe(first);
    expect(await key({ data: JSON.stringify(data) })).toBe(first);
    expect(await key({ data: [data] })).toBe(first);
    expect(await key({ data: { ...data, TrangThaiHoSo: '7' } })).not.toBe(first);
    expect(await key({ data: { ...data, TepDonDangKy: 'eA==' } })).not.toBe(first);
  });

  it('needs nothing but a code', async () => {
    expect(await push({ isUpdating: true, data: { MaHoSo: ' x ', Other: [1] } })).toMatchObject({
      ref: 'x',
      data: { nationalCode: 'x', isUpdate: true, content: { Other: [1] } },
    });
  });

  it.each<[unknown, string]>([
    ['not json', ''],
    ['[]', ''],
    [{ service: 'nhanhsdvcqg' }, '/data'],
    [{ data: null }, '/data'],
    [{ data: 'not json' }, '/data'],
    [{ data: [data, data] }, '/data'],
    [{ data: {} }, '/data/MaHoSo'],
    [{ data: { MaHoSo: 5 } }, '/data/MaHoSo'],
    [{ data: { MaHoSo: 'x'.repeat(101) } }, '/data/MaHoSo'],
    [{ data: { MaHoSo: 'Nguyễn Văn Mẫu' } }, '/data/MaHoSo'],
    [{ data: { MaHoSo: 'mau@example.vn' } }, '/data/MaHoSo'],
    [{ data: { MaHoSo: '024000000000' } }, '/data/MaHoSo'],
    [{ data: { MaHoSo: '０２４０００００００００' } }, '/data/MaHoSo'],
    [{ data: { MaHoSo: '0900000000' } }, '/data/MaHoSo'],
    [{ data: { MaHoSo: '240000000' } }, '/data/MaHoSo'],
    [{ data: { MaHoSo: 'G\u0000' } }, '/data/MaHoSo'],
    [{ data: { MaHoSo: 'G\ud800' } }, '/data/MaHoSo'],
  ])('%j is drift and does not throw', async (body, path) => {
    expect(await parse(body)).toMatchObject({ kind: 'drift', path });
  });

  it('I6: its code is brought to one spelling, as the contract asks for it', async () => {
    expect(await push({ data: { MaHoSo: 'Đồ-1'.normalize('NFD') } })).toMatchObject({ ref: 'Đồ-1'.normalize('NFC') });
  });

  it.each(['00010101000000', '01/01/0001', '99991231235959'])(
    'a filler such as %s is no time of submission',
    async (NgayNopHoSo) => {
      const message = await push({ data: { ...data, NgayNopHoSo } });
      expect(message).toMatchObject({ data: { content: { NgayNopHoSo } } });
      expect((message as { data: object }).data).not.toHaveProperty('submittedAt');
    },
  );

  it('says how many dossiers stood where one is understood', async () => {
    expect(await push({ data: [data, data] })).toEqual({
      ...{ kind: 'drift', path: '/data', expected: 'one dossier', got: 'a list of 2' },
    });
  });

  it('answers 0, 1 for a duplicate and -1, as the portal reads it', () => {
    const code = (result: 'stored' | 'duplicate' | 'refused' | 'failed') => {
      const reply = callback.reply(result);
      return [reply.status, (JSON.parse(textOf(reply.body)) as { error_code: number }).error_code];
    };
    expect(code('stored')).toEqual([200, 0]);
    expect(code('duplicate')).toEqual([200, 1]);
    expect(code('failed')).toEqual([200, -1]);
    expect(code('refused')).toEqual([403, -1]);
  });

  it('trusts the configured peers, and nobody where none is configured (I7)', () => {
    expect(callback.verifier).toEqual({ kind: 'peer', allow: ['127.0.0.1'] });
    expect(receiveDossier(config(' 10.0.0.0/8 , ::1 ,')).verifier).toEqual({
      kind: 'peer',
      allow: ['10.0.0.0/8', '::1'],
    });
    expect(receiveDossier(config()).verifier).toEqual({ kind: 'peer', allow: [] });
    expect(receiveDossier(config('')).verifier).toEqual({ kind: 'peer', allow: [] });
  });
});
