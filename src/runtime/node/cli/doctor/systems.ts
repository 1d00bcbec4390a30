import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { Outcome } from '../../../../../adapters/adapter.ts';
import { memorySessions } from '../../../../../adapters/kit/memory-sessions.ts';
import type { Config } from '../../../../config.ts';
import { definitions } from '../../../systems.ts';
import { createUndiciTransport } from '../../transport.ts';
import type { ReadOnlyStore } from '../read-only-store.ts';
import { shownCertificate } from './certificate.ts';
import { why } from './delivery.ts';
import { bad, type Finding, none, ok } from './finding.ts';

type SystemConfig = Config['systems'][number];

const CONNECT_MS = 5_000;
const PROBE_MS = 10_000;

/** Each system as far as it can be reached: name, connection, login. The first thing that fails ends the way. */
export async function systems(
  configured: readonly SystemConfig[],
  options: { readonly store: ReadOnlyStore | undefined; readonly login: boolean },
): Promise<readonly Finding[]> {
  return Promise.all(
    definitions.map(({ system, envPrefix }) => {
      const config = configured.find((each) => each.system === system);
      return config === undefined
        ? none(system, `chưa cấu hình: đặt ${envPrefix}_URL (not configured: set ${envPrefix}_URL)`)
        : reach(config, options);
    }),
  );
}

