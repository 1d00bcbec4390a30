import { type CallOrder, type CallReply, callOut, type OutgoingCall } from '../kit/calling-out.ts';
import { seedOf } from '../kit/random.ts';
import type { Outcome } from './acts.ts';
import { platformTime, type Transaction } from './ledger.ts';
import { type Message, messageIn, noticeSeal } from './seals.ts';
import type { PlatformState } from './state.ts';

/** What becomes of a notice; without a plan it goes at once, and again until 00 comes back. */
export interface NoticePlan extends CallOrder {
  readonly delayMs?: number;
  /** It never goes. */
  readonly lost?: boolean;
  /** It is kept until `POST /_control/notices` lets it go. */
  readonly held?: boolean;
  /** Its MaXacThuc is made with another secret; sent once. */
  readonly forged?: boolean;
  /** It tells another amount, reference or code than the truth, well sealed. */
  readonly amountVnd?: number;
  readonly reference?: string;
  readonly code?: string;
  /** Instead of the setting. */
  readonly attempts?: number;
}

/** An outcome of a transaction that the partner is to hear of. */
export interface Tidings {
  readonly transaction: Transaction;
  readonly outcome: Outcome;
}

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

interface Notice extends OutgoingCall {
  readonly transaction: Transaction;
  readonly sent: Message;
}

/** The result notice, WIRE.md 2.3. */
function messageOf({ settings, clock }: PlatformState, { transaction, outcome }: Tidings, plan: NoticePlan): Message {
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
    ThoiGianGD: platformTime(charge?.at ?? clock()),
    ThongTinGiaoDich: transaction.purpose,
  };
  const secret = plan.forged ? `not ${settings.secret}` : settings.secret;
  return { ...message, MaXacThuc: noticeSeal(message, secret) };
}

/** Sends until each was taken or has had its attempts; `first` hears when every notice has gone once. */
export async function tell(
  state: PlatformState,
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
