import type { Reply } from '../kit/delivery.ts';
import { isExpired } from './acts.ts';
import { answerTo, sealed, written } from './answers.ts';
import { billPdf } from './bill-pdf.ts';
import type { Transaction } from './ledger.ts';
import { initAnswerSeal, type Message, noticeSeal } from './seals.ts';
import type { PlatformState } from './state.ts';

type Operation = (state: PlatformState, message: Message) => Reply;

/** By LoaiBanTin, for messages that were judged sound. */
export const operations: Readonly<Record<string, Operation>> = { INIT: init, QUERY: query, GET_BILL: getBill };

function refused(state: PlatformState, message: Message, code: string): Reply {
  state.counters.refusals += 1;
  return written(state.settings, answerTo(message, code));
}

function init(state: PlatformState, message: Message): Reply {
  const { settings, ledger, counters, clock } = state;
  const reference = String(message.MaThamChieu);
  const held = ledger.get(reference);
  if (held !== undefined) {
    held.duplicatesRefused += 1;
    counters.duplicatesRefused += 1;
    return refused(state, message, '116');
  }
  const made = ledger.add({
    reference,
    bornOf: 'init',
    amountVnd: Number(message.SoTien),
    initTime: String(message.ThoiGianGD),
    purpose: String(message.ThongTinGiaoDich),
    bank: String(message.MaNganHang),
    expiresAt: clock() + settings.pageTtlMs,
  });
  counters.inits += 1;
  if (settings.aheadOfInit !== null) state.actAhead(made, settings.aheadOfInit);
  const answer = { ...answerTo(message, '00'), UrlThanhToan: state.pageUrl(made) };
  const seal = initAnswerSeal({ ...answer, LoaiBanTin: 'INIT' }, settings.secret);
  return written(settings, sealed(settings.initSeal, answer, seal));
}

/**
 * What is asked for, by reference and by INIT's own time as opaque text (WIRE-2 2.1-2.3). A bill that was looked up
 * had no INIT: any time is right for it [assumed].
 */
function asked({ ledger, counters }: PlatformState, message: Message): Transaction | undefined {
  const held = ledger.get(String(message.MaThamChieu));
  if (held !== undefined && (held.initTime === undefined || held.initTime === message.ThoiGianGD)) return held;
  counters.notFound += 1;
  return undefined;
}

/** 1 success, 3 the end is not known, 4 failed; a page that nobody has used yet is 3 [assumed]. */
function wireStatus(transaction: Transaction, now: number): '1' | '3' | '4' {
  if (transaction.status === 'paid') return '1';
  if (transaction.status === 'pending') return '3';
  return transaction.status === 'open' && !isExpired(transaction, now) ? '3' : '4';
}

function query(state: PlatformState, message: Message): Reply {
  const { settings, clock } = state;
  const held = asked(state, message);
  if (held === undefined) return refused(state, message, '104');
  const charge = held.charges.at(-1);
  const status = wireStatus(held, clock());
  const answer = {
    ...answerTo(message, '00'),
    LoaiBanTin: 'QUERY',
    ThoiGianGD: message.ThoiGianGD,
    SoTien: charge?.amountVnd ?? held.amountVnd,
    MaTienTe: 'VND',
    MaGiaoDich: charge?.number ?? '',
    MaNganHang: held.bank,
    ThongTinGiaoDich: held.purpose,
    TrangThaiGD: settings.statusAs === 'string' ? status : Number(status),
  };
  return written(settings, sealed(settings.querySeal, answer, noticeSeal(answer, settings.secret)));
}

/** A PDF for what is paid, 118 for what is not. */
function getBill(state: PlatformState, message: Message): Reply {
  const { settings, counters } = state;
  const held = asked(state, message);
  if (held === undefined) return refused(state, message, '104');
  if (held.status !== 'paid') return refused(state, message, '118');
  held.billsGiven += 1;
  counters.bills += 1;
  const pdf = billPdf(held);
  const reply = { status: 200, contentType: 'application/pdf', body: pdf };
  if (held.billsGiven > settings.spoiltBillCount) return reply;
  if (settings.spoiltBill === 'not-pdf') return { ...reply, body: '<html><body>Biên lai đang được tạo</body></html>' };
  return { ...reply, body: settings.spoiltBill === 'empty' ? '' : pdf.slice(0, pdf.length / 2) };
}
