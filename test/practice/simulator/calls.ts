import { createHmac } from 'node:crypto';
import { type CallOrder, callOut, type OutgoingCall } from '../../../mocks/kit/calling-out.ts';
import type { BureauSettings } from './settings.ts';

/** What the bureau calls about: decided tickets, what a permit owes, a reference that is worth a look. */
export type BureauCall = CallOrder & { readonly url: string } & (
    | { readonly kind: 'tell'; readonly tickets: readonly string[] }
    | { readonly kind: 'ask'; readonly permits: readonly string[] }
    | { readonly kind: 'hint'; readonly references: readonly string[] }
  );

export interface CallsMade {
  readonly kind: BureauCall['kind'];
  /** The ticket, permit or reference it was about. */
  readonly about: string;
  readonly turn: number;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly body: string;
}

/** What a call needs of the bureau. */
interface Caller {
  readonly settings: BureauSettings;
  readonly tickets: ReadonlyMap<string, { readonly ref: string; readonly decided: object }>;
}

interface Outgoing extends OutgoingCall {
  readonly about: string;
}

export async function makeCalls(state: Caller, order: BureauCall, seed: number): Promise<CallsMade[]> {
  const replies = await callOut(outgoing(state, order), order, seed);
  return replies.map(({ call, turn, status, body }) => ({ kind: order.kind, about: call.about, turn, status, body }));
}

function outgoing(state: Caller, order: BureauCall): Outgoing[] {
  switch (order.kind) {
    case 'tell':
      return order.tickets.map((ticket) => told(state, order.url, ticket));
    case 'ask':
      return order.permits.map((permit) => asked(order.url, 'permit', permit));
    case 'hint':
      return order.references.map((ref) => asked(order.url, 'ref', ref));
  }
}

/** What is told is signed: HMAC-SHA256 of the body as it goes out. */
function told(state: Caller, url: string, ticket: string): Outgoing {
  const { ref, decided } = state.tickets.get(ticket) ?? { ref: '', decided: { state: 'unknown' } };
  const body = JSON.stringify({ ticket, ref, ...decided });
  const signature = createHmac('sha256', state.settings.signingKey).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-bureau-signature': `sha256=${signature}` };
  return { about: ticket, url, method: 'POST', headers, body };
}

function asked(url: string, name: string, about: string): Outgoing {
  const target = new URL(url);
  target.searchParams.set(name, about);
  return { about, url: target.href, method: 'GET', headers: {} };
}
