import type { AdapterDefinition } from '../../../adapters/adapter.ts';
import { isPublicAddress } from '../../addresses.ts';
import type { App } from '../../app.ts';
import type { Config } from '../../config.ts';
import { bindKeyring, judgeRing } from '../../crypto/binding.ts';
import { errorFacts, type Log } from '../../observability/log.ts';
import type { RoomDefinition } from '../../room.ts';
import { compose } from '../compose.ts';
import { declaredBy } from '../declared.ts';
import { rooms } from '../rooms.ts';
import { fileAnchor } from './anchor-file.ts';
import { nodeAssets } from './assets.ts';
import { logStep } from './clock.ts';
import { fileErasures } from './erasure-file.ts';
import { openFileStore } from './file-store/open.ts';
import { anchorFile, erasureFile, openKeys } from './keys.ts';
import { machine } from './machine-room.ts';
import { nodeMetrics } from './metrics.ts';
import { listen } from './server.ts';
import { openStore } from './store.ts';
import { createUndiciTransport } from './transport.ts';

export interface Gateway {
  readonly app: App;
  readonly url: string;
  /** Stops taking requests, lets what is under way end, gives back what was not begun, and closes the store. */
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

/** The whole gateway in this process. Rejects, having closed everything, when any part cannot start. */
export async function openGateway(config: Config, options: GatewayOptions): Promise<Gateway> {
  const { log } = options;
  const undo: (() => Promise<unknown> | undefined)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse())
      await Promise.resolve(step()).catch((error: unknown) =>
        log.error('a part did not close cleanly', { error: errorFacts(error) }),
      );
  };
  try {
    const all = [...rooms, ...(options.rooms ?? [])];
    const store = await openStore(config, (message) => log.info(message), declaredBy(all).migrations);
    undo.push(() => store.close());
    const { platform } = store;
    store.clock.listen((step) => logStep(step, log));
    store.watch.listen((reason) => log.error('the store takes nothing any more', { reason }));
    const keys = await openKeys(
      ...([config, store.file, platform] as const),
      (error) => log.error('the key ring could not be prepared', { error: errorFacts(error) }),
      {
        judge: (ring) => judgeRing((statement) => store.engine.all(statement), ring),
        onChanged: (ring) => bindKeyring(store.engine, ring),
      },
    );
    const transport = createUndiciTransport();
    undo.push(() => transport.close());
    const publicTransport = createUndiciTransport({ mayReach: isPublicAddress });
    undo.push(() => publicTransport.close());

    const composed = await compose({
      config,
      rooms: [...all, machine(config, store.file)],
      ...(options.systems === undefined ? {} : { adapters: options.systems }),
      ports: {
        ...keys,
        ...{ engine: store.engine, platform, transport, publicTransport, log },
        anchor: fileAnchor(anchorFile(config, store.file)),
        erasures: fileErasures(erasureFile(config, store.file)),
        assets: nodeAssets(),
        files: openFileStore(config.files, platform),
        metrics: nodeMetrics(),
        fetch: globalThis.fetch,
        onFirstKey: options.onFirstKey,
      },
    });
    undo.push(() => composed.stop(GRACE_MS));
    await composed.start();
    const server = await listen(composed.app, {
      host: config.host,
      port: config.port,
      trustedProxies: config.trustedProxies,
    });
    undo.push(() => {
      composed.drain();
      return server.close(GRACE_MS);
    });
    return { app: composed.app, url: server.url, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
