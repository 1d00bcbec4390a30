import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bookRow, landRow, taxpayerOf } from '../../mocks/tax/book.ts';
import { freshKeys } from '../../mocks/tax/keys.ts';
import { type RunningTax, startTax } from '../../mocks/tax/server.ts';
import { DEFAULT_SETTINGS, type Sealing, type TaxSettings } from '../../mocks/tax/settings.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { type CallContext, isFault, type Outcome, type QueryOperation, type Transport } from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { memorySessions } from '../kit/memory-sessions.ts';
import { type TaxConfig, taxConfig } from './config.ts';
import { tax } from './index.ts';
import type { TaxAnswer } from './queries.ts';

const DOSSIER = 'H02.15.03-221201-0001';
const IDENTITY = '001099000001';
const TAX_CODE = '0100000001';
const keys = freshKeys(Date.now());
const variables = {
  SENDER_CODE: 'T02',
  SENDER_NAME: 'TINH MAU',
  USERNAME: DEFAULT_SETTINGS.username,
  PASSWORD: DEFAULT_SETTINGS.password,
  SIGNING_KEY: keys.senderSecretKey,
  SIGNING_CERT: keys.senderCertificate,
  TRUSTED_CERTS: keys.gatewayCertificate,
};

let gateway: RunningTax;
const transport = createUndiciTransport();
beforeAll(async () => {
  gateway = await startTax({ settings: keys });
});
afterEach(() => {
  gateway.state.reset();
  gateway.state.configure(DEFAULT_SETTINGS);
});
afterAll(async () => {
  await transport.close();
  await gateway.close();
});

const kept: string[] = [];
function contextOf(changes: Partial<CallContext> = {}): CallContext {
  kept.length = 0;
  return {
    transport,
    sessions: memorySessions(),
    signal: new AbortController().signal,
    timeoutMs: 5_000,
    oneOff: false,
    wall: Date.now,
    steady: Date.now,
    traceparent: undefined,
    keep: (raw) => void kept.push(raw),
    ...changes,
  };
}
const configOf = (changes: Readonly<Record<string, string>> = {}): TaxConfig =>
  taxConfig.parse({ URL: gateway.url, ...variables, ...changes });
function ask(
  name: 'query-land-dues' | 'query-dues' | 'query-taxpayer',
  { config = configOf(), context = {} }: { config?: TaxConfig; context?: Partial<CallContext> } = {},
): Promise<Outcome> {
  const query = tax.create(config).queries[name] as unknown as QueryOperation;
  const input = name === 'query-land-dues' ? { dossierCode: DOSSIER, identityNumber: IDENTITY } : { taxCode: TAX_CODE };
  return query.run(input, contextOf(context));
}
const know = (...rows: readonly Readonly<Record<string, string>>[]): void => {
  const { book } = gateway.state;
  book.land.set(
    DOSSIER,
    rows.map((row) => landRow(DOSSIER, row)),
  );
  book.taxpayers.set(TAX_CODE, taxpayerOf(TAX_CODE, [bookRow(TAX_CODE)]));
};
const setting = (changes: Partial<TaxSettings>): void => gateway.state.configure(changes);

