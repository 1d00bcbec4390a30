import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { controlCall } from '../kit/plain-call.ts';
import { type RunningTax, startTax } from './server.ts';

interface Heard {
  readonly path: string;
  readonly body: { readonly service: string; readonly SecurityKey: string; readonly data: Record<string, unknown> };
}
const heard: Heard[] = [];
let code = 0;
const province = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  request.on('end', () => {
    heard.push({ path: request.url ?? '', body: JSON.parse(text) as Heard['body'] });
    response.end(JSON.stringify({ error_code: code, message: '' }));
  });
});
let tax: RunningTax;
beforeAll(async () => {
  await new Promise<void>((resolve) => province.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(province.address() as AddressInfo).port}`;
  tax = await startTax({
    settings: { noticeUrl: `${origin}/notice`, proofUrl: `${origin}/proof`, pushSecret: 'khoa' },
  });
});
afterAll(async () => {
  await tax.close();
  province.close();
});

const control = (path: string, body: unknown) =>
  controlCall<{ replies: { status: number; turn: number }[] }>(tax.controlUrl, 'POST', path, body);
const fileOf = (index: number): string =>
  Buffer.from(String(heard[index]?.body.data.FileThongBaoThue), 'base64').toString('utf8');

test('pushes notices, repeated, later and spoilt, and proofs, each where it belongs', async () => {
  const dossiers = { 'H02.1': [{ SO_TIEN: '5' }, { SO_TIEN: '6' }], 'H02.2': [{}] };
  expect((await control('notices', { dossiers, repeat: 2 })).replies).toMatchObject([{ turn: 1 }, { turn: 2 }]);
  expect(heard).toHaveLength(2);
  expect(heard[0]).toMatchObject({ path: '/notice', body: { service: 'NhanThongBaoThueDat', SecurityKey: 'khoa' } });
  expect(fileOf(1)).toBe(fileOf(0));
  expect(fileOf(0)).toContain('<ROW_LIST><MA_HSO>H02.1</MA_HSO><LIST><MA_SO_THUE>');
  expect(fileOf(0).match(/<SO_TIEN>\d+</g)).toEqual(['<SO_TIEN>5<', '<SO_TIEN>6<', '<SO_TIEN>1500000<']);

  await control('notices', { dossiers: { 'H02.1': [{}] }, spoilt: 'cut', forged: true });
  expect(heard[2]?.body.SecurityKey).not.toBe('khoa');
  expect(fileOf(2)).not.toContain('</DATA>');

  code = -1;
  await control('proofs', { dossier: 'H02.1', payment: { SoTien: '5' } });
  expect(heard[3]).toMatchObject({
    path: '/proof',
    body: { service: 'NhanChungTuThueDat', data: { MaHoSo: 'H02.1', ThongTinThanhToan: { SoTien: '5' } } },
  });
  expect(tax.state.counters).toMatchObject({ pushes: 4, pushesTaken: 3 });
  const { pushes } = await controlCall<{ pushes: { order: object }[] }>(tax.controlUrl, 'GET', 'pushes');
  expect(pushes.map(({ order }) => 'dossier' in order)).toEqual([false, false, false, true]);
});
