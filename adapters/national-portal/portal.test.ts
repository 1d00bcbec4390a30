import { describe, expect, it } from 'vitest';
import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import type { Adapter, CallContext, CollapsingCommand, Outcome, QueryOperation, WireFault } from '../adapter.ts';
import { type TextReply, textOf } from '../kit/bytes.ts';
import { json, scriptedSystem } from '../kit/testing.ts';
import { nationalPortal } from './index.ts';
import type { SyncDossierInput } from './sync-dossier.ts';
import snapshot from './vectors/snapshot.json' with { type: 'json' };

const URL = 'http://127.0.0.1:1/XrdAdapter/RestService/forward';
const variables = {
  URL,
  USERNAME: 'tinh',
  PASSWORD: 'mat-khau-bi-mat',
  UNIT: 'H02',
  DSTCODE: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
};
const example = snapshot as unknown as DossierSnapshot;
const dossier = (n: number): DossierSnapshot => ({
  ...example,
  code: `H02.15.03-221201-${String(n).padStart(4, '0')}`,
});
const OK = json({ error_code: 0, message: 'Thành công' });

interface Call {
  readonly url: string;
  readonly body: Record<string, unknown> & { service?: string; isUpdating?: string; data?: { MaHoSo: string }[] };
}

/** The adapter against a portal that answers `mapi/g` from a script; logins are granted unless the script says otherwise. */
function bench(
  answer: (call: Call, n: number) => TextReply | WireFault,
  options: { login?: (n: number) => TextReply | WireFault; variables?: Record<string, string> } = {},
) {
  let logins = 0;
  const calls: Call[] = [];
  const system = scriptedSystem((request) => {
    if (request.url.includes('/mapi/login')) {
      logins += 1;
      return options.login?.(logins) ?? json({ error_code: 0, session: `phien-${logins}` });
    }
    const call = { url: request.url, body: JSON.parse(textOf(request.body ?? new Uint8Array())) as Call['body'] };
    calls.push(call);
    return answer(call, calls.length);
  });
  const adapter: Adapter = nationalPortal.create(nationalPortal.config.parse({ ...variables, ...options.variables }));
  const command = (name: string) => adapter.commands[name] as unknown as CollapsingCommand;
  const query = (name: string) => adapter.queries[name] as unknown as QueryOperation<unknown, unknown>;
  return {
    adapter,
    system,
    calls,
    logins: () => logins,
    sync: (inputs: SyncDossierInput[], context = system.context()) => command('sync-dossier').run(inputs, context),
    run: (name: string, inputs: readonly unknown[]) => command(name).run(inputs, system.context()),
    one: async (name: string, input: unknown, context: CallContext = system.context()): Promise<Outcome> => {
      const ended = await command(name).run([input], context);
      return ended.kind === 'undivided' ? ended.outcome : (ended.outcomes[0] as Outcome);
    },
    ask: (name: string, input: unknown, context: CallContext = system.context()) => query(name).run(input, context),
    readBack: async (input: SyncDossierInput) => {
      const { recovery } = command('sync-dossier');
      if (recovery.kind !== 'repeatable' || !recovery.readBack) throw new Error('no read-back');
      return recovery.readBack(input, system.context());
    },
  };
}
const fresh = { dossier: dossier(1), known: false };

describe('addressing (WIRE.md 1.1, 1.2)', () => {
  it('logs in below the address and calls mapi/g with session, unit and service, dstcode in the query', async () => {
    const b = bench(() => OK);
    await b.one('sync-dossier', fresh, b.system.context({ traceparent: '00-1-2-01' }));
    const [login, call] = b.system.requests;
    expect(login?.url).toBe(`${URL}/mapi/login?dstcode=VN%3AGOV%3A000.00.00.G22%3Avpcpdvcprovider`);
    expect(JSON.parse(textOf(login?.body ?? new Uint8Array()))).toEqual({
      username: 'tinh',
      password: 'mat-khau-bi-mat',
    });
    expect(call?.url).toBe(`${URL}/mapi/g?dstcode=VN%3AGOV%3A000.00.00.G22%3Avpcpdvcprovider`);
    expect(call?.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      charset: 'utf-8',
      traceparent: '00-1-2-01',
    });
    expect(JSON.parse(textOf(call?.body ?? new Uint8Array()))).toMatchObject({
      session: 'phien-1',
      madonvi: 'H02',
      service: 'DongBoHoSoMC',
      isUpdating: 'False',
      data: [{ MaHoSo: 'H02.15.03-221201-0001' }],
    });
  });

  it('puts dstcode into a header where that is configured, and nowhere without one', async () => {
    const header = bench(() => OK, { variables: { DSTCODE_IN: 'header' } });
    await header.one('sync-dossier', fresh);
    expect(header.system.requests[0]).toMatchObject({
      url: `${URL}/mapi/login`,
      headers: { dstcode: variables.DSTCODE },
    });
    const none = bench(() => OK, { variables: { DSTCODE: '', URL: `${URL}/?providerurl=https%3A%2F%2Fexample.vn` } });
    await none.one('sync-dossier', fresh);
    expect(none.system.requests[0]?.url).toBe(`${URL}/mapi/login?providerurl=https%3A%2F%2Fexample.vn`);
    expect(none.system.requests[0]?.headers).not.toHaveProperty('dstcode');
  });

  it.each([
    ['URL', { URL: 'ftp://example.vn' }],
    ['URL', { URL: 'https://me:secret@example.vn' }],
    ['PASSWORD', { PASSWORD: '' }],
    ['UNIT', { UNIT: undefined }],
    ['DSTCODE_IN', { DSTCODE_IN: 'body' }],
  ])('a wrong %s is named and its value is not told (I6)', (name, changes) => {
    const parsed = nationalPortal.config.safeParse({ ...variables, ...changes });
    expect(parsed.error?.issues.map((issue) => issue.path[0])).toContain(name);
    expect(JSON.stringify(parsed.error?.issues)).not.toContain('secret');
  });
});

