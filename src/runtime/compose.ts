import type { AdapterDefinition, Transport } from '../../adapters/adapter.ts';
import { createAuthenticator } from '../access/authenticator.ts';
import { scopesByRole } from '../access/roles.ts';
import { tokenVerifier } from '../access/tokens.ts';
import { type App, createApp } from '../app.ts';
import { tellingOfEvents } from '../chronicle/raised.ts';
import type { Config } from '../config.ts';
import { bindKeyring } from '../crypto/binding.ts';
import type { Signer } from '../crypto/ed25519.ts';
import type { Erasures } from '../crypto/erasures.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Vault } from '../crypto/vault.ts';
import { createInteractiveActs } from '../delivery/acts/interactive.ts';
import { createDispatcher } from '../delivery/dispatcher.ts';
import { cancelErased } from '../delivery/erase.ts';
import { expectedOf } from '../delivery/expected.ts';
import { refuseUnheard } from '../delivery/refuse-unheard.ts';
import { createLanes } from '../delivery/sending/lanes.ts';
import { createQueries } from '../delivery/sending/query.ts';
import { createWatches } from '../delivery/watches/watches.ts';
import { originRule } from '../events/origins.ts';
import type { FileStore } from '../file-store/file-store.ts';
import type { Anchor } from '../journal/anchor.ts';
import { createLoop } from '../loop.ts';
import { errorFacts, type Log } from '../observability/log.ts';
import type { MetricsPort } from '../observability/metrics.ts';
import { createReadiness } from '../observability/readiness.ts';
import { createPeerSessions } from '../peer-sessions/peer-sessions.ts';
import { newId, type Platform } from '../platform.ts';
import type { Filled, Reach, Room, RoomDefinition, RoomParts } from '../room.ts';
import type { Assets } from '../routes/assets.ts';
import { openApiDocument } from '../routes/openapi.ts';
import type { Engine } from '../store/engine.ts';
import { PROGRAM_VERSION } from '../store/migrations/migrate.ts';
import { declaredBy, refuseUndeclared, refuseUnlisted } from './declared.ts';
import { joined } from './joined.ts';
import { type LifeCycle, lifeCycle } from './life-cycle.ts';
import { observerOf } from './observer.ts';
import { metricsOfRooms } from './room-metrics.ts';
import { configureSystems } from './systems.ts';

/** What a runtime hands in. Nothing else of it is known from here down. */
export interface Ports {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Vault;
  readonly keyring: Keyring;
  readonly signer: Signer;
  readonly anchor: Anchor;
  readonly erasures: Erasures;
  readonly transport: Transport;
  /** Reaches nothing private, whatever a name resolves to. */
  readonly publicTransport: Transport;
  readonly assets: Assets;
  /** Where documents are kept; undefined where this runtime has no such place. */
  readonly files: FileStore | undefined;
  readonly log: Log;
  readonly metrics: MetricsPort;
  readonly fetch: typeof globalThis.fetch;
  /** Told the first administrator key when there was none: shown once, kept nowhere. */
  readonly onFirstKey: (key: string) => void;
}

export interface Composed extends LifeCycle {
  readonly app: App;
  /** From now on nothing more is taken: readiness says so. */
  drain(): void;
}

const SWEEP_MS = 3_600_000;
const SWEEP_LEASE_MS = 60_000;

/**
 * Puts the rooms together: the same on every runtime, over whatever ports it is handed. Throws where two rooms bring the
 * same, or where an act could begin whose end nobody would hear.
 */
