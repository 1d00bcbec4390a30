import { type CallOrder, type CallReply, callOut, type OutgoingCall } from '../kit/calling-out.ts';
import { seedOf } from '../kit/random.ts';
import { type Ledger, platformTime, type Transaction } from './ledger.ts';
import type { NoticePlan, Tidings } from './plan.ts';
import { type Message, messageIn, noticeSeal } from './seals.ts';
import type { PlatformSettings } from './settings.ts';

export interface NoticeReply {
  /** The transaction that it was about, whatever the message said. */
  readonly reference: string;
  readonly sent: Message;
  /** 1 for the first time, and so on. */
  readonly attempt: number;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** MaLoi of the answer. */
  readonly code: string | undefined;
  /** The answer whole, where it is JSON. */
  readonly answer: Message | undefined;
  readonly body: string;
  readonly tookMs: number;
}

/** What telling needs of the platform. */
interface Teller {
  readonly settings: PlatformSettings;
  readonly seed: number;
  readonly counters: { readonly notices: number };
  readonly ledger: Ledger;
  pause(ms: number): Promise<void>;
  recordNotices(replies: readonly NoticeReply[], taken: number): void;
}

interface Notice extends OutgoingCall {
  readonly transaction: Transaction;
  readonly sent: Message;
}

/** The result notice, WIRE.md 2.3. */
function messageOf({ settings }: Teller, { transaction, outcome }: Tidings, plan: NoticePlan): Message {
  const { charge } = outcome;
  const message = {
    LoaiBanTin: settings.noticeType,
    MaLoi: plan.code ?? outcome.code,
    MaDoiTac: settings.partner,
    MaThamChieu: plan.reference ?? transaction.reference,
    SoTien: plan.amountVnd ?? charge?.amountVnd ?? transaction.amountVnd,
    MaTienTe: 'VND',
    MaGiaoDich: charge?.number ?? '',
    MaNganHang: transaction.bank,
    ThoiGianGD: platformTime(outcome.at),
    ThongTinGiaoDich: transaction.purpose,
  };
  const secret = plan.forged ? `not ${settings.secret}` : settings.secret;
  return { ...message, MaXacThuc: noticeSeal(message, secret) };
}

/** Sends until each was taken or has had its attempts; `first` hears when every notice has gone once. */
export async function tell(
  state: Teller,
  tidings: readonly Tidings[],
  plan: NoticePlan,
  first: () => void = () => undefined,
): Promise<NoticeReply[]> {
  const { settings } = state;
  const url = settings.notifyUrl;
  const order: CallOrder = { timeoutMs: settings.noticeTimeoutMs, ...plan };
  const attempts = plan.forged ? 1 : (plan.attempts ?? settings.noticeAttempts);
  const replies: NoticeReply[] = [];
  if (plan.delayMs !== undefined) await state.pause(plan.delayMs);
  const headers = { 'content-type': 'application/json' };
  let waiting = tidings.map((each): Notice => {
    const sent = messageOf(state, each, plan);
    return { transaction: each.transaction, sent, url, method: 'POST', headers, body: JSON.stringify(sent) };
  });
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    waiting = waiting.filter(({ transaction }) => state.ledger.get(transaction.reference) === transaction);
    const heard = await callOut(
      waiting,
      attempt === 1 ? order : { ...order, repeat: 1 },
      seedOf(state.seed, state.counters.notices),
    );
    const round = heard.map((reply) => understood(reply, attempt));
    const taken = new Set(heard.filter((_, at) => isTaken(round[at])).map(({ call }) => call));
    replies.push(...round);
    state.recordNotices(round, taken.size);
    first();
    waiting = waiting.filter((notice) => !taken.has(notice));
    if (waiting.length === 0) break;
    if (attempt < attempts) await state.pause(settings.noticeRetryMs);
  }
  return replies;
}

/** With 00, or by its own MaLoi sent back: a failure's notice is answered so (WIRE-2 2.1-2.3). */
const isTaken = (reply: NoticeReply | undefined): boolean =>
  reply?.code !== undefined && (reply.code === '00' || reply.code === reply.sent.MaLoi);

function understood({ call, status, body, tookMs }: CallReply<Notice>, attempt: number): NoticeReply {
  const answer = status === 0 ? undefined : messageIn(body);
  const code = answer?.MaLoi === undefined ? undefined : String(answer.MaLoi);
  return { reference: call.transaction.reference, sent: call.sent, attempt, status, code, answer, body, tookMs };
}
