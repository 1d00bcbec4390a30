import type { AdapterDefinition } from '../../../adapters/adapter.ts';
import { createAuthenticator } from '../../access/authenticator.ts';
import { createKeys } from '../../access/keys.ts';
import { tokenVerifier } from '../../access/tokens.ts';
import { isPublicAddress } from '../../addresses.ts';
import { type App, createApp } from '../../app.ts';
import type { Config } from '../../config.ts';
import { eraseAfterRestore } from '../../crypto/after-restore.ts';
import { bindKeyring } from '../../crypto/binding.ts';
import { createInteractiveActs } from '../../delivery/acts/interactive.ts';
import { createDispatcher, type Dispatcher } from '../../delivery/dispatcher.ts';
import { createExchanges } from '../../delivery/exchanges.ts';
import { createInterventions } from '../../delivery/interventions/interventions.ts';
import { createReplayRunner } from '../../delivery/interventions/replay-runner.ts';
import { createReplays } from '../../delivery/interventions/replays.ts';
import { refuseUnheard } from '../../delivery/refuse-unheard.ts';
import { createLanes } from '../../delivery/sending/lanes.ts';
import { createQueries } from '../../delivery/sending/query.ts';
import { createWatches } from '../../delivery/watches/watches.ts';
import { createAccept } from '../../dossiers/accept.ts';
import { dossierOperations } from '../../dossiers/compose.ts';
import { createDossierViews } from '../../dossiers/views.ts';
import { originRule } from '../../events/origins.ts';
import { tellingOfEvents } from '../../events/raised.ts';
import { createEventRoom } from '../../events/room.ts';
import { subscriberOperations, subscriberSystem } from '../../events/subscriber.ts';
import { keepSealing, sealer } from '../../journal/sealer.ts';
import { errorFacts, type Log } from '../../observability/log.ts';
import { createReadiness } from '../../observability/readiness.ts';
import { createPeerSessions } from '../../peer-sessions/peer-sessions.ts';
import { newId } from '../../platform.ts';
import { createRetention } from '../../retention/retention.ts';
import type { RoomDefinition, RoomParts } from '../../room.ts';
import { deliveryState } from '../delivery-state.ts';
import { every } from '../every.ts';
import { joined } from '../joined.ts';
import { observerOf } from '../observer.ts';
import { createNationalRooms, roomDefinitions } from '../rooms.ts';
import { configureSystems } from '../systems.ts';
import { fileAnchor } from './anchor-file.ts';
import { nodeAssets } from './assets.ts';
import { fileErasures } from './erasure-file.ts';
import { anchorFile, erasureFile, openKeys } from './keys.ts';
import { nodeMetrics } from './metrics.ts';
import { nodePlatform } from './platform.ts';
import { type Listening, listen } from './server.ts';
import { openStore } from './store.ts';
import { createUndiciTransport } from './transport.ts';

export interface Gateway {
  readonly app: App;
  readonly url: string;
  readonly dispatcher: Dispatcher;
  /** Stops taking requests, lets what is under way end, gives back what was not begun, seals and closes the store. */
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly log: Log;
  /** Told the first administrator key when there was none: shown once, kept nowhere. */
  readonly onFirstKey: (key: string) => void;
  /** Adapters and rooms besides those of the product. */
  readonly systems?: readonly AdapterDefinition<never>[];
  readonly rooms?: readonly RoomDefinition[];
}

/** Time that requests and calls under way are given when stopping, milliseconds. */
const GRACE_MS = 10_000;
/** A dispatcher or sealer silent for longer than this counts as dead. */
const HEARTBEAT_LIMIT_MS = 30_000;
const SWEEP_MS = 3_600_000;