export async function compose(given: {
  readonly config: Config;
  readonly ports: Ports;
  readonly rooms: readonly RoomDefinition[];
  /** Adapters besides those that the list names. */
  readonly adapters?: readonly AdapterDefinition<never>[];
  /** In tests: an answer outside its contract is a 500. */
  readonly checkAnswers?: boolean;
}): Promise<Composed> {
  const { config, ports, rooms: definitions } = given;
  const { log, platform, vault, keyring } = ports;
  const declared = declaredBy(definitions);
  const owner = newId(platform, 'gw');
  const engine = tellingOfEvents(ports.engine, () => {
    life.stir();
    for (const room of rooms) room.raised?.();
  });
  await bindKeyring(engine, keyring);

  const failed = (sentence: string) => (error: unknown) => log.error(sentence, { error: errorFacts(error) });
  const lanes = createLanes(engine);
  const { metrics } = ports;
  const reach: Reach = { mayCall: originRule(config.allowedOrigins), publicTransport: ports.publicTransport };
  const systems = configureSystems(
    config.systems,
    definitions.flatMap((definition) => definition.systems?.(reach) ?? []),
    given.adapters,
  );
  metrics.expect(expectedOf(systems.all));
  const ground = {
    ...{ engine, platform, vault, keyring, systems, lanes, owner, metrics, log },
    transport: ports.transport,
    observer: observerOf(log, metrics),
    sessions: createPeerSessions({ engine, platform, vault }),
  };
  const queries = createQueries(ground);
  const scopesOf = scopesByRole(declared.scopes);
  const authenticator = createAuthenticator({
    ...{ engine, platform, scopesOf },
    adminKey: config.adminKey,
    verifyToken: config.tokens && tokenVerifier(config.tokens, ports.fetch, vault),
  });

  const stopping = new AbortController();
  let filled: readonly Filled[] = [];
  let document: object | undefined;
  const parts: Omit<RoomParts, 'settings'> = {
    ...ground,
    ...reach,
    ...{ queries, authenticator, failed },
    stopping: stopping.signal,
    signer: ports.signer,
    anchor: ports.anchor,
    erasures: ports.erasures,
    assets: ports.assets,
    publicUrl: config.publicUrl,
    purposes: config.revealPurposes,
    fileStore: ports.files,
    firstKey: config.adminKey === undefined ? ports.onFirstKey : undefined,
    // What follows works only after all rooms are made.
    wake,
    wakeWatches: () => {
      life.stir();
      watches.wake();
    },
    acts: { perform: (request) => acts.perform(request) },
    dispatcher: {
      addLane: (lane) => {
        life.stir();
        return dispatcher.addLane(lane);
      },
      removeLane: (lane, graceMs) => dispatcher.removeLane(lane, graceMs),
      wake,
    },
    handlers: { get: (type) => handlers.get(type) },
    askers: { get: (type) => askers.get(type) },
    events: declared.events,
    sealed: declared.sealed,
    keeps: declared.keeps,
    alsoErase: (ids, token, actor) => [
      ...cancelErased(ids, token, actor),
      ...rooms.flatMap((room) => [...(room.alsoErase?.(ids, token, actor) ?? [])]),
    ],
    filled: <Filler>({ name }: { readonly name: string }) =>
      filled.flatMap((each) => (each.slot === name ? [each.filler as Filler] : [])),
    readiness: { checks: () => readiness.checks() },
    openApi: () => {
      document ??= openApiDocument(app.routes, {
        version: PROGRAM_VERSION,
        publicUrl: config.publicUrl,
        tags: declared.tags,
      });
      return document;
    },
  };
  function wake(lane: string): void {
    life.stir();
    dispatcher.wake(lane);
  }
  const rooms: readonly Room[] = definitions.map((definition) =>
    definition.create({ ...parts, settings: settingsOf(definition, config.settings) }),
  );
  filled = rooms.flatMap(({ fills }) => [...(fills ?? [])]);
  const handlers = joined(
    'a handler',
    rooms.map((room) => room.handlers),
  );
  const askers = joined(
    'an asker',
    rooms.map((room) => room.askers),
  );
  const operations = joined(
    'an operation',
    rooms.map((room) => room.operations),
  );
  const watched = joined(
    'a watch',
    rooms.map((room) => room.watches),
  );
  metrics.show(
    metricsOfRooms({
      rooms: rooms.map((room, index) => ({ name: definitions[index]?.name ?? '', metrics: room.metrics })),
      platform,
      failed: (room, error) => log.error('what a room measures could not be read', { room, error: errorFacts(error) }),
    }),
  );
  refuseUnheard({ systems, operations, watches: watched });
  refuseUnlisted(operations, declared);

  const dispatcher = createDispatcher({ ...ground, operations });
  const acts = createInteractiveActs({ ...ground, dispatcher });
  const watches = createWatches({ ...ground, queries, watches: watched });
  const routes = rooms.flatMap((room) => [...(room.routes ?? [])]);
  refuseUndeclared(routes, declared);
  const app = createApp({
    ...{ engine, platform, vault, authenticator, metrics, log },
    instance: owner,
    simulators: config.systems.every(({ url }) => isLoopback(url)),
    checkAnswers: given.checkAnswers ?? false,
    routes,
  });
  const loops = [
    ...rooms.flatMap((room) => [...(room.loops ?? [])]),
    createLoop({
      name: 'idempotency',
      platform,
      lease: { engine, owner, forMs: SWEEP_LEASE_MS },
      firstAfterMs: SWEEP_MS,
      turn: async ({ mine }) => {
        if ((await app.idempotency.anyOver()) && (await mine())) await app.idempotency.sweep();
        return SWEEP_MS;
      },
      failed: failed('old idempotency keys could not be removed'),
    }),
    ...watches.loops,
  ];
  const life = lifeCycle({
    ...{ platform, rooms, loops, dispatcher, queries, watches, failed },
    alone: engine.sole,
    idempotency: app.idempotency,
  });
  const readiness = createReadiness({
    ...{ engine, platform },
    draining: () => stopping.signal.aborted,
    heartbeats: life.heartbeats,
  });

  return {
    ...life,
    app,
    drain: () => {
      stopping.abort();
    },
  };
}

/** A room is handed the variables that it declares, and no others. */
const settingsOf = ({ variables = {} }: RoomDefinition, settings: Config['settings']): Config['settings'] =>
  Object.fromEntries(Object.keys(variables).map((name) => [name, settings[name]]));

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
