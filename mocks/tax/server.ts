import { textReply } from '../kit/delivery.ts';
import { serve } from '../kit/server.ts';
import { taxControls } from './control.ts';
import { beginSoap } from './soap-request.ts';
import { type StateOptions, TaxState } from './state.ts';

export interface TaxOptions extends StateOptions {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningTax {
  /** TAX_URL: every question is posted there. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: TaxState;
  close(): Promise<void>;
}

const PATH = '/t2b/gip/request';

/** Starts the simulated gateway of the tax department on 127.0.0.1. */
export async function startTax(options: TaxOptions = {}): Promise<RunningTax> {
  const state = new TaxState(options);
  const { origin, controlUrl, port, close } = await serve({
    state,
    controls: taxControls(state),
    port: options.port,
    notFound: textReply('Not Found', 404),
    route: ({ method, path }) => (method === 'POST' && path === PATH ? (body) => beginSoap(state, body) : undefined),
  });
  return { url: `${origin}${PATH}`, controlUrl, port, state, close };
}
