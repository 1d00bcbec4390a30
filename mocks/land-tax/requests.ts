import { jsonReply, type Reply } from '../kit/delivery.ts';
import { type OpenRequest, openRequest, type Words } from '../kit/open-request.ts';
import { unescaped } from '../kit/xml-text.ts';
import { answerTo } from './answers.ts';
import { isSlip, type LandTaxState, type Message, type Said } from './state.ts';
import { isSignedBy } from './xml-signature.ts';

interface Body {
  readonly MESSAGE_TYPE?: string;
  readonly XML_CONTENT?: string;
  readonly MESSAGE_CODE?: string;
}

/** ResultCode and what stands in ReturnValue; 1 and 0 are assumed. */
const reply = (ResultCode: number | string, Message: string, ReturnValue = ''): Reply =>
  jsonReply({ ResultCode, Message, ReturnValue });
const NO = 0;

/** Reads a call and begins it. What faults match is `slip`, `question` or `answer`, and among its codes the type of the message. */
export function beginCall(state: LandTaxState, authorization: string | undefined, text: string): OpenRequest {
  const { counters, openCalls, settings } = state;
  counters.requests += 1;
  const body = bodyOf(text);
  const said = saidIn(body?.XML_CONTENT ?? '');
  const asked = state.messages.get(body?.MESSAGE_CODE ?? '');
  const service = serviceOf(body);
  counters.calls[service] = (counters.calls[service] ?? 0) + 1;
  const codes = [said.id, said.dossier, asked?.guid, asked?.id].filter(
    (code) => code !== undefined && code !== '',
  ) as string[];
  const known = authorization === `Bearer ${settings.tokenSecret}`;
  return openRequest(state, {
    service,
    codes: [...codes, asked?.type ?? said.type],
    barred: known ? undefined : jsonReply({ ResultCode: NO, Message: 'Không có quyền truy cập', ReturnValue: '' }, 401),
    session: undefined,
    hold: () => openCalls.begin(service === 'slip' ? codes : []),
    perform: () => (service === 'answer' ? answered(state, asked) : taken(state, body ?? {}, said)),
    words: wordsFor(state, asked),
  });
}

function serviceOf(body: Body | undefined): 'slip' | 'question' | 'answer' {
  if (body?.XML_CONTENT === undefined) return 'answer';
  return isSlip(body.MESSAGE_TYPE ?? '') ? 'slip' : 'question';
}

function bodyOf(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined;
  }
}

const saidIn = (xml: string): Said => {
  const leaf = (name: string): string => unescaped(new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '');
  return {
    type: leaf('MSG_TYPE'),
    id: leaf('SEQ_ID'),
    refersTo: leaf('SEQ_REFID'),
    dossier: leaf('MA_HS'),
    certificate: leaf('MA_GCN'),
    slip: leaf('SO_PHIEU'),
  };
};

function taken(state: LandTaxState, { MESSAGE_TYPE, XML_CONTENT = '' }: Body, said: Said): Reply {
  const { counters, settings } = state;
  const refused = (why: string): Reply => {
    counters.refusals += 1;
    return reply(NO, why);
  };
  if (!['10', '11', '14', '15', '16', '17'].includes(said.type) || said.type !== MESSAGE_TYPE)
    return refused('Loại thông điệp không đúng');
  if (said.id === '' || said.dossier === '' || said.slip === '') return refused('Thiếu SEQ_ID, MA_HS hoặc SO_PHIEU');
  if (!isSlip(said.type) && said.refersTo === '') return refused('Thiếu SEQ_REFID');
  if (!isSignedBy(settings.landCertificate, XML_CONTENT)) {
    counters.badSignatures += 1;
    return refused('Chữ ký số không hợp lệ');
  }
  return reply(1, 'Thành công', state.take(said, XML_CONTENT).guid);
}

function answered(state: LandTaxState, asked: Message | undefined): Reply {
  if (asked === undefined || isSlip(asked.type)) return reply(NO, 'Không tìm thấy thông điệp');
  return reply(1, 'Thành công', answerTo(state, asked));
}

/** Of a system that knows no logins. To a question after an answer their "no" is one of the tax office. */
function wordsFor(state: LandTaxState, asked: Message | undefined): Words<never> {
  const no = (code?: number | string, text = 'Không được chấp nhận'): Reply =>
    asked === undefined
      ? reply(code ?? NO, text, String(code) === '1' ? '00000000-0000-4000-8000-000000000000' : '')
      : reply(1, 'Thành công', answerTo(state, asked, { ERROR_CODE: String(code ?? 2), ERROR_DESC: text }));
  const noLogin = (): Reply => jsonReply({ error: 'unauthorized' }, 401);
  return {
    yes: () => reply(1, 'Thành công', '00000000-0000-4000-8000-000000000000'),
    half: '{"ResultCode":1,"Message":"Thành',
    sessionOver: noLogin,
    loginRefused: noLogin,
    no,
    own: () => no(),
  };
}