describe('what an answer says (WIRE.md 1.2, A2.4)', () => {
  it.each([
    [0, 'Thành công', 'completed'],
    ['0', 'Thành công', 'completed'],
    ['00', null, 'completed'],
    [0, '', 'completed'],
    ['0', 'Đồng bộ KHÔNG thành công', 'rejected'],
    ['0', 'Đồng bộ không thành công'.normalize('NFD'), 'rejected'],
    [0, 'Thất bại', 'rejected'],
    ['-1', 'Thành công', 'rejected'],
    [3, 'Ngày tiếp nhận không hợp lệ', 'rejected'],
    [0, 'Ngày tiếp nhận không hợp lệ', 'unknown'],
    [0, 'Lỗi: thiếu MaTTHC', 'unknown'],
  ])('%j %j is %s', async (error_code, message, kind) => {
    const b = bench(() => json({ error_code, message }));
    expect((await b.one('sync-dossier', fresh)).kind).toBe(kind);
  });

  it.each([0, '0', '3', '-3', -1])('"đã tồn tại" beside %j is sent again as an update, once', async (error_code) => {
    const b = bench(({ body }) =>
      body.isUpdating === 'True' ? OK : json({ error_code, message: 'Hồ sơ đã tồn tại' }),
    );
    expect(await b.one('sync-dossier', fresh)).toEqual({ kind: 'completed', result: { asUpdate: true } });
    expect(b.calls.map(({ body }) => body.isUpdating)).toEqual(['False', 'True']);
  });

  it('an update of what they do not have is sent again as new, once', async () => {
    const b = bench(({ body }) =>
      body.isUpdating === 'False' ? OK : json({ error_code: -1, message: 'Hồ sơ không tồn tại' }),
    );
    expect(await b.one('sync-dossier', { ...fresh, known: true })).toEqual({
      kind: 'completed',
      result: { asUpdate: false },
    });
    expect(b.calls.map(({ body }) => body.isUpdating)).toEqual(['True', 'False']);
  });

  it('a portal that says both ends with their first words, after two calls', async () => {
    const b = bench(({ body }) =>
      json({ error_code: 3, message: body.isUpdating === 'True' ? 'Hồ sơ không tồn tại' : 'Hồ sơ đã tồn tại' }),
    );
    expect(await b.one('sync-dossier', fresh)).toMatchObject({ kind: 'rejected', message: 'Hồ sơ đã tồn tại' });
    expect(b.calls).toHaveLength(2);
  });

  it('"đã tồn tại" beside a 0 to an update is a yes', async () => {
    const b = bench(() => json({ error_code: 0, message: 'Hồ sơ đã tồn tại, đã cập nhật' }));
    expect(await b.one('sync-dossier', { ...fresh, known: true })).toEqual({
      kind: 'completed',
      result: { asUpdate: true },
    });
    expect(b.calls).toHaveLength(1);
  });

  it.each([
    ['Hệ thống đang bảo trì', { kind: 'not-sent', reason: 'unavailable' }],
    ['Hệ thống bận, vui lòng thử lại sau', { kind: 'not-sent', reason: 'unavailable' }],
    ['Dịch vụ hiện đang tạm ngừng', { kind: 'not-sent', reason: 'unavailable' }],
    ['Service temporarily unavailable', { kind: 'not-sent', reason: 'unavailable' }],
    ['Lỗi hệ thống', { kind: 'unknown', reason: 'server-error' }],
    ['java.lang.NullPointerException', { kind: 'unknown', reason: 'server-error' }],
    ['Hệ thống không tìm thấy văn bản ban hành', { kind: 'rejected' }],
    ['Ngày không hợp lệ, kiểm tra và thử lại sau', { kind: 'rejected' }],
    ['Dịch vụ công chưa ban hành cho đơn vị', { kind: 'rejected' }],
    ['Mã cơ quan ban hành không đúng', { kind: 'rejected' }],
  ])('%j says of itself or of the dossier what it says', async (message, outcome) => {
    const b = bench(() => json({ error_code: -1, message }));
    expect(await b.one('sync-dossier', fresh)).toMatchObject(outcome);
  });

  it('a refusal names the fields that it names, as pointers into the snapshot', async () => {
    const b = bench(() =>
      json({ error_code: '5', message: 'Trường NgayTiepNhan và TenTepDinhKem/TaiLieuNop không hợp lệ' }),
    );
    expect(await b.one('sync-dossier', fresh)).toEqual({
      kind: 'rejected',
      code: '5',
      message: 'Trường NgayTiepNhan và TenTepDinhKem/TaiLieuNop không hợp lệ',
      fields: ['/receivedAt', '/attachments'],
    });
  });

  it.each([
    ['{"message":"Thành công"}', { kind: 'drift', path: '/error_code', expected: 'string or number', got: 'missing' }],
    ['{"error_code":{"a":1}}', { kind: 'drift', path: '/error_code', got: 'object' }],
    ['{"error_code":0,"message":["x"]}', { kind: 'drift', path: '/message', expected: 'string', got: 'array' }],
    ['[]', { kind: 'drift', path: '', expected: 'object', got: 'array' }],
    ['{"error_code":0,', { kind: 'unknown', reason: 'unreadable' }],
    ['<html>Đồng bộ thành công</html>', { kind: 'unknown', reason: 'unreadable' }],
    ['', { kind: 'unknown', reason: 'unreadable' }],
  ])('%j is kept raw and is no success', async (body, outcome) => {
    const b = bench(() => ({ status: 200, headers: {}, body }));
    const ended = await b.one('sync-dossier', fresh);
    expect(ended).toMatchObject(outcome);
    expect(b.system.kept).toEqual([body]);
  });

  it.each([400, 404, 409, 422, 500])('an envelope under HTTP %i is read as under 200', async (status) => {
    const exists = bench(({ body }) =>
      body.isUpdating === 'True' ? OK : json({ error_code: '3', message: 'Hồ sơ đã tồn tại' }, status),
    );
    expect(await exists.one('sync-dossier', fresh)).toEqual({ kind: 'completed', result: { asUpdate: true } });
    expect(exists.calls).toHaveLength(2);
    const missing = bench(() => json({ error_code: -1, message: 'Không tìm thấy hồ sơ' }, status));
    expect(await missing.readBack(fresh)).toEqual({ kind: 'completed', result: 'absent' });
    const refused = bench(() => json({ error_code: 5, message: 'MaTTHC không hợp lệ' }, status));
    expect(await refused.one('sync-dossier', fresh)).toEqual({
      kind: 'rejected',
      code: '5',
      message: 'MaTTHC không hợp lệ',
      fields: ['/procedure/code'],
    });
    expect(refused.system.kept).toHaveLength(1);
  });

  const refusedBody = { error_code: 5, message: 'MaTTHC không hợp lệ' };
  it.each<[number, object, Record<string, string>, object]>([
    [500, { error_code: -1, message: 'Lỗi hệ thống' }, {}, { kind: 'unknown', reason: 'server-error' }],
    [500, { error_code: -1, message: 'Hệ thống đang bảo trì' }, {}, { kind: 'unknown', reason: 'server-error' }],
    [500, { error_code: 0, message: 'Thành công' }, {}, { kind: 'unknown', reason: 'server-error' }],
    [500, { error_code: 0, message: 'Lỗi dữ liệu' }, {}, { kind: 'unknown', reason: 'server-error' }],
    [500, { error_code: 5 }, {}, { kind: 'unknown', reason: 'server-error' }],
    [500, { error_code: 500, message: 'Error' }, {}, { kind: 'unknown', reason: 'server-error' }],
    [400, { error_code: 0, message: 'Thành công' }, {}, { kind: 'unknown', reason: 'unreadable' }],
    [400, { error_code: -1, message: 'Lỗi hệ thống' }, {}, { kind: 'not-sent', reason: 'client-error' }],
    [400, { error_code: -1, message: 'dstcode không hợp lệ' }, {}, { kind: 'not-sent', reason: 'client-error' }],
    [404, { error_code: '404', message: 'Not Found' }, {}, { kind: 'not-sent', reason: 'client-error' }],
    [408, refusedBody, {}, { kind: 'not-sent', reason: 'client-error' }],
    [429, refusedBody, {}, { kind: 'not-sent', reason: 'rate-limited' }],
    [503, refusedBody, { 'retry-after': '5' }, { kind: 'not-sent', reason: 'unavailable', retryAfterMs: 5_000 }],
    [503, refusedBody, {}, { kind: 'rejected' }],
    [403, refusedBody, {}, { kind: 'not-sent', reason: 'client-error' }],
  ])('HTTP %i with %j %j is what its status says, unless it is a plain no (I2)', async (status, body, headers, end) => {
    const b = bench(() => json(body, status, headers));
    expect(await b.one('sync-dossier', fresh)).toMatchObject(end);
    expect(b.calls).toHaveLength(1);
  });

  it('a code that is free text is told in the sealed message alone (I6)', async () => {
    const b = bench(() => json({ error_code: 'Nguyễn Văn Mẫu', message: 'Không nhận' }));
    expect(await b.one('sync-dossier', fresh)).toMatchObject({
      kind: 'rejected',
      code: 'other',
      message: 'Nguyễn Văn Mẫu: Không nhận',
    });
  });

  it('keeps our secrets out of what it reports and keeps (I6)', async () => {
    const b = bench(({ body }) =>
      json({ error_code: -1, message: `Lỗi dữ liệu: ${JSON.stringify(body)} mat-khau-bi-mat` }),
    );
    const told = JSON.stringify([await b.one('sync-dossier', fresh), b.system.kept]);
    expect(told).toContain('***');
    expect(told).not.toMatch(/phien-1|mat-khau-bi-mat/);
  });

  it.each(['sync-dossier', 'sync-progress'])(
    'nor do rows of %s bring them out, nor a number of a person as a code (I6)',
    async (name) => {
      const row = (n: number, code: string, message: string) => ({
        MaHoSo: dossier(n).code,
        MaLoi: code,
        MoTa: message,
      });
      const inputs = [1, 2, 3, 4].map((n) =>
        name === 'sync-dossier'
          ? { dossier: dossier(n), known: false }
          : { code: dossier(n).code, steps: (dossier(n).steps ?? []).slice(0, 1) },
      );
      const b = bench(({ body }) =>
        json({
          error_code: -1,
          message: 'Không thành công',
          result: [
            row(1, String(body.session), 'Sai dữ liệu'),
            row(2, 'mat-khau-bi-mat', 'Sai dữ liệu'),
            row(3, '-5', `Sai dữ liệu: {"session":"${body.session}","password":"mat-khau-bi-mat"}`),
            row(4, 'B1234567', 'Sai hộ chiếu'),
          ],
        }),
      );
      const ended = await b.run(name, inputs);
      const outcomes = ended.kind === 'itemised' ? ended.outcomes : [];
      expect(outcomes.map((each) => each.kind === 'rejected' && [each.code, each.message])).toEqual([
        ['other', '***: Sai dữ liệu'],
        ['other', '***: Sai dữ liệu'],
        ['-5', 'Sai dữ liệu: {"session":"***","password":"***"}'],
        ['other', 'B1234567: Sai hộ chiếu'],
      ]);
      expect(JSON.stringify([ended, b.system.kept])).not.toMatch(/phien-1|mat-khau-bi-mat/);
    },
  );
});

