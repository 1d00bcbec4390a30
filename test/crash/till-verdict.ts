import type { GatewayProcess } from '../kit/gateway-process.ts';
import type { Door, Entry } from './till-doors.ts';

/** A payment as the gateway shows it. */
export interface PaymentSeen {
  readonly id: string;
  readonly dossierCode: string;
  readonly method: string;
  readonly state: string;
  readonly uncertainBecause: string | null;
  readonly reference: string;
  readonly amount: { readonly amount: number };
  readonly surplus: { readonly amount: number } | null;
  readonly facts: readonly {
    readonly id: string;
    readonly kind: string;
    readonly transaction: string | null;
    readonly amount: { readonly amount: number } | null;
  }[];
}

export async function paymentsSeen(gateway: GatewayProcess, dossier?: string): Promise<readonly PaymentSeen[]> {
  const all: PaymentSeen[] = [];
  const only = dossier === undefined ? '' : `&dossierCode=${dossier}`;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body }: { status: number; body: { items: PaymentSeen[]; nextCursor: string | null } } =
      await gateway.json('GET', `/v1/payments?limit=100${only}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    if (status !== 200) throw new Error(`the list answered ${status}`);
    all.push(...body.items);
    cursor = body.nextCursor;
  }
  return all;
}

/** What the facts of a kind come to; told twice by one transaction is once. */
function told({ facts, amount }: PaymentSeen, kinds: readonly string[]): number {
  const came = new Map<string, number>();
  for (const { id, kind, transaction, amount: vnd } of facts)
    if (kinds.includes(kind)) {
      const key = `${transaction ?? id}`;
      if (vnd !== null || !came.has(key)) came.set(key, vnd?.amount ?? amount.amount);
    }
  return [...came.values()].reduce((total, vnd) => total + vnd, 0);
}

const PAID = new Set(['paid', 'partly-refunded', 'refunded', 'under-review']);

/**
 * Where the two sides differ, a line each; none when they agree to the đồng. A payment that the gateway itself calls
 * uncertain may know less than they do, never more.
 */
export function differences(doors: readonly Door[], payments: readonly PaymentSeen[]): readonly string[] {
  const entries = new Map(
    doors.flatMap((door) => door.entries()).map((entry): [string, Entry] => [entry.reference, entry]),
  );
  const lines: string[] = [];
  for (const payment of payments) {
    const { reference, state, uncertainBecause, amount } = payment;
    const entry = entries.get(reference);
    entries.delete(reference);
    const charges = entry?.charges ?? [];
    const taken = charges.reduce((total, vnd) => total + vnd, 0);
    const held = told(payment, ['paid', 'under-review']);
    const back = told(payment, ['refunded', 'reversed']);
    const name = `${payment.method} ${reference} (${state}, ${uncertainBecause ?? 'certain'})`;
    const doubtful = uncertainBecause !== null;
    if (doubtful ? held > taken : held !== taken)
      lines.push(`I4: ${name}: they took ${taken}, the gateway holds ${held}`);
    if (doubtful ? back > (entry?.refundedVnd ?? 0) : back !== (entry?.refundedVnd ?? 0))
      lines.push(`I4: ${name}: they gave ${entry?.refundedVnd ?? 0} back, the gateway knows ${back}`);
    if (!doubtful && PAID.has(state) !== taken > 0) lines.push(`I4: ${name}: they took ${taken}`);
    if (state === 'paid' && !charges.includes(amount.amount)) lines.push(`I4: ${name}: no charge of ${amount.amount}`);
    const surplus = Math.max(0, taken - back - amount.amount);
    if (state === 'paid' && (payment.surplus?.amount ?? 0) < surplus)
      lines.push(`I5: ${name}: ${surplus} too many, the gateway says ${payment.surplus?.amount ?? 0}`);
    if ((entry?.again ?? 0) > 0) lines.push(`I2: ${name}: opened ${entry?.again} times more under its reference`);
  }
  for (const { reference } of entries.values())
    lines.push(`I1: ${reference}: stands there and is not held by the gateway`);
  return lines;
}

/**
 * Dues with more than one payment that could be paid at once: what an earlier one of them has on the other side must
 * be known to be failed, cancelled, expired or refunded here.
 */
export function openedTwice(doors: readonly Door[], payments: readonly PaymentSeen[]): readonly string[] {
  const there = new Set(doors.flatMap((door) => door.entries()).map(({ reference }) => reference));
  const standing = payments.filter(
    ({ state, reference }) => !['failed', 'cancelled', 'expired', 'refunded'].includes(state) && there.has(reference),
  );
  return [...Map.groupBy(standing, ({ dossierCode }) => dossierCode)].flatMap(([dossier, some]) =>
    some.length < 2
      ? []
      : [`I2: ${dossier}: ${some.map(({ reference, state }) => `${reference} ${state}`).join(', ')}`],
  );
}
