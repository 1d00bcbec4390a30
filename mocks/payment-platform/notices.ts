import type { OutgoingCall } from '../kit/calling-out.ts';
import { seedOf } from '../kit/random.ts';
import { type HeardReply, tellUntilTaken } from '../kit/telling.ts';
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
  const { settings, ledger } = state;
  const headers = { 'content-type': 'application/json' };
  const replies: NoticeReply[] = [];
  await tellUntilTaken<Notice>({
    calls: tidings.map((each) => {
      const sent = messageOf(state, each, plan);
      const body = JSON.stringify(sent);
      return { transaction: each.transaction, sent, url: settings.notifyUrl, method: 'POST', headers, body };
    }),
    plan: plan.forged ? { ...plan, attempts: 1 } : plan,
    attempts: settings.noticeAttempts,
    retryMs: settings.noticeRetryMs,
    timeoutMs: settings.noticeTimeoutMs,
    seed: () => seedOf(state.seed, state.counters.notices),
    pause: (ms) => state.pause(ms),
    stands: ({ transaction }) => ledger.get(transaction.reference) === transaction,
    isTaken: (reply) => isTaken(understood({ ...reply, attempt: 1 })),
    heard: (round) => {
      const understoodRound = round.map(understood);
      replies.push(...understoodRound);
      state.recordNotices(understoodRound, new Set(round.filter(({ taken }) => taken).map(({ call }) => call)).size);
      first();
    },
  });
  return replies;
}

/** With 00, or by its own MaLoi sent back: a failure's notice is answered so (WIRE-2 2.1-2.3). */
const isTaken = ({ code, sent }: NoticeReply): boolean => code !== undefined && (code === '00' || code === sent.MaLoi);

type Heard = Omit<HeardReply<Notice>, 'taken' | 'turn'>;

function understood({ call, status, body, tookMs, attempt }: Heard): NoticeReply {
  const answer = status === 0 ? undefined : messageIn(body);
  const code = answer?.MaLoi === undefined ? undefined : String(answer.MaLoi);
  return { reference: call.transaction.reference, sent: call.sent, attempt, status, code, answer, body, tookMs };
}
