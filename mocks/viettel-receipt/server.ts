import { textReply } from '../kit/delivery.ts';
import { ReceiptSimulation, type ReceiptStateOptions, receiptControls } from '../kit/receipt-simulation.ts';
import { serve } from '../kit/server.ts';
import { routeOf } from './routes.ts';
import { DEFAULT_SETTINGS, type ViettelSettings } from './settings.ts';
import type { ViettelState } from './state.ts';

export interface ViettelOptions extends ReceiptStateOptions<ViettelSettings> {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningViettel {
  /** VIETTEL_RECEIPT_URL: the interface lies below it. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: ViettelState;
  close(): Promise<void>;
}

const PREFIX = '/viettel-receipt';

/** Starts the simulated provider on 127.0.0.1. */
export async function startViettel(options: ViettelOptions = {}): Promise<RunningViettel> {
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