describe('sessions', () => {
  const gone: [string, TextReply][] = [
    ['HTTP 401', { status: 401, headers: {}, body: '' }],
    ['a code', json({ error_code: '401', message: null })],
    ['a text', json({ error_code: -1, message: 'Phiên làm việc đã hết hạn' })],
    ['a text without marks', json({ error_code: '2', message: 'Phien dang nhap khong hop le' })],
    ['an English text', json({ error_code: -5, message: 'Session expired or invalid' })],
    ['a demand', json({ error_code: -5, message: 'Vui lòng đăng nhập lại' })],
    ['HTTP 500 with a text', json({ error_code: -1, message: 'invalid session' }, 500)],
    ['HTTP 400 with a text', json({ error_code: -1, message: 'Token không hợp lệ' }, 400)],
    [
      'a plain text',
      { status: 200, headers: {}, body: 'Phiên làm việc không tồn tại hoặc đã hết hạn. Vui lòng đăng nhập lại' },
    ],
    ['a page', { status: 200, headers: {}, body: '<html><body><p>Session <b>expired</b></p></body></html>' }],
    ['another shape', json({ error: 'unauthorized', message: 'Phiên làm việc đã hết hạn' })],
    ['a redirect to the login page', { status: 302, headers: { location: '/portal/login' }, body: '' }],
  ];
  it.each(gone)('an expiry told by %s costs one login and one repeat', async (_name, reply) => {
    const b = bench(({ body }) => (body.session === 'phien-1' ? reply : OK));
    expect(await b.one('sync-dossier', fresh)).toMatchObject({ kind: 'completed' });
    expect(b.logins()).toBe(2);
    expect(b.calls).toHaveLength(2);
  });

  const doubtful: [string, TextReply][] = [
    ['an unknown code', json({ error_code: -9, message: 'Lỗi không xác định' })],
    ['HTTP 403', { status: 403, headers: {}, body: '' }],
    ['HTTP 500', { status: 500, headers: {}, body: '' }],
    ['a page', { status: 200, headers: {}, body: '<html></html>' }],
    ['another shape', json({ status: 'error' })],
  ];
  it.each(doubtful)('%s on a session older than a minute may be an expiry', async (_name, reply) => {
    const b = bench(({ body }) => (body.session === 'phien-2' || b.system.at === start ? OK : reply));
    const start = b.system.at;
    await b.one('sync-dossier', fresh);
    b.system.at += 60_000;
    expect(await b.one('sync-dossier', fresh)).toMatchObject({ kind: 'completed' });
    expect(b.logins()).toBe(2);
  });

  it.each([
    ['a dossier of which it is said', 'Tài khoản của chủ hồ sơ chưa xác thực VNeID'],
    ['a version', 'Phiên bản dữ liệu không hợp lệ'],
    ['a due date', 'Ngày hẹn trả đã hết hạn'],
    ['a number', 'Số CCCD của người nộp chưa được xác thực'],
    ['a phone', 'Số điện thoại chưa đăng nhập lần nào'],
    ['a person', 'Chưa xác thực'],
  ])('%s is no expiry: %s', async (_name, message) => {
    const b = bench(() => json({ error_code: -1, message }));
    expect(await b.one('sync-dossier', fresh)).toMatchObject({ kind: 'rejected', message });
    expect(b.logins()).toBe(1);
  });

  it('"chưa xác thực" is a no where a fresh session hears it too, and costs no login for each dossier', async () => {
    const message = 'Công dân chưa được xác thực với CSDL';
    const b = bench(() => json({ error_code: 17, message }));
    await b.one('sync-dossier', fresh);
    b.system.at += 60_000;
    for (let n = 0; n < 5; n++)
      expect(await b.one('sync-dossier', fresh)).toMatchObject({ kind: 'rejected', code: '17', message });
    expect(b.logins()).toBe(2);
    const old = bench(({ body }) =>
      body.session === 'phien-2' ? OK : json({ error_code: 17, message: 'Chưa xác thực' }),
    );
    await old.one('sync-dossier', fresh);
    old.system.at += 60_000;
    expect(await old.one('sync-dossier', fresh)).toMatchObject({ kind: 'completed' });
  });

  it('what the first answer left in doubt stays in doubt when no other can be had (I2)', async () => {
    const b = bench(() => ({ status: 500, headers: {}, body: '' }), {
      login: (n) => (n === 1 ? json({ error_code: 0, session: 's' }) : { mayHaveArrived: false, cause: 'refused' }),
    });
    await b.ask('lookup-dossier', { code: 'x' });
    b.system.at += 120_000;
    expect(await b.one('sync-dossier', fresh)).toEqual({ kind: 'unknown', reason: 'server-error' });
  });

  it.each<[string, TextReply | WireFault, object]>([
    ['answered no', json({ error_code: 1, message: 'Sai mật khẩu' }), { reason: 'login-refused' }],
    ['answered 401', { status: 401, headers: {}, body: '' }, { reason: 'login-refused' }],
    ['answered no under 400', json({ error_code: 1, message: 'Sai mật khẩu' }, 400), { reason: 'login-refused' }],
    ['misled', json({ error_code: '-1', message: 'dstcode không hợp lệ' }, 400), { reason: 'client-error' }],
    ['a timeout', { mayHaveArrived: true, cause: 'timeout' }, { reason: 'timeout' }],
    ['unconnected in time', { mayHaveArrived: false, cause: 'timeout' }, { reason: 'timeout' }],
    ['without a name', { mayHaveArrived: false, cause: 'dns' }, { reason: 'dns', during: 'login' }],
    ['under a bad certificate', { mayHaveArrived: false, cause: 'tls' }, { reason: 'tls', during: 'login' }],
    ['refused by the port', { mayHaveArrived: false, cause: 'refused' }, { reason: 'connection-refused' }],
    ['cut', { mayHaveArrived: true, cause: 'truncated' }, { reason: 'unreadable' }],
    ['a reset', { mayHaveArrived: true, cause: 'reset' }, { reason: 'connection-lost', during: 'login' }],
    ['HTTP 500', { status: 500, headers: {}, body: '' }, { reason: 'server-error' }],
    [
      '503',
      { status: 503, headers: { 'retry-after': '9' }, body: '' },
      { reason: 'unavailable', retryAfterMs: 9_000, during: 'login' },
    ],
    ['busy', json({ error_code: -1, message: 'Hệ thống đang bảo trì' }), { reason: 'unavailable' }],
    ['no session', json({ error_code: 0 }), { reason: 'unreadable' }],
    ['a page', { status: 200, headers: {}, body: '<html>' }, { reason: 'unreadable' }],
  ])('a login that is %s sends no command (I2)', async (_name, reply, outcome) => {
    const b = bench(() => OK, { login: () => reply });
    expect(await b.one('sync-dossier', fresh)).toMatchObject({ kind: 'not-sent', ...outcome });
    expect(b.calls).toHaveLength(0);
  });

  it('the probe logs in and does nothing else', async () => {
    const b = bench(() => OK);
    expect(await b.adapter.probe(b.system.context())).toEqual({ kind: 'completed', result: 'logged in' });
    expect(b.calls).toHaveLength(0);
    const refused = bench(() => OK, { login: () => json({ error_code: 1 }) });
    expect(await refused.adapter.probe(refused.system.context())).toMatchObject({ reason: 'login-refused' });
  });
});

