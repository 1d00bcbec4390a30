import type { Reply } from '../../../mocks/kit/delivery.ts';
import { type OpenRequest, openRequest, type Words } from '../../../mocks/kit/open-request.ts';
import { aboutOf, type Call, changing, no, services, yes } from './services.ts';
import type { BureauFault, BureauState } from './state.ts';

/** A request as the bureau sees it. */
export interface BureauRequest {
  /** `login`, or a service. */
  readonly service: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

const SESSION_OVER = 'Phiên làm việc đã hết hạn';
const words: Words<BureauFault> = {
  yes: () => yes({}),
  half: '{"ok":true,"data":{"pa',
  sessionOver: () => no('SESSION', SESSION_OVER, 401),
  no: (code = 'P-12', message = 'Không được chấp nhận') => no(String(code), message),
  loginRefused: (code = 'LOGIN', message = 'Sai tên hoặc mật khẩu') => no(String(code), message, 401),
  own: () => ({
    ...no('P-99', 'Không thực hiện được'),
    body: '{"ok":true,"code":"P-99","text":"Không thực hiện được"}',
  }),
};

/** Reads a request and begins it. */
export function beginRequest(state: BureauState, request: BureauRequest): OpenRequest {
  state.counters.requests += 1;
  const { service } = request;
  const call = parse(request.body);
  const token = request.authorization?.replace(/^Bearer /, '');
  const about = aboutOf(call ?? {});
  const barred = (): Reply | undefined => {
    if (call === undefined) return no('JSON', 'Không đọc được yêu cầu', 400);
    return service === 'login' || state.sessions.use(token) ? undefined : words.sessionOver(undefined);
  };
  return openRequest(state, {
    service,
    codes: about,
    barred: barred(),
    session: token,
    hold: () => state.openCalls.begin(changing.has(service) && typeof call?.ref === 'string' ? [call.ref] : []),
    perform: () => (service === 'login' ? login(state, call ?? {}) : perform(state, service, call ?? {})),
    words,
  });
}

function parse(body: string): Call | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Call) : undefined;
  } catch {
    return undefined;
  }
}

function login(state: BureauState, call: Call): Reply {
  const opened = state.sessions.login(call.username, call.password);
  return 'session' in opened ? yes({ token: opened.session }) : words.loginRefused(undefined, undefined);
}

function perform(state: BureauState, service: string, call: Call): Reply {
  const { calls } = state.counters;
  calls[service] = (calls[service] ?? 0) + 1;
  return services.get(service)?.(state, call) ?? no('SERVICE', 'Không có dịch vụ này', 404);
}