/** The whole gateway in this process: store, keys, rooms, workers, server. Rejects, having closed everything, when any part cannot start. */
export async function openGateway(config: Config, options: GatewayOptions): Promise<Gateway> {
  const { log } = options;
  const platform = nodePlatform();
  const instance = newId(platform, 'gw');
  const undo: (() => Promise<unknown> | undefined)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse())
      await Promise.resolve(step()).catch((error: unknown) =>
        log.error('a part did not close cleanly', { error: errorFacts(error) }),
      );
  };
  try {
    const definitions = [...roomDefinitions, ...(options.rooms ?? [])];
    const store = await openStore(
      config,
      (message) => log.info(message),
      definitions.flatMap(({ migrations }) => migrations),
    );
    undo.push(() => store.close());
    let raised = (): void => {};
    const engine = tellingOfEvents(store.engine, () => raised());
    const { keyring, vault, signer } = await openKeys(config, store.file, platform, (error) =>
      log.error('the key ring could not be prepared', { error: errorFacts(error) }),
    );
    await bindKeyring(engine, keyring);
    const lanes = createLanes(engine);
    const metrics = nodeMetrics(deliveryState({ engine, lanes, platform }));
    const observer = observerOf(log, metrics);
    const mayCall = originRule(config.allowedOrigins);
    const publicTransport = createUndiciTransport({ mayReach: isPublicAddress });
    undo.push(() => publicTransport.close());
    const systems = configureSystems(config.systems, [subscriberSystem({ mayCall, publicTransport })], options.systems);
    const transport = createUndiciTransport();
    undo.push(() => transport.close());

    const sessions = createPeerSessions({ engine, platform, vault });
    const shared = { engine, platform, vault, systems, lanes, transport, sessions, observer, owner: instance };
    const wake = (lane: string): void => dispatcher.wake(lane);
    const queries = createQueries(shared);
    const roomParts: RoomParts = {
      ...shared,
      queries,
      wake,
      wakeWatches: () => watches.wake(),
      acts: { perform: (request) => acts.perform(request) },
    };
    const rooms = definitions.map((definition) => definition.create(roomParts));
    const operations = joined('an operation', [
      dossierOperations(shared),
      subscriberOperations(shared),
      ...rooms.map((room) => room.operations),
    ]);
    const roomWatches = joined(
      'a watch',
      rooms.map((room) => room.watches),
    );
    refuseUnheard({ systems, operations, watches: roomWatches });
    const dispatcher = createDispatcher({ ...shared, operations });
    const acts = createInteractiveActs({ ...shared, dispatcher });
    const watches = createWatches({ ...shared, queries, watches: roomWatches });
    const accept = createAccept({ engine, vault, platform, wake });
    const failed = (sentence: string) => (error: unknown) => log.error(sentence, { error: errorFacts(error) });
    const events = createEventRoom({ ...shared, dispatcher, mayCall, failed: failed('events could not be passed on') });
    raised = events.wake;
    const replayRunner = createReplayRunner({ ...shared, wake });
    const national = createNationalRooms({
      ...shared,
      keyring,
      queries,
      rooms,
      erasures: fileErasures(erasureFile(config, store.file)),
      wake,
      failed: failed('the catalogues could not be refreshed'),
    });

    const authenticator = createAuthenticator({
      engine,
      platform,
      adminKey: config.adminKey,
      verifyToken: config.tokens && tokenVerifier(config.tokens, globalThis.fetch),
    });
    const keys = createKeys({ engine, platform, onRevoked: (id) => authenticator.forget(id) });
    if (config.adminKey === undefined) await keys.bootstrap(options.onFirstKey);

    let sealedAt: number | null = null;
    const seals = sealer({
      engine,
      digest: (texts) => vault.digest(texts),
      signer,
      owner: instance,
      anchor: fileAnchor(anchorFile(config, store.file)),
      onHead: (head) => log.info('the journal was sealed', { position: head.position, root: head.root }),
      onProblem: (message) => log.error(message),
    });
    const stopSealing = keepSealing(
      {
        ...seals,
        seal: async () => {
          const sealed = await seals.seal();
          sealedAt = platform.now();
          return sealed;
        },
      },
      platform,
      { onError: (error) => log.error('the journal could not be sealed', { error: errorFacts(error) }) },
    );
    undo.push(stopSealing);

    let draining = false;
    const app = createApp({
      engine,
      platform,
      vault,
      authenticator,
      metrics,
      log,
      instance,
      publicUrl: config.publicUrl,
      simulators: config.systems.every(({ url }) => isLoopback(url)),
      keys,
      assets: nodeAssets(),
      readiness: createReadiness({
        engine,
        platform,
        draining: () => draining,
        heartbeats: [
          { name: 'dispatcher', limitMs: HEARTBEAT_LIMIT_MS, lastAt: () => dispatcher.lastBeatAt },
          { name: 'sealer', limitMs: HEARTBEAT_LIMIT_MS, lastAt: () => sealedAt },
        ],
      }),
      dossiers: { accept, views: createDossierViews({ engine, vault, platform }) },
      exchanges: { views: createExchanges(shared), interventions: createInterventions({ ...shared, wake }) },
      replays: createReplays({ ...shared, wake: replayRunner.wake }),
      events: events.feed,
      subscriptions: events.subscriptions,
      ...national.routes,
      moreRoutes: rooms.flatMap(({ routes }) => [...(routes ?? [])]),
    });

    // One process a file: whatever an earlier one began under an idempotency key has ended with it.
    if (engine.kind === 'sqlite') await app.idempotency.freeAbandoned();
    undo.push(
      every(platform, SWEEP_MS, () => app.idempotency.sweep(), failed('old idempotency keys could not be removed')),
    );
    const { subjects } = national.routes;
    const erased = await eraseAfterRestore(engine, subjects);
    if (erased !== undefined)
      log.warn('the store was restored; who was erased since is erased again', { count: erased });
    const retention = createRetention({ ...shared, subjects, periods: config.retention });
    const retire = async (): Promise<void> => {
      const count = await retention.sweep();
      if (count > 0) log.info('what is past its retention was erased', { count });
      await subjects.destroyUnusedEpochs('retention');
    };
    undo.push(every(platform, SWEEP_MS, retire, failed('what is past its retention could not be erased')));
    await dispatcher.start();
    undo.push(() => dispatcher.stop(GRACE_MS));
    events.start();
    undo.push(() => events.stop());
    await national.start();
    undo.push(() => national.stop());
    await watches.start();
    undo.push(() => watches.stop());
    replayRunner.start();
    undo.push(() => replayRunner.stop());
    const server: Listening = await listen(app, {
      host: config.host,
      port: config.port,
      trustedProxies: config.trustedProxies,
    });
    undo.push(() => {
      draining = true;
      return server.close(GRACE_MS);
    });
    return { app, url: server.url, dispatcher, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
