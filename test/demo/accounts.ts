import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { dossierStatus } from '../../contracts/domain/status.ts';
import type { DossierSummary } from '../../contracts/v1/dossier.ts';
import type { GatewayClient } from '../../src/runtime/node/cli/client.ts';

/** Dossiers seen from three sides: the province that handed them over, the gateway, the nation. */
export interface Accounts {
  readonly dossiers: number;
  readonly stepsHandedOver: number;
  readonly byDelivery: Readonly<Record<string, number>>;
  readonly shownNationally: number;
  readonly stepsShown: number;
  /** Shown with the status and all the steps that the province last handed over. */
  readonly agreeing: number;
  /** Codes that do not agree, with the reason; empty when every dossier is accounted for. */
  readonly differing: readonly { readonly code: string; readonly why: string }[];
  readonly createdTwice: number;
  readonly olderAfterNewer: number;
  readonly overlappingSends: number;
}

export type Handed = Pick<DossierSnapshot, 'code' | 'status' | 'steps'>;
export interface Held {
  readonly delivery: Pick<DossierSummary['delivery'], 'state' | 'cause'>;
}
/** What the simulated portal tells of a dossier. */
export interface Shown {
  readonly code: string;
  readonly status: string;
  readonly progress: number;
  readonly creates: number;
  readonly olderAfterNewer: number;
  readonly overlaps: number;
}

/** Asks both sides for everything they hold, and compares. */
export async function account(
  client: GatewayClient,
  portalControlUrl: string,
  latest: Iterable<Handed>,
): Promise<Accounts> {
  const held = new Map<string, Held>();
  for await (const item of client.items<DossierSummary>('/v1/dossiers')) held.set(item.code, item);
  const shown = new Map<string, Shown>();
  for (let after: string | null = ''; after !== null; ) {
    const answer = await fetch(`${portalControlUrl}/dossiers?limit=5000&after=${encodeURIComponent(after)}`);
    const page = (await answer.json()) as { dossiers: Shown[]; next: string | null };
    for (const dossier of page.dossiers) shown.set(dossier.code, dossier);
    after = page.next;
  }
  return compare(latest, held, shown);
}

/** Dossier by dossier; what the nation shows and nobody handed over is a difference too. */
export function compare(
  latest: Iterable<Handed>,
  held: ReadonlyMap<string, Held>,
  shown: ReadonlyMap<string, Shown>,
): Accounts {
  const differing: { code: string; why: string }[] = [];
  const byDelivery: Record<string, number> = {};
  const handed = new Set<string>();
  let stepsHandedOver = 0;
  for (const dossier of latest) {
    const { code, steps } = dossier;
    handed.add(code);
    stepsHandedOver += steps?.length ?? 0;
    const ours = held.get(code);
    if (ours !== undefined) byDelivery[ours.delivery.state] = (byDelivery[ours.delivery.state] ?? 0) + 1;
    const why = difference(dossier, ours, shown.get(code));
    if (why !== undefined) differing.push({ code, why });
  }
  const agreeing = handed.size - differing.length;
  for (const code of shown.keys())
    if (!handed.has(code))
      differing.push({ code, why: 'quốc gia hiển thị nhưng tỉnh không giao (shown, never handed over)' });
  const all = [...shown.values()];
  const sum = (of: (dossier: Shown) => number): number => all.reduce((total, dossier) => total + of(dossier), 0);
  return {
    dossiers: handed.size,
    stepsHandedOver,
    byDelivery,
    shownNationally: shown.size,
    stepsShown: sum(({ progress }) => progress),
    agreeing,
    differing,
    createdTwice: all.filter(({ creates }) => creates > 1).length,
    olderAfterNewer: sum(({ olderAfterNewer }) => olderAfterNewer),
    overlappingSends: sum(({ overlaps }) => overlaps),
  };
}

function difference({ status, steps }: Handed, ours: Held | undefined, theirs: Shown | undefined): string | undefined {
  const national = String(dossierStatus.options.indexOf(status) + 1);
  const count = steps?.length ?? 0;
  if (ours === undefined) return 'cổng không giữ (not held by the gateway)';
  const { state, cause } = ours.delivery;
  if (theirs === undefined) return `quốc gia không hiển thị (not shown): ${state}, ${cause ?? '–'}`;
  if (theirs.status !== national) return `trạng thái (status) ${theirs.status}, đã giao (handed over) ${national}`;
  if (theirs.progress !== count) return `bước xử lý (steps) ${theirs.progress} / ${count}`;
  return state === 'delivered' ? undefined : `cổng nói (the gateway says) ${state}, ${cause ?? '–'}`;
}
