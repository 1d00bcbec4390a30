import { jsonReply, type Reply, textReply } from '../kit/delivery.ts';
import { type OpenRequest, openRequest, type Words } from '../kit/open-request.ts';
import { escaped, unescaped } from '../kit/xml-text.ts';
import { type AnswerRow, answerTo, answerType, refusal } from './answers.ts';
import { isSealedBy, passwordDigest, sealed } from './seal.ts';
import type { TaxState } from './state.ts';
import { fieldsOf, inside, vietnamese } from './xml.ts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="${SOAP}"><S:Body>${body}</S:Body></S:Envelope>`;

/** What a question says of itself. */
interface Asked {
  readonly type: string;
  readonly id: string;
  readonly document: string;
}

/** Reads a question and begins it; what faults match is its TYPE. */
export function beginSoap(state: TaxState, body: string): OpenRequest {
  const { counters } = state;
  counters.requests += 1;
  const message = /<in_msg[^>]*>\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*<\/in_msg>/.exec(body)?.[1];
  const document = message ?? '';
  const asked: Asked = { type: inside(document, 'TYPE') ?? '', id: inside(document, 'MSG_ID') ?? '', document };
  counters.calls[asked.type] = (counters.calls[asked.type] ?? 0) + 1;
  const codes = ['MA_HS', 'MST'].map((name) => inside(document, name) ?? '').filter((code) => code !== '');
  return openRequest(state, {
    service: asked.type,
    codes,
    barred: barredBy(state, body, asked),
    session: undefined,
    hold: () => state.openCalls.begin([]),
    perform: () => said(state, asked, answerTo(state, asked.type, inside(document, 'TRUYVAN') ?? '')),
    words: wordsFor(state, asked),
  });
}

function barredBy(state: TaxState, body: string, asked: Asked): Reply | undefined {
  const { counters, settings } = state;
  if (!isKnown(state, body)) {
    counters.badTokens += 1;
    return faulty('wsse:FailedAuthentication', 'Sai tài khoản');
  }
  if (!body.includes('"http://gip.request.com/"') || asked.document === '') return faulty('S:Client', 'Sai thông điệp');
  if (isSealedBy(asked.document, settings.senderCertificate)) return undefined;
  counters.badSignatures += 1;
  counters.refusals += 1;
  return said(state, asked, refusal(asked.type, '02', 'Chữ ký số không hợp lệ'));
}

/** The token's digest, its age where that is looked at, and a nonce that was never seen. */
function isKnown({ settings, nonces, clock }: TaxState, body: string): boolean {
  const [username, password, nonce = '', created = ''] = ['Username', 'Password', 'Nonce', 'Created'].map((name) =>
    unescaped(inside(body, name) ?? ''),
  );
  const age = clock() + settings.clockOffMs - Date.parse(created);
  const fits =
    username === settings.username &&
    nonce !== '' &&
    !nonces.has(nonce) &&
    password === passwordDigest(nonce, created, settings.password) &&
    (settings.tokenAgeMs === 0 || Math.abs(age) <= settings.tokenAgeMs);
  nonces.add(nonce);
  return fits;
}

const xmlReply = (body: string, status = 200): Reply => ({
  ...textReply(envelope(body), status),
  contentType: 'text/xml;charset=UTF-8',
});
const faulty = (code: string, words: string): Reply =>
  xmlReply(`<S:Fault><faultcode>${code}</faultcode><faultstring>${escaped(words)}</faultstring></S:Fault>`, 500);

/** An answer, sealed as the settings say. SEND_DATE is month first, as theirs is (WIRE.md A5). */
function said(state: TaxState, { id }: Asked, row: AnswerRow): Reply {
  const { settings } = state;
  const at = vietnamese(state.clock() + settings.clockOffMs);
  state.answered += 1;
  const header = fieldsOf({
    VERSION: '1.0',
    SENDER_CODE: 'GIP',
    SENDER_NAME: 'GIP',
    RECEIVER_CODE: 'DVCQG',
    RECEIVER_NAME: 'DVCQG',
    TRAN_CODE: '05011',
    MSG_ID: `GIP${at.slice(0, 10).replaceAll('-', '')}${String(state.answered).padStart(8, '0')}`,
    MSG_REFID: { nothing: '', question: id, another: 'X0000' }[settings.refersTo],
    ID_LINK: '',
    SEND_DATE: `${at.slice(5, 7)}-${at.slice(8, 10)}-${at.slice(0, 4)}`,
    ORIGINAL_CODE: '',
    ORIGINAL_NAME: '',
    ORIGINAL_DATE: '',
    ERROR_CODE: '',
    ERROR_DESC: '',
    SPARE1: '',
    SPARE2: '',
    SPARE3: '',
  });
  const text = sealed(header, [['ROW', row]], settings, settings.sealing);
  return xmlReply(
    `<ns2:xuLyTruyVanMsgResponse xmlns:ns2="http://gip.response.com/"><return><![CDATA[${text}]]></return></ns2:xuLyTruyVanMsgResponse>`,
  );
}

/** Of a gateway that knows no logins. `OK` as a code says its yes beside the words of a fault. */
function wordsFor(state: TaxState, asked: Asked): Words<never> {
  const no = (code: number | string = '99', words = 'Lỗi hệ thống'): Reply =>
    code === 'OK'
      ? said(state, asked, [
          ['TYPE', answerType(asked.type)],
          ['NAME', words],
          ['SOTHUE', [['TRANGTHAI', '02']]],
        ])
      : said(state, asked, refusal(asked.type, String(code), words));
  const noLogin = (): Reply => jsonReply({ error: 'unauthorized' }, 401);
  return {
    yes: () => no('OK', ''),
    half: `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="${SOAP}"><S:Body><ns2:xuLy`,
    sessionOver: noLogin,
    loginRefused: noLogin,
    no,
    own: () => no(),
  };
}