describe('batches', () => {
  const batch = [1, 2, 3].map((n) => ({ dossier: dossier(n), known: false }));

  it('taken whole are taken each', async () => {
    const b = bench(() => OK);
    expect(await b.sync(batch)).toMatchObject({
      kind: 'itemised',
      outcomes: [1, 2, 3].map(() => ({ kind: 'completed' })),
    });
    expect(b.calls[0]?.body.data).toHaveLength(3);
  });

  it('refused without a name are undivided', async () => {
    const b = bench(() => json({ error_code: -1, message: 'Dữ liệu không hợp lệ' }));
    expect(await b.sync(batch)).toMatchObject({ kind: 'undivided', outcome: { kind: 'rejected', code: '-1' } });
  });

  it('refused with a name concern that item alone; the others are not known to have failed', async () => {
    const b = bench(() => json({ error_code: -1, message: `Hồ sơ ${dossier(2).code}: thiếu MaTTHC.` }));
    expect(await b.sync(batch)).toEqual({
      kind: 'itemised',
      outcomes: [
        { kind: 'not-sent', reason: 'not-in-batch' },
        expect.objectContaining({ kind: 'rejected', fields: ['/procedure/code'] }),
        { kind: 'not-sent', reason: 'not-in-batch' },
      ],
    });
  });

  it('answered by lines end line by line', async () => {
    const result = [
      { MaHoSo: dossier(1).code, error_code: 0, message: 'Thành công' },
      { MaHoSo: dossier(2).code, error_code: -7, message: 'Sai mã thủ tục' },
    ];
    for (const [error_code, message, third] of [
      [0, 'Đã xử lý', { kind: 'completed' }],
      [0, 'Có hồ sơ lỗi', { kind: 'not-sent', reason: 'not-in-batch' }],
      [-1, 'Có hồ sơ lỗi', { kind: 'not-sent', reason: 'not-in-batch' }],
    ] as const) {
      const b = bench(() => json({ error_code, message, result }));
      expect(await b.sync(batch)).toMatchObject({
        kind: 'itemised',
        outcomes: [{ kind: 'completed' }, { kind: 'rejected', code: '-7', message: 'Sai mã thủ tục' }, third],
      });
    }
  });

  it.each<[object, object]>([
    [
      { maHoSo: 1, ErrorCode: '5', ErrorMessage: 'Sai' },
      { kind: 'rejected', code: '5', message: 'Sai' },
    ],
    [
      { MAHOSO: 1, code: 5, moTa: 'Sai' },
      { kind: 'rejected', code: '5', message: 'Sai' },
    ],
    [
      { ma_ho_so: 1, ma: '-7', ketQua: 'Sai' },
      { kind: 'rejected', code: '-7' },
    ],
    [
      { MaHoSo: 1, MaLoi: 5, MoTaLoi: 'Sai' },
      { kind: 'rejected', code: '5', message: 'Sai' },
    ],
    [
      { MaHoSo: 1, ketQua: 'Thiếu MaTTHC' },
      { kind: 'rejected', code: 'other', message: 'Thiếu MaTTHC' },
    ],
    [{ MaHoSo: 1, ketQua: 'Thành công' }, { kind: 'completed' }],
    [{ MaHoSo: 1, error_code: '00' }, { kind: 'completed' }],
    [
      { MaHoSo: 1, error_code: 0, message: 'Thiếu MaTTHC' },
      { kind: 'unknown', reason: 'unreadable' },
    ],
    [
      { MaHoSo: 1, status: 'FAILED' },
      { kind: 'drift', path: '/result' },
    ],
    [{ MaHoSo: 1, ketQua: 0 }, { kind: 'drift' }],
    [{ MaHoSo: 1 }, { kind: 'completed' }],
  ])('a row in another spelling is not taken for success: %j', async (row, outcome) => {
    const result = Object.entries(row).map(([name, value]) => [name, value === 1 ? ` ${dossier(1).code} ` : value]);
    const reply = json({ error_code: 0, message: 'Thành công', result: [Object.fromEntries(result)] });
    const alone = bench(() => reply);
    expect(await alone.one('sync-dossier', fresh)).toMatchObject(outcome);
    const b = bench(() => reply);
    const ended = await b.sync(batch);
    expect(ended).toMatchObject({ outcomes: [outcome, { kind: 'completed' }, { kind: 'completed' }] });
    if ('path' in outcome || JSON.stringify(outcome).includes('drift')) expect(b.system.kept).toHaveLength(1);
  });

  it('of several rows of one dossier the worst counts', async () => {
    const rows = [0, 5, 0].map((error_code) => ({ MaHoSo: dossier(1).code, error_code }));
    const b = bench(() => json({ error_code: 0, message: 'Thành công', result: rows }));
    expect(await b.one('sync-dossier', fresh)).toMatchObject({ kind: 'rejected', code: '5' });
  });

  it('refused whole with a line for each: who failed for others is not known to have failed', async () => {
    const result = [1, 2, 3].map((n) => ({
      MaHoSo: dossier(n).code,
      error_code: -1,
      message: n === 2 ? 'thiếu MaTTHC' : 'Không thành công do lỗi của hồ sơ khác',
    }));
    const b = bench(() => json({ error_code: -1, message: 'Không thành công', result }));
    expect(await b.sync(batch)).toMatchObject({
      outcomes: [{ reason: 'not-in-batch' }, { kind: 'rejected' }, { reason: 'not-in-batch' }],
    });
  });

  it('beside a failure under code 0 nothing is taken for done that is not said to be (I1)', async () => {
    for (const message of [
      `Đồng bộ không thành công: Hồ sơ ${dossier(2).code} sai`,
      `Hồ sơ ${dossier(2).code} đã tồn tại`,
    ]) {
      const b = bench(({ body }) => (body.isUpdating === 'True' ? OK : json({ error_code: 0, message })));
      expect(await b.sync(batch)).toMatchObject({
        outcomes: [{ reason: 'not-in-batch' }, {}, { reason: 'not-in-batch' }],
      });
    }
  });

  it('of which one exists: that one goes again as an update, alone', async () => {
    const b = bench(({ body }) =>
      body.isUpdating === 'True' ? OK : json({ error_code: 3, message: `${dossier(3).code} đã tồn tại` }),
    );
    expect(await b.sync(batch)).toMatchObject({
      outcomes: [
        { reason: 'not-in-batch' },
        { reason: 'not-in-batch' },
        { kind: 'completed', result: { asUpdate: true } },
      ],
    });
    expect(b.calls[1]?.body.data?.map((row) => row.MaHoSo)).toEqual([dossier(3).code]);
  });

  it('of which some exist, unnamed: all go again as update, and undivided when that is refused', async () => {
    const b = bench(({ body }) =>
      body.isUpdating === 'True' ? OK : json({ error_code: 3, message: 'Hồ sơ đã tồn tại' }),
    );
    expect(await b.sync(batch)).toMatchObject({ outcomes: [1, 2, 3].map(() => ({ kind: 'completed' })) });
    const refused = bench(({ body }) =>
      json({ error_code: 3, message: body.isUpdating === 'True' ? 'Hồ sơ không tồn tại' : 'Hồ sơ đã tồn tại' }),
    );
    expect(await refused.sync(batch)).toMatchObject({ kind: 'undivided', outcome: { kind: 'rejected' } });
    expect(refused.calls).toHaveLength(2);
  });

  it('a code that begins another is not taken for it', async () => {
    const longer = { dossier: { ...example, code: `${dossier(1).code}2` }, known: false };
    const b = bench(() => json({ error_code: -1, message: `Hồ sơ ${longer.dossier.code} sai` }));
    expect(await b.sync([fresh, longer])).toMatchObject({
      outcomes: [{ reason: 'not-in-batch' }, { kind: 'rejected' }],
    });
  });

  it('are all new or all update', () => {
    const rule = (bench(() => OK).adapter.commands['sync-dossier'] as unknown as CollapsingCommand<SyncDossierInput>)
      .batch;
    expect(rule?.key(fresh)).not.toBe(rule?.key({ ...fresh, known: true }));
  });
});

