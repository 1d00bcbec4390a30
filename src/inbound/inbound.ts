import type { Callback, Drift, InboundMessage, InboundReply, InboundRequest } from '../../adapters/adapter.ts';
import type { Vault } from '../crypto/vault.ts';
import type { DeliveryObserver } from '../delivery/observer.ts';
import type { Systems } from '../delivery/systems.ts';
import { newId, type Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import type { InboundHandlers, StoredMessage } from './message.ts';
import { createRefusals } from './refusals.ts';
import * as statements from './statements.ts';
import { isStranger, isVerified } from './verify.ts';

/** A callback as it comes in; its body is read only when the sender may send one. */
export interface CallbackRequest extends Omit<InboundRequest, 'body'> {
  /** Undefined where it is larger than that, ends early, comes too slowly or is no text. */
  readBody(limitBytes: number): Promise<string | undefined>;
}

export interface InboundParts {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  readonly systems: Systems;
  readonly handlers: InboundHandlers;
  readonly observer: DeliveryObserver;
}

export interface Inbound {
  /** What the system is to be answered. Undefined: it has no such callback (or is not configured). */
  receive(system: string, path: string, request: CallbackRequest): Promise<InboundReply | undefined>;
  /** Interventions on everything that was stored and not acted on: after a crash, after a failure. Answers how many. */
  actOnStored(): Promise<number>;
  /** Interventions on what earlier processes left, then looks again from time to time. The answer stops that, and settles when it has. */
  keepActing(): () => Promise<void>;
}

const SWEEP_EVERY_MS = 30_000;
const ROWS_A_LOOK = 50;
const STRANGER_BODY_BYTES = 16_384;

/**
 * What systems send to us. Verified first, stored second, answered and acted on only then (I1, I7): a message that was
 * answered with "stored" is on disk and will be acted on exactly once, however often it is repeated and wherever the
 * process dies. A repetition is what equals the newest message of its reference (docs/decisions/0010).
 */
export function createInbound(parts: InboundParts): Inbound {
  const { engine, vault, platform, systems, handlers, observer } = parts;
  const refusals = createRefusals(parts);

  async function receive(system: string, path: string, request: CallbackRequest): Promise<InboundReply | undefined> {
    const callback = systems.get(system)?.adapter?.callbacks.find((each) => each.path === path);
    if (callback === undefined) return undefined;
    try {
      return callback.reply(await take(system, callback, request));
    } catch (error) {
      // Nothing was stored, or it is not known: their repetition is a duplicate at worst.
      observer.notice('error', 'a callback could not be stored', { system, path, error: nameOf(error) });
      return callback.reply('failed');
    }
  }

  async function take(
    system: string,
    callback: Callback,
    { readBody, ...head }: CallbackRequest,
  ): Promise<Parameters<Callback['reply']>[0]> {
    const { path } = callback;
    const refuse = async (why: 'not-verified' | 'too-large' | 'not-understood', body: string) => {
      const request = { ...head, body };
      await refusals.record({ system, path, verifier: callback.verifier.kind, why, request });
    };
    if (isStranger(callback, head)) {
      await refuse('not-verified', (await readBody(STRANGER_BODY_BYTES)) ?? '');
      return 'refused';
    }
    const body = await readBody(callback.maximumBytes);
    if (body === undefined) {
      await refuse('too-large', '');
      return 'failed';
    }
    const request: InboundRequest = { ...head, body };
    if (!(await isVerified(callback, request))) {
      await refuse('not-verified', body);
      return 'refused';
    }
    const parsed = await callback.parse(request);
    if (!isDrift(parsed)) return storeMessage(system, callback, parsed);
    observer.notice('error', 'a callback outside the wire schema was quarantined', {
      ...{ system, path },
      ...{ at: parsed.path, expected: parsed.expected, got: parsed.got },
    });
    // Anyone may send a mere hint: what cannot be understood of those is bounded like what is refused.
    if (callback.verifier.kind === 'query') await refuse('not-understood', body);
    else await storeDrift(system, callback, request);
    return 'failed';
  }

  async function storeMessage(
    system: string,
    callback: Callback,
    message: InboundMessage,
  ): Promise<'stored' | 'duplicate'> {
    const id = newId(platform, 'in');
    const subject = vault.newSubject();
    const row = await write({
      ...{ id, system, subject },
      path: callback.path,
      head: `${callback.path}:${message.ref}`,
      digest: message.dedupeKey,
      type: message.type,
      ref: message.ref,
      verifier: callback.verifier.kind,
      text: JSON.stringify(message.data),
      state: 'stored',
    });
    if (row.id === id) {
      const { type, ref, data } = message;
      await act({ ...{ id, system, type, ref, subject, data }, seq: row.seq, receivedAt: row.received_at }).catch(
        (error: unknown) =>
          observer.notice('error', 'a stored message could not be acted on yet', { inbound: id, error: nameOf(error) }),
      );
      return 'stored';
    }
    return 'duplicate';
  }

  async function storeDrift(system: string, callback: Callback, request: InboundRequest): Promise<void> {
    const [digest = ''] = await vault.mac('inbound.drift', [request.body]);
    await write({
      id: newId(platform, 'in'),
      system,
      path: callback.path,
      head: `drift:${callback.path}:${digest}`,
      digest: '',
      type: 'drift',
      ref: null,
      verifier: callback.verifier.kind,
      subject: vault.newSubject(),
      text: JSON.stringify({ query: request.query, body: request.body }),
      state: 'drift',
    });
  }

  async function write(
    message: Omit<statements.InboundWrite, 'raw' | 'hash' | 'more'> & { readonly text: string },
  ): Promise<{ readonly id: string; readonly seq: number; readonly received_at: number }> {
    const { text, ...row } = message;
    const [raw = ''] = await vault.seal([{ subject: row.subject, purpose: 'inbound.raw', text }]);
    const [hash = ''] = await vault.digest([raw]);
    // Keyed: the digest outlives an erasure, and must not let anybody try contents against it.
    const [digest = ''] = await vault.mac('inbound.digest', [row.digest]);
    const rows = await engine.batch(statements.store({ ...row, raw, hash, digest, more: 0 }, newId(platform, 't')));
    return rows.at(-1)?.[0] as { id: string; seq: number; received_at: number };
  }

  /** Interventions in one batch with the mark that it was done. What nobody acts on stays stored, loudly. */
  async function act(message: StoredMessage & { readonly type: string }): Promise<boolean> {
    const handler = handlers.get(message.type);
    if (handler === undefined) {
      observer.notice('error', 'nobody acts on this type of message', { inbound: message.id, type: message.type });
      return false;
    }
    const token = newId(platform, 't');
    await engine.batch([
      ...statements.markActed(message.id, token, `system:${message.system}`),
      ...(await handler(message, token)),
    ]);
    return true;
  }

  /** One that cannot be opened or acted on keeps no other waiting. */
  async function actOnRow(row: statements.OpenRow): Promise<boolean> {
    try {
      const subject = { id: row.subject, salt: row.salt ?? '', epoch: row.epoch };
      const [text] = await vault.open([{ subject, purpose: 'inbound.raw', sealed: row.raw ?? '' }]);
      if (text === undefined) {
        // Erased before it was acted on: there is nothing left to act on.
        await engine.batch(statements.markActed(row.id, newId(platform, 't'), 'gateway'));
        return false;
      }
      return await act({
        ...{ id: row.id, system: row.system, type: row.type, ref: row.ref ?? '', subject },
        seq: row.seq,
        receivedAt: row.received_at,
        data: JSON.parse(text),
      });
    } catch (error) {
      observer.notice('error', 'a stored message could not be acted on yet', {
        inbound: row.id,
        error: nameOf(error),
      });
      return false;
    }
  }

  async function actOnStored(): Promise<number> {
    let acted = 0;
    let after = '';
    for (;;) {
      const rows = await engine.all<statements.OpenRow>(statements.openAfter(after, ROWS_A_LOOK));
      for (const row of rows) if (await actOnRow(row)) acted += 1;
      if (rows.length < ROWS_A_LOOK) return acted;
      after = rows.at(-1)?.id ?? after;
    }
  }

  return {
    receive,
    actOnStored,
    keepActing() {
      let stopped = false;
      let cancel = (): void => {};
      let running: Promise<void> = Promise.resolve();
      const look = (): void => {
        running = actOnStored()
          .then(() => refusals.forgetOld())
          .catch((error: unknown) =>
            observer.notice('error', 'the look for stored messages failed', { error: nameOf(error) }),
          )
          .finally(() => {
            if (!stopped) cancel = platform.after(SWEEP_EVERY_MS, look);
          });
      };
      look();
      return async () => {
        stopped = true;
        cancel();
        await running;
      };
    },
  };
}

const isDrift = (parsed: InboundMessage | Drift): parsed is Drift => 'kind' in parsed;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
