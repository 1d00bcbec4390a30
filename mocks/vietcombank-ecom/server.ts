import { textReply } from '../kit/delivery.ts';
import { serve } from '../kit/server.ts';
import { ecomControls } from './control.ts';
import { routeOf } from './routes.ts';
import { EcomState, type StateOptions } from './state.ts';

export interface EcomOptions extends StateOptions {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningEcom {
  /** VIETCOMBANK_ECOM_URL: every call is posted there, and the pages lie below it. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: EcomState;
  close(): Promise<void>;
}

const PREFIX = '/vietcombank-ecom';

/** Starts the simulated e-commerce service of the bank on 127.0.0.1. */
export async function startEcom(options: EcomOptions = {}): Promise<RunningEcom> {
  const state = new EcomState(options);
  const { origin, controlUrl, port, close } = await serve({
    state,
    controls: ecomControls(state),
    port: options.port,
    notFound: textReply('Not Found', 404),
    route: ({ method, path }) =>
      path.startsWith(PREFIX) ? routeOf(state, method, path.slice(PREFIX.length)) : undefined,
  });
  const url = `${origin}${PREFIX}`;
  if (state.settings.publicUrl === '') state.settings.publicUrl = url;
  return { url, controlUrl, port, state, close };
}