describe('progress (WIRE.md 1.5, A2.3)', () => {
  const step = (minute: number) => ({
    at: `2022-12-01T08:${String(minute).padStart(2, '0')}:00+07:00`,
    status: 'processing' as const,
  });
  const input = { code: dossier(1).code, steps: [step(1), step(2), step(3)] };

  it('is taken by an envelope, and by plain text as the known client reads it', async () => {
    for (const reply of [OK, { status: 200, headers: {}, body: 'Cập nhật thành công' }]) {
      const b = bench(() => reply);
      expect(await b.one('sync-progress', input)).toEqual({ kind: 'completed', result: { rows: 3 } });
      expect(b.calls[0]?.body).toMatchObject({
        service: 'CapNhatTienDoHoSoMC',
        data: [{ ThoiDiemXuLy: '20221201080100' }, {}, {}],
      });
    }
    const denied = bench(() => ({ status: 200, headers: {}, body: 'Cập nhật không thành công' }));
    expect(await denied.one('sync-progress', input)).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });

  it('of which a row is there already goes row by row, so that no other row is lost (I1)', async () => {
    const b = bench(({ body }, n) =>
      n === 1 || body.data?.length === 3
        ? json({ error_code: 3, message: 'Tiến độ đã tồn tại' })
        : n === 2
          ? json({ error_code: 3, message: 'Tiến độ đã tồn tại' })
          : OK,
    );
    expect(await b.one('sync-progress', input)).toEqual({ kind: 'completed', result: { rows: 3 } });
    expect(b.calls.map(({ body }) => body.data?.length)).toEqual([3, 1, 1, 1]);
  });

  it('of which one is refused in a row under a 0, alone as well as together, is not taken for done (I1)', async () => {
    const row = { MaHoSo: input.code, error_code: '9', message: 'Trạng thái sai' };
    const alone = bench(() => json({ error_code: 0, result: [row] }));
    expect(await alone.one('sync-progress', input)).toMatchObject({ kind: 'rejected', code: '9' });
    const apart = bench(({ body }) =>
      body.data?.length === 3
        ? json({ error_code: 3, message: 'Tiến độ đã tồn tại' })
        : json({ error_code: 0, result: [row] }),
    );
    expect(await apart.one('sync-progress', input)).toMatchObject({ kind: 'rejected', code: '9' });
    expect(apart.calls).toHaveLength(2);
  });

  it('never carries more than ten rows', async () => {
    const b = bench(() => OK);
    const eleven = { code: input.code, steps: Array.from({ length: 11 }, (_, n) => step(n)) };
    expect(await b.one('sync-progress', eleven)).toMatchObject({ kind: 'rejected', fields: ['/steps'] });
    expect(b.calls).toHaveLength(0);
  });
});

