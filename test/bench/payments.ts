import { join } from 'node:path';
import { initSeal, noticeSeal } from '../../mocks/payment-platform/seals.ts';
import { ADMIN_KEY, importDossiers, startGateway } from './gateway.ts';
import { openPayment, PARTNER, SECRET, startPlatform } from './platform.ts';
import { pinned } from './processes.ts';
import { quantile, round, row, table } from './report.ts';
import type { Section } from './section.ts';

const CONNECTIONS = 32;
/** Payments that are opened one after the other, for the time that this takes. */
const ALONE = 300;

/** Posts all of them over so many connections; answers how many a second. */
async function post(url: string, bodies: readonly string[], headers: Record<string, string> = {}): Promise<number> {
  const left = [...bodies];
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let body = left.pop(); body !== undefined; body = left.pop()) {
        const answer = await fetch(url, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json', ...headers },
        });
        if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
        await answer.arrayBuffer();
      }
    }),
  );
  return bodies.length / ((performance.now() - started) / 1_000);
}

async function timed<Answer>(work: () => Promise<Answer>): Promise<[number, Answer]> {
  const started = performance.now();
  const answer = await work();
  return [performance.now() - started, answer];
}

/** Notices handled a second, beside a bare server; and what opening a page through the gateway adds to the platform's time. */
export const payments: Section = async ({ folder, backlog }) => {
  const count = Math.min(4_000, backlog);
  const platform = await startPlatform();
  const platformUrl = platform.url;
  const gateway = await startGateway(join(folder, 'payments.db'), platform.env);
  const bare = pinned(0, ['test/bench/bare-notice.ts'], {}, /^(http:\S+)/);
  const bareUrl = await bare.ready;
  await importDossiers(gateway.url, 0, count);

  const open = (index: number): Promise<string> => openPayment(gateway.url, index);
  const init = async (index: number): Promise<void> => {
    const message = {
      ...{ LoaiBanTin: 'INIT', PhienBan: '1.0.6', MaDoiTac: PARTNER, MaThamChieu: `BARE${index}`, SoTien: '8000' },
      ...{ LoaiHinhThanhToan: 'PAY', MaKenhThanhToan: '1', MaThietBi: '1', NgonNgu: 'vi-VN', MaTienTe: 'VND' },
      ...{ MaNganHang: 'PAYMENT', ThongTinGiaoDich: 'Le phi', ThoiGianGD: '20221201083000', Ip: '10.0.0.1' },
    };
    const body = JSON.stringify({ ...message, ThongTinBienLai: {}, MaXacThuc: initSeal(message, SECRET) });
    await (await fetch(platformUrl, { method: 'POST', body, headers: { 'content-type': 'application/json' } })).text();
  };

  const references: string[] = [];
  const [ours, theirs]: [number[], number[]] = [[], []];
  // The many first: both sides are as warm then as they are in service.
  const together = Math.max(0, count - ALONE);
  for (let n = 0; n < together; n += CONNECTIONS)
    references.push(
      ...(await Promise.all(Array.from({ length: Math.min(CONNECTIONS, together - n) }, (_, k) => open(n + k)))),
    );
  for (let n = together; n < count; n++) {
    const [theirMs] = await timed(() => init(n));
    theirs.push(theirMs);
    const [ourMs, reference] = await timed(() => open(n));
    ours.push(ourMs);
    references.push(reference);
  }

  const notices = references.map((MaThamChieu, index) => {
    const message = {
      ...{ LoaiBanTin: 'IPN', MaLoi: '00', MaDoiTac: PARTNER, MaThamChieu, SoTien: 8000, MaTienTe: 'VND' },
      ...{ MaGiaoDich: `G22.${index}`, MaNganHang: 'VCB', ThoiGianGD: '20221201083000', ThongTinGiaoDich: 'Le phi' },
    };
    return JSON.stringify({ ...message, MaXacThuc: noticeSeal(message, SECRET) });
  });
  const ceiling = await post(`${bareUrl}/notice`, notices);
  const started = performance.now();
  const answered = await post(`${gateway.url}/callbacks/payment-platform/dpnhankqthanhtoanhs`, notices);
  let paid = 0;
  while (paid < count) {
    const rows = await fetch(`${gateway.url}/v1/payments?state=awaiting-payment&limit=1`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    if (((await rows.json()) as { items: unknown[] }).items.length === 0) paid = count;
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const settled = count / ((performance.now() - started) / 1_000);

  table(`Payments: ${round(count)} notices over ${CONNECTIONS} connections, verified, stored, journalled, acted on`, [
    ...['bare hono + zod /s', 'answered /s', 'ratio', 'paid /s', 'ratio'],
  ]);
  row(round(ceiling), round(answered), (answered / ceiling).toFixed(2), round(settled), (settled / ceiling).toFixed(2));
  table('Payments: opening a page, one after the other', ['platform p50 ms', 'through the gateway p50 ms', 'added ms']);
  const [a, b] = [quantile(theirs, 0.5), quantile(ours, 0.5)];
  row(round(a, 1), round(b, 1), round(b - a, 1));
  await Promise.all([gateway, bare, platform].map((each) => each.stop()));
};