async function reach(
  config: SystemConfig,
  options: { readonly store: ReadOnlyStore | undefined; readonly login: boolean },
): Promise<Finding> {
  const { system } = config;
  const url = new URL(config.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  try {
    await lookup(host);
  } catch {
    return bad(
      system,
      `không phân giải được tên ${host} (the name does not resolve)`,
      'kiểm tra DNS của máy và địa chỉ đã cấu hình (check this machine’s DNS and the configured address)',
    );
  }
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const refused = await connectOnce(host, port);
  if (refused !== undefined)
    return bad(
      system,
      `không kết nối được ${host}:${port} (cannot connect): ${refused}`,
      'kiểm tra đường truyền, tường lửa, và hệ thống kia có hoạt động không (check the line, the firewall, and whether that system runs)',
    );
  if (!options.login)
    return none(system, `kết nối được ${host}:${port}, không thử đăng nhập (connects; no login tried)`);
  const paused = pausedReason(options.store, system);
  // A paused credential was refused before; one more wrong login could lock the account.
  if (paused !== undefined)
    return bad(
      system,
      `đang tạm dừng, không thử đăng nhập: ${paused} (paused, so no login was tried)`,
      `sửa nguyên nhân rồi: lienthong systems resume ${system} --reason … (mend the cause, then resume it)`,
    );
  return loginOnce(config);
}

function connectOnce(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const end = (reason?: string) => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

function pausedReason(store: ReadOnlyStore | undefined, system: string): string | undefined {
  const lane = store
    ?.rows('select system, paused_reason from lane where paused_reason is not null')
    .find((row) => row.system === system);
  return lane === undefined ? undefined : why(String(lane.paused_reason));
}

/** One try, never repeated: accounts get locked. */
async function loginOnce(config: SystemConfig): Promise<Finding> {
  const { system } = config;
  const adapter = definitions.find((each) => each.system === system)?.create(config.values as never);
  if (adapter === undefined) return none(system, 'không có bộ nối (no adapter)');
  const transport = createUndiciTransport();
  try {
    const outcome = await adapter.probe({
      transport,
      // A look from outside: nothing of it is stored, and the gateway's own session stays what it is.
      sessions: memorySessions(),
      signal: AbortSignal.timeout(PROBE_MS),
      timeoutMs: PROBE_MS,
      oneOff: false,
      wall: () => Date.now(),
      steady: () => Date.now(),
      traceparent: undefined,
      keep: () => {},
    });
    if (outcome.kind === 'completed' || outcome.kind === 'accepted')
      return ok(system, 'đăng nhập được (login granted)');
    return await refusal(config, outcome);
  } finally {
    await transport.close();
  }
}

async function refusal(
  { system, url }: SystemConfig,
  outcome: Exclude<Outcome, { kind: 'completed' | 'accepted' }>,
): Promise<Finding> {
  const code = outcome.kind === 'rejected' ? outcome.code : outcome.kind === 'drift' ? outcome.path : outcome.reason;
  if (code === 'login-refused')
    return bad(
      system,
      'bị từ chối đăng nhập (the login was refused)',
      'kiểm tra tên và mật khẩu đã cấu hình; đừng thử lại nhiều lần kẻo bị khóa tài khoản (check the configured name and password; do not try again and again, accounts get locked)',
    );
  if (code === 'tls') return bad(system, ...(await tlsFault(new URL(url))));
  const onTheWay = ON_THE_WAY[code];
  if (outcome.kind === 'not-sent' && onTheWay !== undefined)
    return bad(system, `không đăng nhập được (no login): ${code}, ${onTheWay[0]}`, onTheWay[1]);
  return bad(
    system,
    `không đăng nhập được (no login): ${outcome.kind}, ${code}`,
    'hệ thống kia trả lời không như mong đợi; kiểm tra địa chỉ, dstcode, và hỏi đơn vị vận hành (it does not answer as expected: check the address and dstcode, and ask its operators)',
  );
}

/** What befell a login on the way to them, and what to do about it. */
const ON_THE_WAY: Readonly<Record<string, readonly [found: string, mend: string]>> = {
  dns: [
    'không phân giải được tên (the name does not resolve)',
    'kiểm tra DNS của máy và địa chỉ đã cấu hình (check this machine’s DNS and the configured address)',
  ],
  'connection-refused': [
    'không ai nghe ở cổng đó (nobody listens there)',
    'kiểm tra đường truyền, tường lửa, và hệ thống kia có hoạt động không (check the line, the firewall, and whether that system runs)',
  ],
  timeout: [
    'không trả lời kịp (no answer in time)',
    'kiểm tra đường truyền và tường lửa; hỏi đơn vị vận hành hệ thống kia có quá tải không (check the line and the firewall; ask its operators whether it is overloaded)',
  ],
  'connection-lost': [
    'kết nối bị ngắt giữa chừng (the connection was cut)',
    'kiểm tra tường lửa và máy trung gian trên đường (check the firewall and the proxies on the way)',
  ],
  'rate-limited': ['họ bảo chậm lại (they ask for patience)', 'chờ rồi thử lại (wait, then try again)'],
  unavailable: [
    'họ đang tạm ngừng (they are out of service)',
    'chờ, hoặc hỏi đơn vị vận hành (wait, or ask its operators)',
  ],
  'server-error': ['máy chủ của họ lỗi (their server fails)', 'hỏi đơn vị vận hành hệ thống kia (ask its operators)'],
};

async function tlsFault(url: URL): Promise<readonly [found: string, mend: string]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const shown = await shownCertificate(host, Number(url.port) || 443, CONNECT_MS);
  if (shown === undefined)
    return [
      'tls: bắt tay TLS không thành, không thấy chứng thư nào (the TLS handshake failed, and no certificate was shown)',
      'kiểm tra địa chỉ (https hay http), phiên bản TLS, và máy trung gian (check the address, https or http, the TLS version, and proxies on the way)',
    ];
  const words = `${shown.subject}, do ${shown.issuer} cấp (issued by), hiệu lực từ (valid from) ${shown.from} đến (until) ${shown.until}`;
  return [
    `tls: không tin được chứng thư (the certificate is not believed)${shown.wrong === undefined ? '' : `, ${shown.wrong}`}: ${words}`,
    'hết hạn: báo đơn vị vận hành hệ thống kia; chưa đến hạn: xem đồng hồ máy này; tên khác: kiểm tra địa chỉ; nơi cấp lạ: thêm chứng thư gốc bằng NODE_EXTRA_CA_CERTS (expired: tell its operators; not yet valid: look at this machine’s clock; another name: check the address; an unknown issuer: add its root with NODE_EXTRA_CA_CERTS)',
  ];
}
