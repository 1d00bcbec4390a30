import { adminKeyRoutes } from './admin-keys.ts';
import { callbackRoutes } from './callbacks.ts';
import { catalogueRoutes } from './catalogue.ts';
import { documentationRoutes } from './documentation.ts';
import { dossierRoutes } from './dossiers.ts';
import { eventRoutes } from './events.ts';
import { exchangeRoutes } from './exchanges.ts';
import { inboundRoutes } from './inbound.ts';
import type { Route } from './kit/route.ts';
import { nationalDossierRoutes } from './national-dossiers.ts';
import { processRoutes } from './process.ts';
import { replayRoutes } from './replays.ts';
import { subjectRoutes } from './subjects.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { systemRoutes } from './systems.ts';
import { registerRoutes } from './units.ts';

/** Every route file there is: a new one is one line here, and what it needs is then asked of `createApp`. */
const routeFiles = [
  dossierRoutes,
  nationalDossierRoutes,
  callbackRoutes,
  inboundRoutes,
  exchangeRoutes,
  replayRoutes,
  eventRoutes,
  subscriptionRoutes,
  systemRoutes,
  catalogueRoutes,
  adminKeyRoutes,
  registerRoutes,
  subjectRoutes,
  processRoutes,
  documentationRoutes,
] as const;

type PartsOf<File> = File extends (parts: infer Parts) => readonly Route[] ? Parts : never;
type All<Union> = (Union extends unknown ? (value: Union) => void : never) extends (value: infer Whole) => void
  ? Whole
  : never;

/** What all route files together need. */
export type RouteParts = All<PartsOf<(typeof routeFiles)[number]>>;

export function allRoutes(parts: RouteParts): readonly Route[] {
  return routeFiles.flatMap((file) => file(parts));
}
