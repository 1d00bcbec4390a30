import { type ControlHandlers, commonControls, parsedBody } from '../kit/control.ts';
import type { HeldDossier } from './dossiers.ts';
import type { PushOptions } from './push.ts';
import type { PortalState } from './state.ts';

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

/** The levers of the portal under `/_control/`: those of every simulated system, and those of what it holds. */
export function portalControls(state: PortalState): ControlHandlers {
  return {
    ...commonControls(state, () => ({ dossiers: state.dossiers.size, national: state.national.size })),
    'GET summary': () => state.summary(),
    'GET violations': () => ({ count: state.counters.violations, violations: state.violations }),
    'GET dossiers': ({ path, query }) => {
      if (path[1] === undefined) return page(state, query);
      const dossier = state.dossier(path[1]);
      return dossier && shown(dossier);
    },
    /** Somebody else moved it: `{ "status": "10" }`. */
    'PUT dossiers': (request) => {
      state.moveDossier(request.path[1] ?? '', parsedBody<{ status: string }>(request).status);
      return { moved: true };
    },
    'DELETE dossiers': ({ path }) => ({ forgotten: state.forgetDossier(path[1] ?? '') }),
    'GET national': ({ path }) =>
      path[1] === undefined ? { national: [...state.national.all()] } : state.nationalDossier(path[1]),
    'PUT national': ({ path }) => state.national.add(path[1] ?? ''),
    'POST push': async (request) => ({ replies: await state.push(parsedBody<PushOptions>(request)) }),
    'GET pushes': () => ({ pushes: state.pushes }),
  };
}
