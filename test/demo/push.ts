import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import type { SyntheticDay } from '../../mocks/year/day.ts';
import type { GatewayClient } from '../../src/runtime/node/cli/client.ts';

export interface Pushed {
  /** Snapshots answered 202 or 200. */
  accepted: number;
  /** Snapshots that the gateway refused; the first reasons are kept. */
  refused: number;
  readonly reasons: string[];
}

/** A province sends one dossier's snapshots in their order, and many dossiers at once. */
export async function push(
  day: SyntheticDay,
  client: GatewayClient,
  options: {
    readonly pushed: Pushed;
    readonly clients: number;
    /** The whole day takes about this long. */
    readonly seconds: number;
    readonly signal: AbortSignal;
    /** Told before each snapshot which share of the day is past. */
    readonly onShare: (share: number) => Promise<void> | void;
    /** Told of each snapshot that was accepted. */
    readonly onAccepted: (body: DossierSnapshot) => void;
  },
): Promise<void> {
  const { pushed } = options;
  const started = Date.now();
  const lastOf = new Map<string, Promise<void>>();
  const open = new Set<Promise<void>>();
  let begun = 0;
  for (const { code, body } of day.submissions()) {
    if (options.signal.aborted) break;
    const share = begun++ / day.submissionCount;
    await options.onShare(share);
    const before = lastOf.get(code) ?? Promise.resolve();
    const one = before.then(async () => {
      try {
        await client.json('PUT', `/v1/dossiers/${encodeURIComponent(code)}`, body);
        pushed.accepted++;
        options.onAccepted(body);
      } catch (error) {
        pushed.refused++;
        if (pushed.reasons.length < 5)
          pushed.reasons.push(`${code}: ${error instanceof Error ? error.message : error}`);
      }
    });
    lastOf.set(code, one);
    open.add(one);
    void one.then(() => {
      open.delete(one);
      if (lastOf.get(code) === one) lastOf.delete(code);
    });
    if (open.size >= options.clients) await Promise.race(open);
    const ahead = share * options.seconds * 1000 - (Date.now() - started);
    if (ahead > 5) await new Promise((resolve) => setTimeout(resolve, ahead));
  }
  await Promise.all(open);
}