describe('what is asked', () => {
  it('stands as CDATA under a token and a signature that the gateway knows, new each time', async () => {
    know({});
    const sent: string[] = [];
    const listening: Transport = {
      send: (request, limits) => {
        sent.push(textOf(request.body ?? new Uint8Array()));
        return transport.send(request, limits);
      },
    };
    const at = Date.UTC(2026, 10, 30, 18, 5, 9);
    for (let n = 0; n < 2; n += 1) await ask('query-land-dues', { context: { transport: listening, wall: () => at } });
    expect(gateway.state.counters).toMatchObject({ badTokens: 0, badSignatures: 0, calls: { '00109': 2 } });
    const [first = '', second = ''] = sent;
    expect(first).toContain('<xuLyTruyVanMsg xmlns="http://gip.request.com/"><in_msg><![CDATA[<DATA><HEADER>');
    expect(first).toContain('<SEND_DATE>01-12-2026 01:05:09</SEND_DATE>');
    expect(first).toMatch(/<MSG_ID>T0220261201[0-9A-F]{12}<\/MSG_ID>/);
    expect(first).toContain(`<TRUYVAN><MA_HS>${DOSSIER}</MA_HS><SO>${IDENTITY}</SO></TRUYVAN>`);
    expect(first).not.toContain(DEFAULT_SETTINGS.password);
    for (const name of ['MSG_ID', 'wsse:Nonce']) {
      const of = (text: string) => new RegExp(`<${name}[^>]*>([^<]+)<`).exec(text)?.[1];
      expect(of(first)).toBeDefined();
      expect(of(first)).not.toBe(of(second));
    }
  });

  it('is refused with another password, and with another key in their words', async () => {
    know({});
    const wrong = configOf({ PASSWORD: 'khac' });
    expect(await ask('query-land-dues', { config: wrong })).toEqual({ kind: 'unknown', reason: 'server-error' });
    expect(gateway.state.counters.badTokens).toBe(1);
    const stranger = configOf({ SIGNING_KEY: keys.strangerSecretKey, SIGNING_CERT: keys.strangerCertificate });
    expect(await ask('query-land-dues', { config: stranger })).toMatchObject({ kind: 'rejected', code: '02' });
    expect(gateway.state.counters.badSignatures).toBe(1);
  });

  it('never goes out under a key that does not belong to the certificate', async () => {
    const config = configOf({ SIGNING_KEY: keys.strangerSecretKey });
    expect(await ask('query-dues', { config })).toEqual({ kind: 'not-sent', reason: 'client-error' });
    expect(gateway.state.counters.requests).toBe(0);
  });
});

describe('what is owed of a dossier (00109, 00110)', () => {
  it('is told with whom it falls on, by which decision, and where it is paid', async () => {
    know(
      {},
      { MA_TMUC: '1006', TEN_TMUC: 'Thuế TNCN', SO_CON_PHAI_NOP: '2000', HAN_NOP: '', MA_SO_THUE: '8000000002' },
    );
    const answer = await ask('query-land-dues');
    expect(answer).toMatchObject({
      kind: 'completed',
      result: { status: '01', words: 'Còn nợ', signer: 'CN=GIP (simulated)', weak: false },
    });
    const { dues } = (answer as { readonly result: TaxAnswer }).result;
    expect(dues).toHaveLength(2);
    expect(dues[0]).toEqual({
      dossierCode: DOSSIER,
      certificateNumber: 'DD 000001',
      payer: { name: 'NGUYEN VAN A', taxCode: '8000000001', identityNumber: IDENTITY, address: 'Số 1, phố Mẫu' },
      decision: { number: 'LTB2200001-TK0000001/TB-CCT', date: '2022-12-05' },
      kind: 'registration-fee',
      name: 'Lệ phí trước bạ nhà, đất',
      chapter: '757',
      subItem: '2801',
      treasury: { code: '0011', account: '7111' },
      dueVnd: 1_500_000,
      exemptVnd: 0,
      paidVnd: 0,
      remainingVnd: 1_500_000,
      dueDate: '2023-01-04',
    });
    expect(dues[1]).toMatchObject({ kind: 'personal-income', remainingVnd: 2_000, dueDate: null });
    expect(kept).toEqual([]);
  });

  it('is nothing where they say so', async () => {
    expect(await ask('query-land-dues')).toMatchObject({ kind: 'completed', result: { dues: [], status: '02' } });
  });

  const ROW = '/BODY/ROW/SOTHUE/TONG_TIEN/ROW_SOTHUE';
  it.each([
    [{ SO_CON_PHAI_NOP: '1.500.000' }, `${ROW}/SO_CON_PHAI_NOP`],
    [{ SO_CON_PHAI_NOP: '-1' }, `${ROW}/SO_CON_PHAI_NOP`],
    [{ SO_CON_PHAI_NOP: '' }, `${ROW}/SO_CON_PHAI_NOP`],
    [{ NGAY_QUYET_DINH: '05-12-2022' }, `${ROW}/NGAY_QUYET_DINH`],
    [{ HAN_NOP: '2022-02-31 00:00:00.0' }, `${ROW}/HAN_NOP`],
    [{ MA_HS: '' }, `${ROW}/MA_HS`],
    [{ MA_HS: 'H02.15.03-221201-0002' }, `${ROW}/MA_HS`],
  ])('is drift with its place where it is off: %j', async (row, path) => {
    know(row);
    expect(await ask('query-land-dues')).toMatchObject({ kind: 'drift', path });
    expect(kept[0]).toContain('<SOTHUE>');
  });
});

