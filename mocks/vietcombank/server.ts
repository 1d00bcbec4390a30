import { serve } from '../kit/server.ts';
import { answer } from './answers.ts';
import { gatewayControls } from './control.ts';
import { routeOf } from './routes.ts';
import { GatewayState, type StateOptions } from './state.ts';

export interface VietcombankOptions extends StateOptions {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningVietcombank {
  /** VIETCOMBANK_URL: the functions and the pages lie below it. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: GatewayState;
  close(): Promise<void>;
}

/** Starts the simulated gateway and bank on 127.0.0.1. */
export async function startVietcombank(options: VietcombankOptions = {}): Promise<RunningVietcombank> {
  const state = new GatewayState(options);
  const { origin, controlUrl, port, close } = await serve({
    state,
    controls: gatewayControls(state),
    port: options.port,
    notFound: { ...answer(state.settings, '0001'), status: 404 },
    route: ({ method, path }) => routeOf(state, method, path),
  });
  if (state.settings.publicUrl === '') state.settings.publicUrl = origin;
  return { url: origin, controlUrl, port, state, close };
}
