import { randomBytes } from 'node:crypto';
import { afterEach } from 'vitest';
import { memoryKeyringStore, openKeyring } from '../../src/crypto/keyring.ts';
import type { Vault } from '../../src/crypto/vault.ts';
import { webVault } from '../../src/crypto/vault-web.ts';
import type { DeliveryObserver } from '../../src/delivery/observer.ts';
import type { Platform } from '../../src/platform.ts';
import { declaredBy } from '../../src/runtime/declared.ts';
import { rooms } from '../../src/runtime/rooms.ts';
import type { Engine, Row } from '../../src/store/engine.ts';
import { sql } from '../../src/store/engine.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { checkCounts } from './counts.ts';
import { checkEvents } from './events.ts';
import { openStore } from './store.ts';

const { migrations } = declaredBy(rooms);
const open = new Set<Engine>();
afterEach(async () => {
  const engines = [...open];
  open.clear();
  for (const engine of engines) {
    await checkCounts(engine);
    await checkEvents(engine);
  }
});

/** What a room stands on, made for one test: a real store in memory, a real vault, a clock that the test moves. */
export interface Ground {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  readonly observer: DeliveryObserver;
  /** Words of every notice so far. */
  readonly notices: string[];
  /** Lets time pass, in process and store together: both clocks. */
  pass(ms: number): void;
  /** Sets the wall alone, in process and store together. */
  stepWall(ms: number): void;
  rows(text: string): Promise<Row[]>;
}

/** Its events are checked when the test ends. Timers are real but hold no process up. `on`: another file, under the keys of an earlier ground. */
export async function ground(on: { readonly file?: string; readonly vault?: Vault } = {}): Promise<Ground> {
  let offset = 0;
  let wallAheadMs = 0;
  const platform: Platform = {
    wall: () => Date.now() + offset + wallAheadMs,
    steady: () => Date.now() + offset,
    random: () => 0.5,
    bytes: (count) => randomBytes(count),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
  const store = await openStore({
    ...(on.file && { file: on.file }),
    wallMs: platform.wall,
    steadyMs: platform.steady,
  });
  await migrate(store, () => {}, migrations);
  open.add(store);
  const engine: Engine = {
    ...store,
    close: async () => {
      if (open.delete(store)) {
        await checkCounts(store);
        await checkEvents(store);
      }
      await store.close();
    },
  };
  const keyring = await openKeyring({ masterKey: randomBytes(32), store: memoryKeyringStore(), platform });
  const notices: string[] = [];
  return {
    engine,
    vault: on.vault ?? webVault(keyring, platform),
    platform,
    notices,
    observer: { call: () => {}, settled: () => {}, notice: (_level, message) => void notices.push(message) },
    pass: (ms) => {
      offset += ms;
    },
    stepWall: (ms) => {
      wallAheadMs += ms;
    },
    rows: (text) => engine.all(sql(text)),
  };
}
