import type { DossierSnapshot } from '../../../../../contracts/domain/dossier.ts';
import { dossierStatus } from '../../../../../contracts/domain/status.ts';
import type { DossierSummary } from '../../../../../contracts/v1/dossier.ts';
import type { GatewayClient } from '../client.ts';

/** One dossier seen from three sides. */
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

interface Shown {
  readonly code: string;
  readonly status: string;
  readonly progress: number;
  readonly creates: number;
  readonly olderAfterNewer: number;
  readonly overlaps: number;
}

/** Compares what was handed over, what the gateway says of it and what the portal shows, dossier by dossier. */
export async function account(
  client: GatewayClient,
  portalControlUrl: string,
  latest: Iterable<DossierSnapshot>,
): Promise<Accounts> {
  const held = new Map<string, DossierSummary>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body }: { body: { items: DossierSummary[]; nextCursor: string | null } } = await client.json(
      'GET',
      `/v1/dossiers?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    for (const item of body.items) held.set(item.code, item);
    cursor = body.nextCursor;
  }
  const shown = new Map<string, Shown>();
  for (let after: string | null = ''; after !== null; ) {
    const answer = await fetch(`${portalControlUrl}/dossiers?limit=5000&after=${encodeURIComponent(after)}`);
    const page = (await answer.json()) as { dossiers: Shown[]; next: string | null };
    for (const dossier of page.dossiers) shown.set(dossier.code, dossier);
    after = page.next;
  }
  const differing: { code: string; why: string }[] = [];
  const byDelivery: Record<string, number> = {};
  let dossiers = 0;
  let agreeing = 0;
  let stepsHandedOver = 0;
  for (const { code, status, steps } of latest) {
    dossiers++;
    stepsHandedOver += steps?.length ?? 0;
    const ours = held.get(code);
    const theirs = shown.get(code);
    if (ours !== undefined) byDelivery[ours.delivery.state] = (byDelivery[ours.delivery.state] ?? 0) + 1;
    const national = String(dossierStatus.options.indexOf(status) + 1);
    const why =
      ours === undefined
        ? 'not held by the gateway'
        : theirs === undefined
          ? `not shown nationally (${ours.delivery.state}, ${ours.delivery.cause ?? 'no cause'})`
          : theirs.status !== national
            ? `shown with status ${theirs.status}, handed over with ${national}`
            : theirs.progress !== (steps?.length ?? 0)
              ? `${theirs.progress} of ${steps?.length ?? 0} steps shown`
              : ours.delivery.state !== 'delivered'
                ? `the gateway says ${ours.delivery.state}`
                : undefined;
    if (why === undefined) agreeing++;
    else differing.push({ code, why });
  }
  const all = [...shown.values()];
  const sum = (of: (dossier: Shown) => number): number => all.reduce((total, dossier) => total + of(dossier), 0);
  return {
    dossiers,
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