describe('what a taxpayer owes (00046, 00047), and who that is (00003)', () => {
  it('is told of the one who was asked about', async () => {
    know({});
    expect(await ask('query-dues')).toMatchObject({
      kind: 'completed',
      result: {
        status: null,
        dues: [
          {
            dossierCode: null,
            payer: { name: 'CONG TY MAU', taxCode: TAX_CODE, address: 'Số 2, phố Mẫu' },
            decision: { number: 'LPTB-0001', date: '2022-12-05' },
            kind: 'registration-fee',
            treasury: { code: '0011', account: '7111' },
            remainingVnd: 500_000,
          },
        ],
      },
    });
    expect(await ask('query-taxpayer')).toMatchObject({
      kind: 'completed',
      result: { taxCode: TAX_CODE, name: 'CONG TY MAU', address: 'Số 2, phố Mẫu', chapter: '757', office: '10100' },
    });
  });

  it('is refused in their words where there is no such taxpayer, and kept', async () => {
    const no = { kind: 'rejected', code: '01', message: 'Không tìm thấy người nộp thuế', fields: [] };
    expect(await ask('query-dues')).toEqual(no);
    expect(await ask('query-taxpayer')).toEqual(no);
    expect(kept[0]).toContain('PHANHOI');
  });

  it.each([
    [{ LOAI_TIEN: 'USD' }, 'LOAI_TIEN'],
    [{ NO_CUOI_KY: '1,5' }, 'NO_CUOI_KY'],
    [{ NGAY_QDINH: '2022-13-01' }, 'NGAY_QDINH'],
    [{ MST: '0100000002' }, 'MST'],
  ])('is drift with its place where a row is off: %j', async (row, name) => {
    gateway.state.book.taxpayers.set(TAX_CODE, taxpayerOf(TAX_CODE, [bookRow(TAX_CODE), bookRow(TAX_CODE, row)]));
    const path = `/BODY/ROW/THONGTIN_NNT/SOTHUE/ROW_SOTHUE/1/${name}`;
    expect(await ask('query-dues')).toMatchObject({ kind: 'drift', path });
  });
});

