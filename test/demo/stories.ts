import { type Cashiers, DOORS, type Door } from './cashiers.ts';

/** What becomes of one payment of the day. */
export const STORIES = [
  ...(['pay', 'lost', 'twice', 'cancel', 'wrong-amount', 'repeated', 'pending', 'after-expiry'] as const),
  ...(['forged', 'held', 'untouched', 'pay', 'double-click', 'unreadable', 'paid-after-cancel', 'fail'] as const),
  ...(['pay', 'no-page', 'held', 'lost', 'pay', 'repeated', 'pay', 'withdrawn'] as const),
] as const;
export type Story = (typeof STORIES)[number];

export interface Payable {
  readonly door: Door;
  readonly reference: string;
  readonly amountVnd: number;
  readonly account: string;
  readonly dossier: string;
}
/** What was transferred, by the bank's references, and what of it has still to be announced. */
export interface Played {
  readonly sent: readonly string[];
  readonly late: readonly string[];
}

/** How a payer, or the app that writes for them, spoils a purpose: none of it hides the reference. */
const MANGLED: readonly ((reference: string, dossier: string) => string)[] = [
  (reference, dossier) => `${reference} ${dossier}`,
  (reference) => `nop le phi ${reference.slice(0, 6)}.${reference.slice(6)} cho con`,
  (reference) => [...reference].join(' '),
  (reference, dossier) => `${dossier.replaceAll(/\W/g, '')} ${reference.toLowerCase()} xin cam on`,
];
/** One digit off, which the check digits notice. */
const misspelt = (reference: string): string => reference.slice(0, -1) + String((Number(reference.at(-1)) + 1) % 10);
const TOO_LITTLE_VND = 1_000;

/** Has the payer do it, and resolves when what is told of it has been told. */
export async function play(story: Story, payable: Payable, turn: number, cashiers: Cashiers): Promise<Played> {
  const { door, reference } = payable;
  if (door === 'vietqr') return transferred(story, payable, turn, cashiers);
  const act = (what: string, notice: object = {}) => cashiers.act(door, reference, what, notice);
  switch (story) {
    case 'lost':
      await act('pay', { lost: true });
      break;
    case 'repeated':
      await act('pay', { repeat: 20, concurrency: 5, reorder: true });
      break;
    case 'held':
      await act('pay', { held: true });
      break;
    case 'forged':
      // The page was left; whoever says that it was paid has not the secret, or needs none and is not believed.
      await act('cancel', door === 'vietcombank' ? { fields: { status: '3' } } : { forged: true, code: '00' });
      break;
    case 'twice':
      await act('pay-twice');
      break;
    case 'wrong-amount':
      await act('pay-wrong-amount');
      break;
    case 'after-expiry':
      await act('pay-after-expiry');
      break;
    case 'pending':
      await act('leave-pending');
      break;
    case 'cancel':
    case 'fail':
      await act(story);
      break;
    case 'untouched':
    case 'no-page':
    case 'withdrawn':
      break;
    default:
      await act('pay');
  }
  return { sent: [], late: [] };
}

async function transferred(story: Story, payable: Payable, turn: number, cashiers: Cashiers): Promise<Played> {
  const { reference, amountVnd, account: accountNumber, dossier } = payable;
  const mangle = MANGLED[turn % MANGLED.length] ?? (() => reference);
  const transfer = { accountNumber, amountVnd, purpose: mangle(reference, dossier) };
  const send = (more: object = {}, notice: object = {}) => cashiers.transfer({ ...transfer, ...more }, notice);
  const none: Played = { sent: [], late: [] };
  switch (story) {
    case 'lost': {
      const sent = [await send({}, { lost: true })];
      return { sent, late: sent };
    }
    case 'repeated':
      return { ...none, sent: [await send({ channels: 2 }, { repeat: 5, concurrency: 3, reorder: true })] };
    case 'held':
      return { ...none, sent: [await send({}, { held: true })] };
    case 'twice':
      return { ...none, sent: [await send(), await send()] };
    case 'wrong-amount':
      return { ...none, sent: [await send({ amountVnd: Math.max(1, amountVnd - TOO_LITTLE_VND) })] };
    case 'unreadable':
      return { ...none, sent: [await send({ purpose: misspelt(reference) })] };
    case 'forged':
      await cashiers.forgeCredit(transfer);
      return none;
    case 'cancel':
    case 'pending':
    case 'untouched':
    case 'fail':
    case 'withdrawn':
      return none;
    default:
      return { ...none, sent: [await send()] };
  }
}

/** Every door has all stories in turn, each beginning elsewhere, so that a small day has many of them too. */
export const storyOf = (door: Door, turn: number): Story =>
  STORIES[(turn + 3 * DOORS.indexOf(door)) % STORIES.length] ?? 'pay';
