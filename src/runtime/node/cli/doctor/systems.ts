import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { Outcome } from '../../../../../adapters/adapter.ts';
import { memorySessions } from '../../../../../adapters/kit/memory-sessions.ts';
import type { Config } from '../../../../config.ts';
import { definitions } from '../../../systems.ts';
import { createUndiciTransport } from '../../transport.ts';
import type { ReadOnlyStore } from '../read-only-store.ts';
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
  return lane === undefined ? undefined : String(lane.paused_reason);
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
    return refusal(system, outcome);
  } finally {
    await transport.close();
  }
}

function refusal(system: string, outcome: Exclude<Outcome, { kind: 'completed' | 'accepted' }>): Finding {
  const code = outcome.kind === 'rejected' ? outcome.code : outcome.kind === 'drift' ? outcome.path : outcome.reason;
  if (code === 'login-refused')
    return bad(
      system,
      'bị từ chối đăng nhập (the login was refused)',
      'kiểm tra tên và mật khẩu đã cấu hình; đừng thử lại nhiều lần kẻo bị khóa tài khoản (check the configured name and password; do not try again and again, accounts get locked)',
    );
  return bad(
    system,
    `không đăng nhập được (no login): ${outcome.kind}, ${code}`,
    'hệ thống kia trả lời không như mong đợi; kiểm tra địa chỉ, dstcode, và hỏi đơn vị vận hành (it does not answer as expected: check the address and dstcode, and ask its operators)',
  );
}
