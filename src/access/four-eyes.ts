import type { Principal } from '../principal.ts';
import type { Engine, Statement } from '../store/engine.ts';
import {
  type ApprovalFacts,
  anyInVain,
  approvalFacts,
  approveAct,
  endAct,
  endInVain,
  insertAsked,
  lockApproval,
  lockAsker,
  noteApproval,
  type StillOpen,
  weightOfOpen,
} from './four-eyes-statements.ts';

/** Something that two people do together: one asks, another approves. `ref` is its id in its own room. */
export interface SharedAct {
  readonly kind: 'replay' | 'not-applied' | 'refund' | 'payment-fact' | 'day-close';
  readonly ref: string;
}

/** Who asks or approves. */
export type Hand = Pick<Principal, 'id' | 'kind'>;

export type SecondVerdict =
  | 'may'
  /** It was never asked for, or is approved or over. */
  | 'not-awaiting'
  /** Programs and shared keys never approve, because nobody could be asked why. */
  | 'no-person'
  /** A program asked: one person's approval would be the only pair of eyes. */
  | 'asked-by-a-system'
  | 'same-person'
  /** A key and a token that nobody bound to one another: whether they are two people cannot be told. */
  | 'cannot-tell'
  /** One of the two made the other, or a key or an account of the other, within a day: they may be one. */
  | 'made-by-the-other';

/** What can still be done; where the row of the room says no, the act is neither asked for nor approved. */
const always: StillOpen = () => '1 = 1';
const idOf = ({ kind, ref }: SharedAct): string => `${kind}:${ref}`;

/**
 * Statements for the room's batch that ask for an act. Its weight counts together with everything that the same person
 * asked for and nobody else has seen; above `limit` it is `awaiting`, otherwise `alone`. The room's own statements come
 * after these and hold only where `askedNow` does: it does not where a program asks for what needs two people.
 */
export function ask(
  act: SharedAct,
  by: Hand,
  more: { readonly weight: number; readonly limit: number; readonly token: string; readonly open?: StillOpen },
): Statement[] {
  const { open = always, ...asking } = more;
  const id = idOf(act);
  return [
    lockAsker(act.kind, by.id, more.token),
    insertAsked({ id, ...act, asker: by.id, askedAs: by.kind, ...asking }, open),
    noteApproval(id, null, 'awaiting', by.id, more.token),
  ];
}

/**
 * Statements for the room's batch that approve an act, in one commit with what it does: the room's own come after these
 * and hold only where `approvedNow` does. They judge by themselves all that `secondVerdict` tells beforehand.
 */
export function approve(
  act: SharedAct,
  by: Hand,
  more: { readonly token: string; readonly open?: StillOpen },
): Statement[] {
  const id = idOf(act);
  return [
    lockApproval(id),
    approveAct(id, by.id, by.kind, more.token, more.open ?? always),
    noteApproval(id, 'awaiting', 'approved', by.id, more.token),
  ];
}

/** Ends an act, where `over` holds of it: it counts no more, and nobody can approve it. */
export const end = (act: SharedAct, token: string, over: StillOpen): Statement => endAct(idOf(act), token, over);

/**
 * Ends every act that waits for a second person though nothing is left to approve, where `over` says so: for a room
 * whose acts may become void by what others commit. Looks first, and writes only where `mine` allows it.
 */
export async function endWaiting(
  engine: Pick<Engine, 'all' | 'batch'>,
  kind: SharedAct['kind'],
  more: { readonly over: StillOpen; readonly token: () => string; readonly mine: () => Promise<boolean> },
): Promise<void> {
  if ((await engine.all(anyInVain(kind, more.over))).length === 0 || !(await more.mine())) return;
  await engine.batch([endInVain(kind, more.token(), more.over)]);
}

/** SQL: this batch asked for the act, which now is in this state. `id` and `token` are columns or parameters. */
export const askedNow = (kind: SharedAct['kind'], ref: string, token: string, state?: 'awaiting' | 'alone'): string =>
  `exists (select 1 from approval f where f.id = '${kind}:' || ${ref} and f.written_by = ${token} and f.state ${state === undefined ? `in ('awaiting', 'alone')` : `= '${state}'`})`;

/** SQL: this batch approved the act. */
export const approvedNow = (kind: SharedAct['kind'], ref: string, token: string): string =>
  `exists (select 1 from approval f where f.id = '${kind}:' || ${ref} and f.written_by = ${token} and f.state = 'approved')`;

/** Whether `by` may approve, and what is against it: for the answer. What counts is judged once more in the batch. */
export async function secondVerdict(engine: Pick<Engine, 'all'>, act: SharedAct, by: Hand): Promise<SecondVerdict> {
  const [facts] = await engine.all<ApprovalFacts>(approvalFacts(idOf(act), by.id));
  if (facts?.state !== 'awaiting') return 'not-awaiting';
  if (by.kind !== 'person' || facts.unfit === 1) return 'no-person';
  if (facts.asked_as !== 'person') return 'asked-by-a-system';
  if (facts.same === 1) return 'same-person';
  if (facts.untold === 1) return 'cannot-tell';
  return facts.made === 1 ? 'made-by-the-other' : 'may';
}

/** How much the person behind `by` has asked for that nobody else has seen and that is not over. */
export async function openWeight(
  engine: Pick<Engine, 'all'>,
  kind: SharedAct['kind'],
  by: Pick<Hand, 'id'>,
): Promise<number> {
  const [row] = await engine.all<{ weight: number }>(weightOfOpen(kind, by.id));
  return row?.weight ?? 0;
}
