import { jsonReply, type Reply } from '../kit/delivery.ts';
import { type OpenRequest, openRequest, type Words } from '../kit/open-request.ts';
import { type Answer, envelope, refusal, sessionOver } from './answers.ts';
import type { PortalFault } from './fault.ts';
import { isRecord, type WireRecord } from './judge.ts';
import { changesDossiers, codesIn, perform } from './services.ts';
import type { ExpiredAs } from './settings.ts';
import type { PortalState } from './state.ts';
import { texts } from './texts.ts';

/** A request as the portal sees it, whatever carried it. */
export interface PortalRequest {
  readonly operation: 'login' | 'call';
  readonly dstcodeInQuery: string | null;
  readonly dstcodeInHeader: string | null;
  readonly body: string;
}

const EMPTY: WireRecord = {};

/** Reads a request and begins it. */
export function beginRequest(state: PortalState, request: PortalRequest): OpenRequest {
  state.counters.requests += 1;
  const call = parse(request.body);
  const service = request.operation === 'login' ? 'login' : typeof call?.service === 'string' ? call.service : '';
  const codes = call === undefined ? [] : codesIn(call);
  return openRequest(state, {
    service,
    codes,
    barred: bar(state, request, call),
    session: call?.session,
    hold: () => state.openCalls.begin(changesDossiers(service) ? codes : []),
    perform: () => envelope(state.settings, answer(state, service, call ?? EMPTY)),
    words: wordsFor(state, codes),
  });
}

function wordsFor({ settings }: PortalState, codes: readonly string[]): Words<PortalFault> {
  return {
    yes: () => envelope(settings, { code: 0, message: texts.found }),
    half: '{"error_code":0,"message":"Đồng bộ hồ sơ th',
    sessionOver: (as) => sessionOver(settings, as as ExpiredAs | undefined),
    no: (code = -1, message = texts.refusedByFault) => envelope(settings, { code, message }),
    loginRefused: (code = -1, message = texts.loginWrong) => envelope(settings, { code, message }),
    own: (fault) =>
      envelope(
        settings,
        fault.kind === 'foreign-item-row'
          ? foreignRows(codes, fault.row)
          : { code: 0, message: fault.message ?? texts.zeroWithFailure },
      ),
  };
}

function parse(body: string): WireRecord | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whatever keeps a request from reaching its operation; using a session counts against it. */
function bar(state: PortalState, request: PortalRequest, call: WireRecord | undefined): Reply | undefined {
  const { settings } = state;
  const inQuery = settings.dstcodeIn !== 'header' && request.dstcodeInQuery === settings.dstcode;
  const inHeader = settings.dstcodeIn !== 'query' && request.dstcodeInHeader === settings.dstcode;
  if (!inQuery && !inHeader) return jsonReply({ error_code: '-1', message: texts.wrongDestination }, 400);
  if (call === undefined) return envelope(settings, refusal(settings, texts.unreadable));
  if (request.operation === 'login') return undefined;
  if (!state.sessions.use(call.session)) return sessionOver(settings);
  if (call.madonvi !== settings.unit) return envelope(settings, refusal(settings, texts.wrongUnit));
  return undefined;
}

function answer(state: PortalState, service: string, call: WireRecord): Answer {
  if (service !== 'login') return perform(state, service, call);
  const login = state.sessions.login(call.username, call.password);
  if ('session' in login) return { code: 0, message: texts.found, session: login.session };
  return { code: -1, message: login.refused === 'locked' ? texts.loginLocked : texts.loginWrong };
}

/** What a call's answer would look like if its rows were written by another hand than its envelope. */
function foreignRows(
  codes: readonly string[],
  row: WireRecord = { ErrorCode: '5', ErrorMessage: texts.refusedByFault },
) {
  const result = [...new Set(codes)].map((maHoSo) => ({ maHoSo, ...row }));
  return { code: 0, message: texts.found, result };
}