describe('whom an answer is believed', () => {
  it.each<readonly [Sealing, string]>([
    ['another-key', 'unknown-certificate'],
    ['stolen-certificate', 'signature'],
    ['altered', 'digest'],
    ['md5', 'algorithm'],
  ])('nobody: %s', async (sealing, got) => {
    know({});
    setting({ sealing });
    for (const name of ['query-land-dues', 'query-dues', 'query-taxpayer'] as const) {
      expect(await ask(name)).toMatchObject({ kind: 'drift', path: '/signature', got });
      expect(kept).toHaveLength(1);
    }
  });

  it.each<Sealing>(['unsigned', 'wrapped'])('nobody: %s', async (sealing) => {
    know({});
    setting({ sealing });
    expect(await ask('query-land-dues')).toMatchObject({ kind: 'drift', path: '/signature' });
  });

  it('a refusal of nobody is none', async () => {
    setting({ sealing: 'another-key' });
    expect(await ask('query-dues')).toMatchObject({ kind: 'drift', path: '/signature' });
  });

  it('a certificate that is expired or not yet good, never; one of several, if it is listed', async () => {
    know({});
    for (const wall of [Date.now() + 20 * 365 * 86_400_000, Date.now() - 3 * 86_400_000])
      expect(await ask('query-land-dues', { context: { wall: () => wall } })).toMatchObject({ path: '/signature' });
    const config = configOf({ TRUSTED_CERTS: `${keys.strangerCertificate}${keys.gatewayCertificate}` });
    expect(await ask('query-land-dues', { config })).toMatchObject({ kind: 'completed' });
  });

  it.each([
    ['query-land-dues', 'MA_HS'],
    ['query-dues', 'MST'],
    ['query-taxpayer', 'MST'],
  ] as const)('%s: not what speaks of another, however well it is signed', async (name, field) => {
    know({});
    setting({ answersFor: 'another' });
    expect(await ask(name)).toMatchObject({ kind: 'drift', path: expect.stringMatching(`/${field}$`), got: 'another' });
  });

  it('an answer to our message or to none, not to another', async () => {
    know({});
    setting({ refersTo: 'question' });
    expect(await ask('query-land-dues')).toMatchObject({ kind: 'completed' });
    setting({ refersTo: 'another' });
    expect(await ask('query-land-dues')).toMatchObject({ kind: 'drift', path: '/HEADER/MSG_REFID' });
  });

  it('an answer to another question, sent again, is none to this one', async () => {
    know({});
    let first: Awaited<ReturnType<Transport['send']>> | undefined;
    const replaying: Transport = {
      send: async (request, limits) => {
        first ??= await transport.send(request, limits);
        return first;
      },
    };
    expect(await ask('query-dues', { context: { transport: replaying } })).toMatchObject({ kind: 'completed' });
    expect(first !== undefined && !isFault(first) && first.status).toBe(200);
    expect(await ask('query-land-dues', { context: { transport: replaying } })).toMatchObject({
      kind: 'drift',
      path: '/BODY/ROW/TYPE',
    });
  });

  it('their clock may be a day off; where it makes them refuse our token nothing is known', async () => {
    know({});
    setting({ clockOffMs: 86_400_000 });
    expect(await ask('query-land-dues')).toMatchObject({ kind: 'completed' });
    setting({ tokenAgeMs: 300_000 });
    expect(await ask('query-land-dues')).toEqual({ kind: 'unknown', reason: 'server-error' });
  });
});

it('the probe is alive by a signed answer alone, and asks after nobody', async () => {
  const { probe } = tax.create(configOf());
  expect(await probe(contextOf())).toEqual({ kind: 'completed', result: 'answered' });
  setting({ sealing: 'unsigned' });
  expect(await probe(contextOf())).toMatchObject({ kind: 'drift', path: '/signature' });
});

describe('the configuration', () => {
  it('is whole or is refused, naming the variable and no value', () => {
    const whole = { URL: 'https://gip.example/request', ...variables };
    expect(taxConfig.parse(whole)).toMatchObject({ senderCode: 'T02', securityKey: '' });
    for (const name of Object.keys(whole)) {
      const read = taxConfig.safeParse({ ...whole, [name]: 'hong' });
      if (['URL', 'SIGNING_KEY', 'SIGNING_CERT', 'TRUSTED_CERTS'].includes(name)) {
        expect(read.error?.issues[0]?.path).toEqual([name]);
        expect(JSON.stringify(read.error)).not.toContain('hong');
      }
      expect(taxConfig.safeParse({ ...whole, [name]: undefined }).success).toBe(false);
    }
  });
});

describe('what is configured', () => {
  const wrongIn = (given: object) =>
    taxConfig.safeParse({ URL: 'https://example.vn/gip', ...given }).error?.issues.map(({ path }) => path[0]) ?? [];

  it('a province that only takes pushes asks nothing', async () => {
    const adapter = tax.create(taxConfig.parse({ URL: 'https://example.vn/gip', SECURITY_KEY: 'khoa' }));
    expect(adapter.queries).toEqual({});
    expect(await adapter.probe({} as never)).toMatchObject({ kind: 'completed' });
  });

  it('what it is asked with is given whole, or each that is missing is named', () => {
    expect(wrongIn({})).toEqual([]);
    expect(wrongIn({ USERNAME: 'h02' })).toEqual([
      ...['SENDER_CODE', 'SENDER_NAME', 'PASSWORD', 'SIGNING_KEY', 'SIGNING_CERT', 'TRUSTED_CERTS'],
    ]);
    expect(wrongIn({ SIGNING_KEY: 'no key' })).toContain('SIGNING_KEY');
  });
});