describe('the status of a dossier born on the portal (WIRE.md 1.7)', () => {
  it('refused in a row of its own under a 0 is refused, and a row that cannot be judged is drift', async () => {
    const born = { dossier: { ...example, nationalCode: 'G22.99-1' } };
    const said = (row: object) => bench(() => json({ error_code: 0, result: [{ MaHoSo: 'G22.99-1', ...row }] }));
    expect(await said({ error_code: '9', message: 'Trạng thái sai' }).one('sync-national-status', born)).toMatchObject({
      kind: 'rejected',
      code: '9',
    });
    expect(await said({ KetLuan: 'X' }).one('sync-national-status', born)).toMatchObject({ kind: 'drift' });
    expect(await said({ error_code: 0 }).one('sync-national-status', born)).toMatchObject({ kind: 'completed' });
  });

  it('is sent as type 2 with the object, and not at all without a national code', async () => {
    const b = bench(() => OK);
    expect(await b.one('sync-national-status', { dossier: { ...example, nationalCode: 'G22.99-1' } })).toMatchObject({
      kind: 'completed',
    });
    expect(b.calls[0]?.body).toMatchObject({
      service: 'DongBoTrangThaiHoSo',
      type: '2',
      data: { MaHoSo: 'G22.99-1', MaHoSoDonVi: example.code, TrangThai: '4' },
    });
    expect(await b.one('sync-national-status', { dossier: example })).toMatchObject({
      kind: 'rejected',
      fields: ['/nationalCode'],
    });
    expect(b.calls).toHaveLength(1);
  });
});

