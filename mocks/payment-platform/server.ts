import { jsonReply } from '../kit/delivery.ts';
import { serve } from '../kit/server.ts';
import { platformControls } from './control.ts';
import { routeOf } from './routes.ts';
import { PlatformState, type StateOptions } from './state.ts';

export interface PlatformOptions extends StateOptions {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningPlatform {
  /** PAYMENT_PLATFORM_URL: every message is posted there, and the pages lie below it. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: PlatformState;
  close(): Promise<void>;
}

const PREFIX = '/payment-platform';

/** Starts the simulated platform on 127.0.0.1. */
export async function startPlatform(options: PlatformOptions = {}): Promise<RunningPlatform> {
  const state = new PlatformState(options);
  const { origin, controlUrl, port, close } = await serve({
    state,
    controls: platformControls(state),
    port: options.port,
    notFound: jsonReply({ MaLoi: '99', MoTaLoi: 'Không tìm thấy địa chỉ' }, 404),
    route: ({ method, path }) =>
      path.startsWith(PREFIX) ? routeOf(state, method, path.slice(PREFIX.length)) : undefined,
  });
  const url = `${origin}${PREFIX}`;
  if (state.settings.publicUrl === '') state.settings.publicUrl = url;
  return { url, controlUrl, port, state, close };
}
