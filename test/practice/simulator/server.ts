import { type ControlHandlers, commonControls, parsedBody } from '../../../mocks/kit/control.ts';
import { serve } from '../../../mocks/kit/server.ts';
import { beginRequest } from './bureau-request.ts';
import type { BureauCall } from './calls.ts';
import { no, services } from './services.ts';
import { BureauState, type Decision, type StateOptions } from './state.ts';

export interface PracticeOptions extends StateOptions {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningPractice {
  /** `/api/login` and the services lie below it. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: BureauState;
  close(): Promise<void>;
}

/** Starts the practice bureau on 127.0.0.1. */
export async function startPractice(options: PracticeOptions = {}): Promise<RunningPractice> {
  const state = new BureauState(options);
  const { origin, controlUrl, port, close } = await serve({
    state,
    controls: bureauControls(state),
    port: options.port,
    notFound: no('ADDRESS', 'Không có địa chỉ này', 404),
    route: ({ method, path, headers }) => {
      const service = path.startsWith('/api/') ? path.slice('/api/'.length) : '';
      if (method !== 'POST' || !(service === 'login' || services.has(service))) return undefined;
      return (body) => beginRequest(state, { service, authorization: headers.authorization, body });
    },
  });
  return { url: origin, controlUrl, port, state, close };
}

/** The levers of the bureau under `/_control/`: those of every simulated system, and those of what it holds. */
function bureauControls(state: BureauState): ControlHandlers {
  return {
    ...commonControls(state, () => ({ pages: state.pages.length, tickets: state.tickets.size })),
    'GET effects': () => Object.fromEntries(state.effects),
    'GET pages': () => ({ pages: state.pages }),
    'GET tickets': () => ({ tickets: [...state.tickets.values()] }),
    /** Decides a ticket: `{}` is done, `{ "state": "refused", "code", "text" }` is not. */
    'PUT tickets': (request) => {
      const said = parsedBody<Decision | Record<string, never>>(request);
      const decided = state.decide(request.path[1] ?? '', 'state' in said ? (said as Decision) : undefined);
      return decided ? { decided } : undefined;
    },
    'POST calls': async (request) => ({ made: await state.call(parsedBody<BureauCall>(request)) }),
    'GET calls': () => ({ made: state.callsMade }),
  };
}
