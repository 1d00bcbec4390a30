import { jsonReply, type Reply } from './delivery.ts';
import type { FaultRule, OwnFault } from './faults.ts';
import { refusesConnections, type Simulation } from './simulation.ts';

export const CONTROL_PREFIX = '/_control/';

export interface ControlRequest {
  readonly method: string;
  /** Below `/_control/`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
}

/** By method and first segment, such as `GET state`; what gives undefined is not found. */
export type ControlHandlers = Readonly<Record<string, (request: ControlRequest) => unknown>>;

export const parsedBody = <Body>(request: ControlRequest): Body =>
  JSON.parse(request.body === '' ? '{}' : request.body) as Body;

/** Settings that are never shown. */
const SECRET = /password|passcode|secret/i;

/** What every simulated system can be told: faults, settings, sessions, reset; and asked: state. */
export function commonControls<Own extends OwnFault>(
  state: Simulation<Own>,
  /** What a system shows of itself beside counters, faults and settings. */
  shown: () => Readonly<Record<string, unknown>>,
): ControlHandlers {
  const settings = () => Object.fromEntries(Object.entries(state.settings).filter(([name]) => !SECRET.test(name)));
  return {
    'GET state': () => ({
      now: state.clock(),
      counters: state.counters,
      faultsApplied: state.faults.counts(),
      faults: state.listFaults(),
      settings: settings(),
      sessions: state.sessions.live,
      ...shown(),
    }),
    'POST reset': () => {
      state.reset();
      return { reset: true };
    },
    'GET faults': () => ({ faults: state.listFaults() }),
    'POST faults': (request) => {
      const rules = parsedBody<FaultRule<Own> | FaultRule<Own>[]>(request);
      return { ids: (Array.isArray(rules) ? rules : [rules]).map((rule) => addFault(state, rule)) };
    },
    'DELETE faults': ({ path }) => {
      state.clearFaults(path[1] === undefined ? undefined : Number(path[1]));
      return { faults: state.listFaults() };
    },
    'POST settings': (request) => {
      state.configure(parsedBody(request));
      return { settings: settings() };
    },
    'DELETE sessions': () => {
      state.expireSessions();
      return { sessions: state.sessions.live };
    },
  };
}

/** An outage that takes this very port away starts once the answer is out, and must say when it ends. */
function addFault<Own extends OwnFault>(state: Simulation<Own>, rule: FaultRule<Own>): number {
  if (!refusesConnections(rule)) return state.addFault(rule);
  if (rule.forMs === undefined) throw new TypeError('an outage over HTTP needs forMs');
  state.inAMoment(30, () => void state.addFault(rule));
  return 0;
}

/** Answers `/_control/…`: JSON over HTTP, the same levers as the functions of the state. */
export async function control(handlers: ControlHandlers, method: string, url: URL, body: string): Promise<Reply> {
  const path = url.pathname
    .slice(CONTROL_PREFIX.length)
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const handler = handlers[`${method} ${path[0] ?? ''}`];
  if (handler === undefined) return jsonReply({ error: 'no such control' }, 404);
  try {
    const result = await handler({ method, path, query: url.searchParams, body });
    return result === undefined ? jsonReply({ error: 'not found' }, 404) : jsonReply(result);
  } catch (error) {
    return jsonReply({ error: String(error) }, 400);
  }
}
