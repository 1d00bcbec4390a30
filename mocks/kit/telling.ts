import { type CallOrder, type CallReply, callOut, type OutgoingCall } from './calling-out.ts';

/** What becomes of a notice; without a plan it goes at once, and again until it is taken. */
export interface TellingPlan extends CallOrder {
  readonly delayMs?: number;
  /** It never goes. */
  readonly lost?: boolean;
  /** It is kept until the control API lets it go. */
  readonly held?: boolean;
  /** Instead of the setting. */
  readonly attempts?: number;
}

export interface HeardReply<Call> extends CallReply<Call> {
  /** 1 for the first round, and so on. */
  readonly attempt: number;
  readonly taken: boolean;
}

export interface Telling<Call extends OutgoingCall> {
  readonly calls: readonly Call[];
  readonly plan: TellingPlan;
  /** Rounds in all, so far apart, each call waited for so long; the plan's own words come first. */
  readonly attempts: number;
  readonly retryMs: number;
  readonly timeoutMs: number;
  seed(): number;
  pause(ms: number): Promise<void>;
  /** False for what a reset has forgotten: it goes no more. */
  stands(call: Call): boolean;
  isTaken(reply: CallReply<Call>): boolean;
  /** Hears every round when it is over. */
  heard(round: readonly HeardReply<Call>[]): void;
}

/** Sends until each was taken or has had its attempts. Only the first round is repeated as the plan says. */
export async function tellUntilTaken<Call extends OutgoingCall>(telling: Telling<Call>): Promise<void> {
  const { plan, retryMs, timeoutMs } = telling;
  const attempts = plan.attempts ?? telling.attempts;
  const order: CallOrder = { timeoutMs, ...plan };
  if (plan.delayMs !== undefined) await telling.pause(plan.delayMs);
  let waiting = telling.calls;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    waiting = waiting.filter((call) => telling.stands(call));
    const replies = await callOut(waiting, attempt === 1 ? order : { ...order, repeat: 1 }, telling.seed());
    const round = replies.map((reply) => ({ ...reply, attempt, taken: telling.isTaken(reply) }));
    telling.heard(round);
    const taken = new Set(round.filter((reply) => reply.taken).map(({ call }) => call));
    waiting = waiting.filter((call) => !taken.has(call));
    if (waiting.length === 0) return;
    if (attempt < attempts) await telling.pause(retryMs);
  }
}
