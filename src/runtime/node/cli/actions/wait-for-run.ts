import { setTimeout as after } from 'node:timers/promises';
import type { z } from 'zod';
import type { runView } from '../../../../../contracts/v1/reconciliation.ts';
import { type GatewayClient, GatewayUnreachable } from '../client.ts';
import { number } from '../output.ts';
import { type ProgressLine, progressLine } from '../progress.ts';

export type Run = z.output<typeof runView>;

export interface WaitOptions {
  readonly signal: AbortSignal;
  readonly progress?: ProgressLine;
  readonly everyMs?: number;
}

const EVERY_MS = 500;
/** A gateway that is started anew goes on with the run by itself: so long it is waited for. */
const AWAY_MS = 60_000;

/** The run once it has ended; undefined where `signal` ended the waiting, which leaves the run alone. */
export async function waitForRun(client: GatewayClient, id: string, options: WaitOptions): Promise<Run | undefined> {
  const progress = options.progress ?? progressLine();
  const begun = performance.now();
  let heardAt = begun;
  const tell = (what: string): void =>
    progress.show(undefined, `${id} · ${what} · ${number(Math.round((performance.now() - begun) / 1000))} s`);
  try {
    while (!options.signal.aborted) {
      try {
        const { body } = await client.json<Run>('GET', `/v1/reconciliation/runs/${encodeURIComponent(id)}`);
        if (body.state !== 'running') return body;
        heardAt = performance.now();
        tell('đang đối soát (reconciling)');
      } catch (error) {
        if (!(error instanceof GatewayUnreachable) || performance.now() - heardAt > AWAY_MS) throw error;
        tell('cổng chưa trả lời (the gateway does not answer)');
      }
      await after(options.everyMs ?? EVERY_MS, undefined, { signal: options.signal }).catch(() => {});
    }
    return undefined;
  } finally {
    progress.end();
  }
}
