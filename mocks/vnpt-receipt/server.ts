import { textReply } from '../kit/delivery.ts';
import { ReceiptSimulation, type ReceiptStateOptions, receiptControls } from '../kit/receipt-simulation.ts';
import { serve } from '../kit/server.ts';
import { routeOf } from './routes.ts';
import { DEFAULT_SETTINGS, type VnptSettings } from './settings.ts';
import type { VnptState } from './state.ts';

export interface VnptOptions extends ReceiptStateOptions<VnptSettings> {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningVnpt {
  /** VNPT_RECEIPT_URL: the services lie below it. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: VnptState;
  close(): Promise<void>;
}

const PREFIX = '/vnpt-receipt';

/** Starts the simulated provider on 127.0.0.1. */
export async function startVnpt(options: VnptOptions = {}): Promise<RunningVnpt> {
  const state = new ReceiptSimulation(DEFAULT_SETTINGS, options);
  const { origin, controlUrl, port, close } = await serve({
    state,
    controls: receiptControls(state),
    port: options.port,
    notFound: textReply('Not Found', 404),
    route: (line) =>
      line.path.startsWith(PREFIX) ? routeOf(state, { ...line, path: line.path.slice(PREFIX.length) }) : undefined,
  });
  return { url: `${origin}${PREFIX}`, controlUrl, port, state, close };
}