describe('what the nation shows (WIRE.md 1.3, A2.5)', () => {
  const shown = (result: unknown) => bench(() => json({ error_code: '0', message: '', result }));
  const input = { dossier: dossier(1), known: true };
  const MaHoSo = dossier(1).code;

  it.each<[unknown, string]>([
    [[{ MaHoSo, TrangThaiHoSo: '4' }], 'matches'],
    [[{ MaHoSo, TrangThaiHoSo: 4, More: 1 }], 'matches'],
    [{ MaHoSo, TrangThaiHoSo: '04' }, 'matches'],
    [[{ MaHoSo, MaTrangThai: '4', TrangThaiHoSo: 'Đang xử lý' }], 'matches'],
    [[{ TrangThaiHoSo: '4' }], 'matches'],
    [[{ MaHoSo, TrangThaiHoSo: '2' }], 'differs'],
    [[], 'absent'],
    [null, 'absent'],
    [[{ MaHoSo: 'other', TrangThaiHoSo: '4' }], 'cannot-tell'],
    [[{ MaHoSo }], 'cannot-tell'],
    [[{ MaHoSo, TrangThaiHoSo: '0' }], 'cannot-tell'],
  ])('%j: %s', async (result, seen) => {
    expect(await shown(result).readBack(input)).toEqual({ kind: 'completed', result: seen });
  });

  it('a status in no list is drift, never guessed', async () => {
    expect(await shown([{ MaHoSo, TrangThaiHoSo: '11' }]).readBack(input)).toEqual({
      kind: 'drift',
      path: '/result/0/TrangThaiHoSo',
      expected: 'status code 0 to 10',
      got: 'other string',
    });
    expect(await shown('Thành công').readBack(input)).toMatchObject({ kind: 'drift', path: '/result/0' });
    expect(await bench(() => OK).readBack(input)).toMatchObject({ kind: 'drift', path: '/result', got: 'missing' });
  });

  it('"không tồn tại" is an answer too', async () => {
    const b = bench(() => json({ error_code: -1, message: 'Không tìm thấy hồ sơ' }));
    expect(await b.readBack(input)).toEqual({ kind: 'completed', result: 'absent' });
  });
});

