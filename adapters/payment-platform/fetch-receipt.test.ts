import { describe, expect, it } from 'vitest';
import type { WireFault } from '../adapter.ts';
import { inText, type TextReply, utf8 } from '../kit/bytes.ts';
import { json, scriptedSystem } from '../kit/testing.ts';
import { platformConfig } from './config.ts';
import { fetchReceipt, rebased } from './fetch-receipt.ts';

const raw = { URL: 'http://adapter.example:8443/VXPAdapter', PARTNER: 'DEMO02', SECRET: 'demo-key' };
const query = fetchReceipt(platformConfig.parse(raw));
const question = { reference: 'LT123456789092', handle: '20250601083000', madeAt: 0 };

const file = (text: string, status = 200): TextReply => ({ ...inText({ status, headers: {}, body: utf8(text) }) });
const pdf = (bytes: number) => file('%PDF-1.4\n'.padEnd(bytes, '-'));
const LATER = { kind: 'not-sent', reason: 'unavailable' };

async function fetched(...replies: readonly (TextReply | WireFault)[]) {
  const system = scriptedSystem((_, n) => replies[n - 1] ?? { cause: 'reset', mayHaveArrived: true });
  return { outcome: await query.run(question, system.context()), ...system };
}

describe('a receipt', () => {
  it('is a PDF of some length', async () => {
    const { outcome, requests } = await fetched(pdf(10_000));
    expect(outcome).toEqual({ kind: 'completed', result: { pdf: utf8('%PDF-1.4\n'.padEnd(10_000, '-')) } });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['too short', pdf(9_999)],
    ['empty', file('')],
    ['a page', file(`<html>${'x'.repeat(20_000)}`)],
  ])('%s: asked for again later, and kept', async (_, reply) => {
    const { outcome, kept } = await fetched(reply);
    expect(outcome).toEqual(LATER);
    expect(kept).toHaveLength(1);
  });

  it('under a failing status is none', async () => {
    expect((await fetched(file('%PDF-'.padEnd(20_000, '-'), 500))).outcome).toMatchObject({ kind: 'unknown' });
  });

  it.each(['02', '07', '09', '104', '118'])('%s: there is none', async (MaLoi) => {
    const { outcome } = await fetched(json({ MaLoi, MoTaLoi: 'Không có' }));
    expect(outcome).toEqual({ kind: 'rejected', code: MaLoi, message: 'Không có', fields: [] });
  });

  it.each(['06', '96', '99', '777'])('%s: asked for again', async (MaLoi) => {
    expect((await fetched(json({ MaLoi }))).outcome).toEqual({ kind: 'unknown', reason: 'server-error' });
  });

  it.each([{ MaLoi: '00' }, { MaLoi: '00', URLBienLai: '' }, { MaLoi: '00', URLBienLai: 5 }, { status: 'OK' }])(
    '%j: drift',
    async (answer) => expect((await fetched(json(answer))).outcome).toMatchObject({ kind: 'drift' }),
  );
});

describe('a link in place of it', () => {
  it.each(['URLBienLai', 'UrlBienLai', 'URLBIENLAI'])(
    '%s is fetched from the address that is configured',
    async (name) => {
      const link = 'https://elsewhere.example/bien-lai/1.pdf?k=a%20b#x';
      const { outcome, requests } = await fetched(json({ MaLoi: '00', [name]: link }), pdf(20_000));
      expect(outcome.kind).toBe('completed');
      expect(requests[1]).toMatchObject({
        method: 'GET',
        url: 'http://adapter.example:8443/bien-lai/1.pdf?k=a%20b',
      });
    },
  );

  it.each([
    ['is over', file('Link đã hết hạn', 400)],
    ['leads nowhere yet', file('', 404)],
    ['leads to half a file', pdf(500)],
  ])('%s: asked for again', async (_, second) => {
    expect((await fetched(json({ MaLoi: '00', URLBienLai: '/1' }), second)).outcome).toEqual(LATER);
  });

  it('never leads to another host', () => {
    const base = raw.URL;
    for (const link of [
      'https://evil.example/x',
      '//evil.example/x',
      'http://evil.example//evil.example/x',
      'http://a:b@evil.example:99/x',
      '/\\evil.example/x',
      'x',
      '/x',
      '@evil.example/x',
    ]) {
      const url = rebased(link, base);
      expect([url?.host, url?.username, url?.protocol]).toEqual(['adapter.example:8443', '', 'http:']);
    }
    for (const link of ['', ' ', 'javascript:alert(1)', 'file:///etc/passwd', 'http://']) {
      expect(rebased(link, base)).toBeUndefined();
    }
  });
});
