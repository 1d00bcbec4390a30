import { jsonReply, type Reply } from '../kit/delivery.ts';
import type { FaultRule } from '../kit/faults.ts';
import type { HeldDossier } from './dossiers.ts';
import type { PushOptions } from './push.ts';
import type { PortalSettings } from './settings.ts';
import type { PortalState } from './state.ts';

export const CONTROL_PREFIX = '/_control/';

interface ControlRequest {
  readonly method: string;
  /** Below `/_control/`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
}

type Handler = (state: PortalState, request: ControlRequest) => unknown;

const shown = (dossier: HeldDossier) => ({ ...dossier, body: dossier.body && JSON.parse(dossier.body) });

const brief = ({
  code,
  status,
  history,
  progress,
  creates,
  updates,
  olderAfterNewer,
  overlaps,
  newestVersion,
}: HeldDossier) => ({
  code,
  status,
  version: newestVersion,
  digest: history.at(-1)?.digest,
  snapshots: history.length,
  progress: progress.length,
  creates,
  updates,
  olderAfterNewer,
  overlaps,
});

/** Pages by the last code seen; the order is that of creation. */
function page(state: PortalState, query: URLSearchParams): unknown {
  const after = query.get('after');
  const limit = Math.min(Number(query.get('limit') ?? 100), 10_000);
  const dossiers = [];
  let begun = after === null || after === '';
  for (const dossier of state.dossiers.all()) {
    if (begun) dossiers.push(brief(dossier));
    else if (dossier.code === after) begun = true;
    if (dossiers.length >= limit) break;
  }
  return { dossiers, next: dossiers.length < limit ? null : (dossiers.at(-1)?.code ?? null) };
}

const parsed = <Body>(request: ControlRequest): Body => JSON.parse(request.body === '' ? '{}' : request.body) as Body;

/** An outage that takes this very port away starts once the answer is out, and must say when it ends. */
function addFault(state: PortalState, rule: FaultRule): number {
  if (rule.kind !== 'outage' || (rule.mode ?? 'refuse') !== 'refuse') return state.addFault(rule);
  if (rule.forMs === undefined) throw new TypeError('an outage over HTTP needs forMs');
  state.inAMoment(30, () => void state.addFault(rule));
  return 0;
}

const handlers: Readonly<Record<string, Handler>> = {
  'GET state': (state) => ({
    now: state.clock(),
    counters: state.counters,
    faultsApplied: state.faults.counts(),
    faults: state.listFaults(),
    settings: { ...state.settings, password: undefined },
    sessions: state.sessions.live,
    dossiers: state.dossiers.size,
    national: state.national.size,
  }),
  'GET summary': (state) => state.summary(),
  'GET violations': (state) => ({ count: state.counters.violations, violations: state.violations }),
  'POST reset': (state) => {
    state.reset();
    return { reset: true };
  },
  'GET faults': (state) => ({ faults: state.listFaults() }),
  'POST faults': (state, request) => {
    const rules = parsed<FaultRule | FaultRule[]>(request);
    return { ids: (Array.isArray(rules) ? rules : [rules]).map((rule) => addFault(state, rule)) };
  },
  'DELETE faults': (state, { path }) => {
    state.clearFaults(path[1] === undefined ? undefined : Number(path[1]));
    return { faults: state.listFaults() };
  },
  'POST settings': (state, request) => {
    state.configure(parsed<Partial<PortalSettings>>(request));
    return { settings: { ...state.settings, password: undefined } };
  },
  'DELETE sessions': (state) => {
    state.expireSessions();
    return { sessions: state.sessions.live };
  },
  'GET dossiers': (state, { path, query }) => {
    if (path[1] === undefined) return page(state, query);
    const dossier = state.dossier(path[1]);
    return dossier && shown(dossier);
  },
  /** Somebody else moved it: `{ "status": "10" }`. */
  'PUT dossiers': (state, request) => {
    state.moveDossier(request.path[1] ?? '', parsed<{ status: string }>(request).status);
    return { moved: true };
  },
  'DELETE dossiers': (state, { path }) => ({ forgotten: state.forgetDossier(path[1] ?? '') }),
  'GET national': (state, { path }) =>
    path[1] === undefined ? { national: [...state.national.all()] } : state.nationalDossier(path[1]),
  'PUT national': (state, { path }) => state.national.add(path[1] ?? ''),
  'POST push': async (state, request) => ({ replies: await state.push(parsed<PushOptions>(request)) }),
  'GET pushes': (state) => ({ pushes: state.pushes }),
};

/** Answers `/_control/…`: JSON over HTTP, the same levers as the functions of the state. */
export async function control(state: PortalState, method: string, url: URL, body: string): Promise<Reply> {
  const path = url.pathname
    .slice(CONTROL_PREFIX.length)
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const handler = handlers[`${method} ${path[0] ?? ''}`];
  if (handler === undefined) return jsonReply({ error: 'no such control' }, 404);
  try {
    const result = await handler(state, { method, path, query: url.searchParams, body });
    return result === undefined ? jsonReply({ error: 'not found' }, 404) : jsonReply(result);
  } catch (error) {
    return jsonReply({ error: String(error) }, 400);
  }
}
