import { jsonReply, type Reply } from '../../../mocks/kit/delivery.ts';
import type { BureauState, Ticket } from './state.ts';

export type Call = Readonly<Record<string, unknown>>;

export const yes = (data: unknown): Reply => jsonReply({ ok: true, data });
export const no = (code: string, text: string, status = 200): Reply => jsonReply({ ok: false, code, text }, status);

const textIn = (call: Call, name: string): string => {
  const value = call[name];
  return typeof value === 'string' ? value : '';
};

/** A few permits are known, by the last digit of their number; what is paid for them is invented. */
const permitStates = ['issued', 'pending', 'withdrawn'] as const;
const PERMIT = /^GP\.\d{4}$/;
const TICKET = /^T-\d{6}$/;
const MOST_TICKETS = 3;

const pageUrl = (number: string): string => `https://bureau.example.vn/pages/${number}`;

function lookUp(_state: BureauState, call: Call): Reply {
  const permit = textIn(call, 'permit');
  const state = permitStates[Number(permit.at(-1))];
  if (!PERMIT.test(permit) || state === undefined) return yes({ known: 'no' });
  return yes({ known: 'yes', permit, state, fee: 8000, holder: 'Nguyễn Văn Mẫu' });
}

function openPage(state: BureauState, call: Call): Reply {
  const { amount } = call;
  if (typeof amount !== 'number' || amount <= 0) return refused(state, 'AMOUNT', 'Số tiền không hợp lệ');
  const { number } = state.openPage(textIn(call, 'ref'), textIn(call, 'permit'), amount);
  return yes({ page: pageUrl(number), number });
}

/** Of several pages under one reference the first is shown: the bureau knows no better. */
function findPage(state: BureauState, call: Call): Reply {
  if (state.settings.finds === 'unsure') return yes({ found: 'unknown' });
  const page = state.pages.find(({ ref }) => ref === call.ref);
  if (page === undefined) return yes({ found: 'no' });
  return yes({ found: 'yes', page: pageUrl(page.number), number: page.number });
}

function submit(state: BureauState, call: Call): Reply {
  if (textIn(call, 'holder') === '') return refused(state, 'HOLDER', 'Thiếu tên chủ giấy phép');
  return yes({ ticket: state.submit(textIn(call, 'ref'), textIn(call, 'permit')).ticket });
}

function findSubmission(state: BureauState, call: Call): Reply {
  if (state.settings.finds === 'unsure') return yes({ found: 'unknown' });
  const held = [...state.tickets.values()].find(({ ref }) => ref === call.ref);
  return held === undefined ? yes({ found: 'no' }) : yes({ found: 'yes', ...row(held.ticket, held) });
}

/** One malformed ticket fails the call as a whole, and is not named. */
function results(state: BureauState, call: Call): Reply {
  const tickets: readonly unknown[] = Array.isArray(call.tickets) ? call.tickets : [];
  if (tickets.length === 0 || tickets.length > MOST_TICKETS) return refused(state, 'COUNT', 'Mỗi lần từ 1 đến 3 mã');
  if (!tickets.every((each) => typeof each === 'string' && TICKET.test(each)))
    return refused(state, 'TICKET', 'Có mã không đúng định dạng');
  return yes({ results: tickets.map((each) => row(String(each), state.tickets.get(String(each)))) });
}

function row(ticket: string, held: Ticket | undefined): object {
  return held === undefined ? { ticket, state: 'unknown' } : { ticket, ...held.decided };
}

function refused(state: BureauState, code: string, text: string): Reply {
  state.counters.refusals += 1;
  return no(code, text);
}

/** What can be asked of the bureau, at `/api/{name}`. */
export const services: ReadonlyMap<string, (state: BureauState, call: Call) => Reply> = new Map([
  ['lookup', lookUp],
  ['open-page', openPage],
  ['find-page', findPage],
  ['submit', submit],
  ['find-submission', findSubmission],
  ['results', results],
]);

/** These have an effect under the caller's reference. */
export const changing: ReadonlySet<string> = new Set(['open-page', 'submit']);

/** What a call is about, for faults that strike one thing alone. */
export function aboutOf(call: Call): string[] {
  const tickets: readonly unknown[] = Array.isArray(call.tickets) ? call.tickets : [];
  return [call.ref, call.permit, ...tickets].filter((each) => typeof each === 'string');
}
