import type { Vault } from '../crypto/vault.ts';
import type { DeliveryObserver } from '../delivery/observer.ts';
import { errorWords } from '../error-words.ts';
import { newId, type Platform, pause } from '../platform.ts';
import type { InboundHandlers, StoredMessage } from '../room.ts';
import type { Engine } from '../store/engine.ts';
import * as statements from './statements.ts';

export type TypedMessage = StoredMessage & { readonly type: string };

/** Messages acted on straight from their arrival at one time. Those beyond are read from the store again. */
const AT_ONCE = 16;
const ROWS_A_LOOK = 50;
/** Rounds after which a message is left for the next look; each means somebody else's success. */
const ROUNDS = 20;
/** How long a stop waits for what is being acted on. What is not done by then is still stored. */
const STOP_PATIENCE_MS = 20_000;

/**
 * Acts on stored messages, apart from the answers to them: each in one batch with the mark that it was done, so that it
 * happens once, whichever process does it. Whatever fails or is interrupted stays stored and is looked for again.
 */
export function createActing(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  readonly handlers: Pick<InboundHandlers, 'get'>;
  readonly observer: DeliveryObserver;
}) {
  const { engine, vault, platform, handlers, observer } = parts;
  /** Ids that are being acted on here. */
  const acting = new Set<string>();
  const busy = new Set<Promise<void>>();
  let direct = 0;
  let leftBehind = false;
  let catchingUp = false;
  let resting = false;

  /** What nobody acts on stays stored, loudly. */
  async function act(message: TypedMessage): Promise<boolean> {
    const handler = handlers.get(`${message.system}/${message.type}`);
    if (handler === undefined) {
      observer.notice('error', 'nobody acts on this type of message', { inbound: message.id, type: message.type });
      return false;
    }
    for (let round = 0; round < ROUNDS; round++) {
      const token = newId(platform, 't');
      const made = await handler(message, token);
      const { statements: written, judgedBy } = 'statements' in made ? made : { statements: made, judgedBy: [] };
      const answers = await engine.batch([
        ...statements.markActed(message.id, token, `system:${message.system}`, judgedBy),
        ...written,
        statements.isStored(message.id),
      ]);
      // Still there: what it was judged by moved on, or somebody else acted on it.
      if (answers.at(-1)?.[0]?.n === 0) return true;
    }
    throw new Error('what it was judged by was changed by others too often');
  }

  /** One that cannot be acted on keeps no other waiting. */
  async function once(id: string, work: () => Promise<boolean>): Promise<boolean> {
    if (acting.has(id)) return false;
    acting.add(id);
    try {
      return await work();
    } catch (error) {
      observer.notice('error', 'a stored message could not be acted on yet', { inbound: id, error: errorWords(error) });
      return false;
    } finally {
      acting.delete(id);
    }
  }

  async function open(row: statements.OpenRow): Promise<TypedMessage | undefined> {
    const subject = { id: row.subject, salt: row.salt ?? '', epoch: row.epoch };
    const [text] = await vault.open([{ subject, purpose: 'inbound.raw', row: row.id, sealed: row.raw ?? '' }]);
    if (text === undefined) return undefined;
    return {
      ...{ id: row.id, system: row.system, type: row.type, ref: row.ref ?? '', subject },
      ...{ seq: row.seq, receivedAt: row.received_at, data: JSON.parse(text) },
    };
  }

  const actOnRow = (row: statements.OpenRow): Promise<boolean> =>
    once(row.id, async () => {
      const message = await open(row);
      if (message !== undefined) return act(message);
      // Erased before it was acted on: there is nothing left to act on.
      await engine.batch(statements.markActed(row.id, newId(platform, 't'), 'gateway'));
      return false;
    });

  async function actOnStored(): Promise<number> {
    let acted = 0;
    let after = '';
    for (;;) {
      const rows = await engine.all<statements.OpenRow>(statements.openAfter(after, ROWS_A_LOOK));
      for (const row of rows) {
        if (resting) return acted;
        if (await actOnRow(row)) acted += 1;
      }
      if (rows.length < ROWS_A_LOOK) return acted;
      after = rows.at(-1)?.id ?? after;
    }
  }

  function track(work: Promise<unknown>, ended: () => void): void {
    const tracked = work
      .then(
        () => undefined,
        (error: unknown) =>
          observer.notice('error', 'the look for stored messages failed', { error: errorWords(error) }),
      )
      .finally(() => {
        busy.delete(tracked);
        ended();
      });
    busy.add(tracked);
  }

  function catchUp(): void {
    if (!leftBehind || catchingUp || resting) return;
    leftBehind = false;
    catchingUp = true;
    track(actOnStored(), () => {
      catchingUp = false;
      catchUp();
    });
  }

  async function settled(): Promise<void> {
    while (busy.size > 0) await Promise.all(busy);
  }

  return {
    actOnStored,
    /** Acts on a message that was just stored, after its answer was handed over. */
    later(message: TypedMessage): void {
      if (resting) return;
      if (direct >= AT_ONCE) {
        leftBehind = true;
        return;
      }
      direct += 1;
      const answered = pause(platform, 0);
      track(
        answered.then(() => once(message.id, () => act(message))),
        () => {
          direct -= 1;
          catchUp();
        },
      );
    },
    /** Settles when nothing is being acted on here. */
    settled,
    /** Begins nothing more, and waits for what has begun and for `also`, within its patience. */
    async rest(also: Promise<void>): Promise<void> {
      resting = true;
      let cancel = (): void => {};
      const patience = new Promise<void>((resolve) => {
        cancel = platform.after(STOP_PATIENCE_MS, resolve);
      });
      await Promise.race([Promise.all([settled(), also]), patience]);
      cancel();
    },
  };
}
