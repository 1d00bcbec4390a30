import { jsonReply, type Reply } from '../kit/delivery.ts';
import { type OpenRequest, openRequest, type Words } from '../kit/open-request.ts';
import type { Message } from './dossiers.ts';
import { type Answered, operations, textOf } from './operations.ts';
import type { LandFault, LandSimulation } from './state.ts';

export interface Arrived {
  /** Last part of the address; `token` is the login. */
  readonly service: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Reads a call and begins it; what faults match is the last part of its address, or `login`. */
export function beginRequest(state: LandSimulation, { service, authorization, body }: Arrived): OpenRequest {
  const { counters, openCalls, settings } = state;
  counters.requests += 1;
  counters.calls[service] = (counters.calls[service] ?? 0) + 1;
  if (service === 'token') {
    return openRequest(state, {
      service: 'login',
      codes: [],
      barred: undefined,
      session: undefined,
      hold: () => openCalls.begin([]),
      perform: () => grant(state, new URLSearchParams(body)),
      words: wordsFor(state),
    });
  }
  const message = messageIn(body);
  const number = textOf(message?.SoBienNhan);
  const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  const known = settings.kind === 'vbdlis' || state.sessions.use(token);
  return openRequest(state, {
    service,
    codes: number === '' ? [] : [number],
    barred: known ? undefined : noSession(),
    session: token,
    hold: () => openCalls.begin(number === '' ? [] : [number]),
    perform: () =>
      written(
        state,
        message === undefined ? UNREADABLE : (operations[settings.kind][service]?.(state, message) ?? UNREADABLE),
      ),
    words: wordsFor(state),
  });
}

const UNREADABLE: Answered = { code: 'UNSOUND', words: 'Dữ liệu không hợp lệ' };

function messageIn(body: string): Message | undefined {
  try {
    const read: unknown = JSON.parse(body);
    return typeof read === 'object' && read !== null ? (read as Message) : undefined;
  } catch {
    return undefined;
  }
}

/** A password grant (WIRE.md 3.4). */
function grant(state: LandSimulation, form: URLSearchParams): Reply {
  const { clientId, clientSecret } = state.settings;
  const knows = form.get('client_id') === clientId && form.get('client_secret') === clientSecret;
  const login = state.sessions.login(form.get('username'), knows ? form.get('password') : undefined);
  if (form.get('grant_type') !== 'password' || 'refused' in login) return noGrant();
  return jsonReply({
    access_token: login.session,
    expires_in: 3600,
    token_type: 'bearer',
    refresh_token: '',
    scope: 'api',
  });
}

const noGrant = (code: number | string = 'invalid_grant', words = 'Sai tài khoản hoặc mật khẩu'): Reply =>
  jsonReply({ error: String(code), error_description: words }, 400);
const noSession = (): Reply => jsonReply({ message: 'Authorization has been denied for this request.' }, 401);

function written({ clock }: LandSimulation, what: Answered): Reply {
  const time = new Date(clock()).toISOString();
  const no = 'code' in what ? what : undefined;
  return jsonReply({
    data: no === undefined ? 1 : 0,
    status: {
      success: no === undefined,
      code: no?.code ?? '200',
      type: no === undefined ? 'success' : 'error',
      time,
      message: no?.words ?? 'Thành công',
    },
  });
}

function wordsFor(state: LandSimulation): Words<LandFault> {
  const no = (code: number | string = 'REFUSED', words = 'Hồ sơ không được chấp nhận'): Reply =>
    written(state, { code: String(code), words });
  return {
    yes: () => written(state, { done: true }),
    half: '{"data":1,"status":{"succ',
    sessionOver: noSession,
    no,
    loginRefused: noGrant,
    own: () =>
      jsonReply({
        data: 1,
        status: { success: true, code: '200', type: 'success', time: '', message: 'Tiếp nhận không thành công' },
      }),
  };
}
