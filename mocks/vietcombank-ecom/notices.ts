import type { CallReply, OutgoingCall } from '../kit/calling-out.ts';
import { seedOf } from '../kit/random.ts';
import { tellUntilTaken } from '../kit/telling.ts';
import { type Fields, fieldsIn, noticeText } from './envelope.ts';
import type { Ledger } from './ledger.ts';
import type { NoticePlan, Tidings } from './plan.ts';
import type { Payment } from './records.ts';
import { amountOf, type EcomSettings } from './settings.ts';
import { textOf } from './texts.ts';

export interface NoticeReply {
  /** The payment that it was about, whatever the message said. */
  readonly reference: string;
  /** The inner JSON. */
  readonly sent: Fields;
  /** 1 for the first time, and so on. */
  readonly attempt: number;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly taken: boolean;
  readonly body: string;
}

/** What telling needs of the bank. */
interface Teller {
  readonly settings: EcomSettings;
  readonly seed: number;
  readonly counters: { readonly notices: number };
  readonly ledger: Ledger;
  pause(ms: number): Promise<void>;
  recordNotices(replies: readonly NoticeReply[], taken: number): void;
}

interface Notice extends OutgoingCall {
  readonly payment: Payment;
  readonly sent: Fields;
}

/** errCode, errDesc, VcbTranId, PartnerId, amount, trans_id (WIRE-2 6.2a), as a POST of the text [assumed]. */
function noticeOf({ settings }: Teller, { payment, outcome }: Tidings, plan: NoticePlan): Notice {
  const code = plan.code ?? outcome.code;
  const reference = plan.reference ?? payment.reference;
  const sent = {
    errCode: code === '00' ? settings.successAs : code,
    errDesc: textOf(code),
    VcbTranId: outcome.charge?.number ?? payment.number,
    PartnerId: settings.partner,
    amount: amountOf(settings, plan.amountVnd ?? outcome.charge?.amountVnd ?? payment.amountVnd),
    trans_id: reference,
  };
  const key = plan.forged ? settings.partnerSecretKey : settings.bankSecretKey;
  const body = noticeText(reference, sent, settings.aesSecret, key);
  return { payment, sent, url: settings.notifyUrl, method: 'POST', headers: { 'content-type': 'text/plain' }, body };
}

/** Sends until each was taken or has had its attempts; `first` hears when every notice has gone once. */
export async function tell(
  state: Teller,
  tidings: readonly Tidings[],
  plan: NoticePlan,
  first: () => void = () => undefined,
): Promise<NoticeReply[]> {
  const { settings, ledger } = state;
  const replies: NoticeReply[] = [];
  await tellUntilTaken<Notice>({
    calls: tidings.map((each) => noticeOf(state, each, plan)),
    plan: plan.forged ? { ...plan, attempts: 1 } : plan,
    attempts: settings.noticeAttempts,
    retryMs: settings.noticeRetryMs,
    timeoutMs: settings.noticeTimeoutMs,
    seed: () => seedOf(state.seed, state.counters.notices),
    pause: (ms) => state.pause(ms),
    stands: ({ payment }) => ledger.get(payment.reference) === payment,
    isTaken: (reply) => isTaken(settings.takenBy, reply),
    heard: (round) => {
      const heard = round.map(({ call, attempt, status, taken, body }) => {
        return { reference: call.payment.reference, sent: call.sent, attempt, status, taken, body };
      });
      replies.push(...heard);
      state.recordNotices(heard, new Set(round.filter(({ taken }) => taken).map(({ call }) => call)).size);
      first();
    },
  });
  return replies;
}

function isTaken(by: 'status' | 'code', { status, body }: CallReply<Notice>): boolean {
  if (status < 200 || status > 299) return false;
  const code = String(fieldsIn(body)?.errCode ?? '');
  return by === 'status' || code === '0' || code === '00';
}
