import { jsonReply } from '../kit/delivery.ts';
import { serve } from '../kit/server.ts';
import { portalControls } from './control.ts';
import { beginRequest, type PortalRequest } from './portal-request.ts';
import { PortalState, type StateOptions } from './state.ts';

export interface PortalOptions extends StateOptions {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningPortal {
  /** Ends in `/VXPAdapter/RestService/forward`; `/mapi/login` and `/mapi/g` lie below it. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: PortalState;
  close(): Promise<void>;
}

/** Both spellings of the adapter's path are met (WIRE.md 1.1). */
const operations: ReadonlyMap<string, PortalRequest['operation']> = new Map([
  ['/VXPAdapter/RestService/forward/mapi/login', 'login'],
  ['/VXPAdapter/RestService/forward/mapi/g', 'call'],
  ['/XrdAdapter/RestService/forward/mapi/login', 'login'],
  ['/XrdAdapter/RestService/forward/mapi/g', 'call'],
]);

/** Starts the simulated portal on 127.0.0.1. */
export async function startPortal(options: PortalOptions = {}): Promise<RunningPortal> {
  const state = new PortalState(options);
  const { origin, controlUrl, port, close } = await serve({
    state,
    controls: portalControls(state),
    port: options.port,
    notFound: jsonReply({ error_code: '-1', message: 'Không tìm thấy địa chỉ' }, 404),
    route: ({ method, path, query, headers }) => {
      const operation = operations.get(path);
      if (operation === undefined || method !== 'POST') return undefined;
      const dstcodeInQuery = query.get('dstcode');
      const dstcodeInHeader = typeof headers.dstcode === 'string' ? headers.dstcode : null;
      return (body) => beginRequest(state, { operation, dstcodeInQuery, dstcodeInHeader, body });
    },
  });
  return { url: `${origin}/VXPAdapter/RestService/forward`, controlUrl, port, state, close };
}