describe('catalogues (WIRE.md 1.3, 1.8)', () => {
  it('come in our words, whatever the case of their keys', async () => {
    const b = bench(({ body }) =>
      json({
        error_code: 0,
        message: '',
        result:
          body.service === 'LayDanhMucCoQuan'
            ? [{ MADONVI: 'H05.12', TENDONVI: 'Sở Tư pháp', CAPDONVI: 1 }]
            : body.service === 'LayDanhMucLinhVuc'
              ? [{ MALINHVUC: 'G15-TP01', TENLINHVUC: 'Hộ tịch', MANGANH: 'G15' }]
              : [{ MaTTHC: '1.001193', TENTTHC: 'Đăng ký khai sinh', MALINHVUC: 'G15-TP01', TENLINHVUC: 'Hộ tịch' }],
      }),
    );
    expect(await b.ask('list-agencies', {})).toEqual({
      kind: 'completed',
      result: [{ code: 'H05.12', name: 'Sở Tư pháp', level: '1' }],
    });
    expect(await b.ask('list-fields', {})).toMatchObject({
      result: [{ code: 'G15-TP01', name: 'Hộ tịch', sector: 'G15' }],
    });
    const listed = [{ code: '1.001193', name: 'Đăng ký khai sinh', field: { code: 'G15-TP01', name: 'Hộ tịch' } }];
    expect(await b.ask('list-procedures', {})).toMatchObject({ result: listed });
    expect(await b.ask('list-unit-procedures', { unit: 'H05.12' })).toMatchObject({ result: listed });
    expect(b.calls.at(-1)?.body).toMatchObject({ service: 'LayDanhSachTTHCDonVi', maDonVi: 'H05.12' });
  });

  it('a row without its key makes the catalogue drift: half a catalogue is none', async () => {
    const b = bench(() => json({ error_code: 0, result: [{ MADONVI: 'H05' }, { TENDONVI: 'x' }] }));
    expect(await b.ask('list-agencies', {})).toMatchObject({ kind: 'drift', path: '/result/1/MADONVI' });
    const text = bench(() => json({ error_code: 0, result: ['H05'] }));
    expect(await text.ask('list-agencies', {})).toMatchObject({ kind: 'drift', path: '/result/0', got: 'string' });
  });

  it('a procedure comes whole, and null when there is none', async () => {
    const b = bench(({ body }) =>
      json({
        error_code: 0,
        result:
          body.maTTHC === '1.001193'
            ? {
                MATTHC: '1.001193',
                TENTTHC: 'Đăng ký khai sinh',
                CAPTHUCHIEN: [{ CAPTHUCHIEN: 3 }, { CAPTHUCHIEN: '7' }],
                CACHTHUCTHUCHIEN: [
                  {
                    KENH: '2',
                    THOIGIAN: [
                      { THOIGIANGIAIQUYET: '1', DONVITINH: 'ngày', PHILEPHI: [{ MAPHILEPHI: 'LP01', SOTIEN: '8000' }] },
                    ],
                  },
                ],
                THANHPHANHOSO: [{ TRUONGHOP: '', GIAYTO: [{ MAGIAYTO: 'GT01', TENGIAYTO: 'Tờ khai', SOBANCHINH: 1 }] }],
                KETQUATHUCHIEN: [{ MAKETQUA: 'KQ.G15.000031', TENKETQUA: 'Giấy khai sinh' }],
              }
            : [],
      }),
    );
    expect(await b.ask('get-procedure', { code: '1.001193' })).toMatchObject({
      kind: 'completed',
      result: {
        code: '1.001193',
        levels: ['commune', 'other:7'],
        channels: [
          { channel: 'online', durations: [{ amount: '1', unit: 'ngày', fees: [{ code: 'LP01', amount: '8000' }] }] },
        ],
        components: [{ documents: [{ code: 'GT01', originals: '1' }] }],
        results: [{ code: 'KQ.G15.000031' }],
      },
    });
    expect(await b.ask('get-procedure', { code: 'x' })).toEqual({ kind: 'completed', result: null });
  });
});
