import {
  type Ask,
  type Callback,
  type Drift,
  type InboundMessage,
  type InboundMethod,
  type InboundReply,
  type InboundRequest,
  isDrift,
  type Tell,
  type TellResult,
} from '../../adapters/adapter.ts';
import { unstorable } from '../../contracts/domain/text.ts';
import type { Vault } from '../crypto/vault.ts';
import type { DeliveryObserver } from '../delivery/observer.ts';
import type { Systems } from '../delivery/systems.ts';
import { errorWords } from '../error-words.ts';
import { createLoop, type Loop } from '../loop.ts';
import { newId, type Platform } from '../platform.ts';
import type { Askers, InboundHandlers } from '../room.ts';
import type { Engine } from '../store/engine.ts';
import { createActing } from './acting.ts';
import { createAsking } from './asking.ts';
import { createHints } from './hints.ts';
import { parsedBy } from './parsed.ts';
import { rawOf } from './raw.ts';
import { createRefusals, type Refusal } from './refusals.ts';
import * as statements from './statements.ts';
import { isStranger, isVerified } from './verify.ts';

/** The query of a callback, or its beginning where it is more than we read. */
export interface ReceivedQuery {
  readonly query: InboundRequest['query'];
  readonly whole: boolean;
}

/** A callback as it comes in; its query and its body are read only when the sender may send them. */
export interface CallbackRequest extends Omit<InboundRequest, 'body' | 'query'> {
  readQuery(): ReceivedQuery;
  /** Empty for a GET. Undefined where it is larger than that, ends early or comes too slowly. */
  readBody(limitBytes: number): Promise<Uint8Array | undefined>;
}

export interface InboundParts {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  readonly systems: Systems;
  readonly handlers: Pick<InboundHandlers, 'get'>;
  /** Nobody answers anything unless told. */
  readonly askers?: Pick<Askers, 'get'>;
  readonly observer: DeliveryObserver;
}

export interface Inbound {
  /** By which methods a system calls a path; undefined: it has no such callback (or is not configured). */
  methods(system: string, path: string): readonly InboundMethod[] | undefined;
  /** What the system is to be answered. Undefined: it has no callback of this path and method (or is not configured). */
  receive(system: string, path: string, request: CallbackRequest): Promise<InboundReply | undefined>;
  /** Acts on everything that was stored and not acted on: after a crash, after a failure. Answers how many. */
  actOnStored(): Promise<number>;
  /**
   * Acts on what earlier processes left, then looks again from time to time. Its stop ends all acting, and settles when
   * what has begun has ended; what has not begun stays stored.
   */
  readonly loop: Loop;
  /** Settles when nothing that was told here is being acted on. */
  settled(): Promise<void>;
}

const SWEEP_EVERY_MS = 30_000;
const STRANGER_BODY_BYTES = 16_384;

/**
 * What systems send to us, verified before anything else (I7). What they tell is stored second, answered third, and
 * acted on only then (I1): a message that was answered with "stored" is on disk and will be acted on exactly once,
 * however often it is repeated and wherever the process dies, and no acting delays its answer. A repetition is what
 * equals the newest message of its reference (docs/decisions/0010). What they ask is answered and not kept.
 */
export function createInbound(parts: InboundParts): Inbound {
  const { engine, vault, platform, systems, observer } = parts;
  const refusals = createRefusals(parts);
  const hints = createHints(platform);
  const acting = createActing(parts);
  const asking = createAsking({ ...parts, askers: parts.askers ?? new Map() });

  const callbacksOf = (system: string, path: string): readonly Callback[] =>
    systems.get(system)?.adapter?.callbacks.filter((each) => each.path === path) ?? [];

  async function receive(system: string, path: string, request: CallbackRequest): Promise<InboundReply | undefined> {
    const callback = callbacksOf(system, path).find((each) => each.methods.includes(request.method));
    if (callback === undefined) return undefined;
    try {
      const admitted = await admit(system, callback, request);
      if (typeof admitted === 'string') return sayNo(callback, admitted);
      if (callback.kind === 'ask') return await answer(system, callback, admitted);
      return callback.reply(await take(system, callback, admitted), admitted);
    } catch (error) {
      // Nothing was stored, or it is not known: their repetition is a duplicate at worst.
      const words = callback.kind === 'ask' ? 'a question could not be answered' : 'a callback could not be stored';
      observer.notice('error', words, { system, path, error: errorWords(error) });
      return sayNo(callback, 'failed');
    }
  }

  const sayNo = (callback: Callback, result: 'refused' | 'failed'): InboundReply =>
    callback.kind === 'ask' ? callback.reply({ kind: result }) : callback.reply(result);

  const refuse = (
    system: string,
    { path, verifier }: Callback,
    why: Refusal['why'],
    request: InboundRequest | Refusal['read'],
  ) =>
    refusals.record({
      ...{ system, path, verifier: verifier.kind, why },
      read: typeof request === 'function' ? request : async () => request,
    });

  /** The whole request of a verified sender. */
  async function admit(
    system: string,
    callback: Callback,
    { readQuery, readBody, ...head }: CallbackRequest,
  ): Promise<InboundRequest | 'refused' | 'failed'> {
    if (isStranger(callback, head)) {
      await refuse(system, callback, 'not-verified', async () => {
        const { query } = readQuery();
        return { ...head, query, body: (await readBody(STRANGER_BODY_BYTES)) ?? NOTHING };
      });
      return 'refused';
    }
    const { query, whole } = readQuery();
    if (!whole || unstorable(query) !== undefined) {
      await refuse(system, callback, whole ? 'not-understood' : 'too-large', { ...head, query, body: NOTHING });
      return 'failed';
    }
    // Sealed it is a third longer, and what was not understood is quoted before.
    const storable = Math.floor(engine.limits.textBytes / 2);
    const body = await readBody(Math.min(callback.maximumBytes, storable));
    if (body === undefined) {
      await refuse(system, callback, 'too-large', { ...head, query, body: NOTHING });
      return 'failed';
    }
    const request: InboundRequest = { ...head, query, body };
    if (await isVerified(callback, request)) return request;
    await refuse(system, callback, 'not-verified', request);
    return 'refused';
  }

  async function answer(system: string, ask: Ask, request: InboundRequest): Promise<InboundReply> {
    const made = await asking.answer(system, ask, request);
    if (made === undefined) return sayNo(ask, 'failed');
    if ('body' in made) return made;
    quarantined(system, ask, made);
    await refuse(system, ask, 'not-understood', request);
    return sayNo(ask, 'failed');
  }

  const quarantined = (system: string, { path }: Callback, at: Drift): void =>
    observer.notice('error', 'a callback outside the wire schema was quarantined', {
      ...{ system, path },
      ...{ at: at.path, expected: at.expected, got: at.got },
    });

  async function take(system: string, tell: Tell, request: InboundRequest): Promise<TellResult> {
    const parsed = await parsedBy(tell, request);
    if (!isDrift(parsed)) {
      if (tell.verifier.kind !== 'query') return storeMessage(system, tell, parsed);
      const dedupeKey = hints.admit(system, parsed.dedupeKey);
      return dedupeKey === undefined ? 'failed' : storeMessage(system, tell, { ...parsed, dedupeKey });
    }
    quarantined(system, tell, parsed);
    // Anyone may send a mere hint: what cannot be understood of those is bounded like what is refused.
    if (tell.verifier.kind === 'query') await refuse(system, tell, 'not-understood', request);
    else await storeDrift(system, tell, request);
    return 'failed';
  }

  async function storeMessage(system: string, tell: Tell, message: InboundMessage): Promise<'stored' | 'duplicate'> {
    const id = newId(platform, 'in');
    const subject = vault.newSubject();
    const row = await write({
      ...{ id, system, subject },
      path: tell.path,
      head: `${tell.path}:${message.ref}`,
      digest: message.dedupeKey,
      type: message.type,
      ref: message.ref,
      verifier: tell.verifier.kind,
      text: JSON.stringify(message.data),
      state: 'stored',
    });
    if (row.id !== id) return 'duplicate';
    const { type, ref, data } = message;
    acting.later({ ...{ id, system, type, ref, subject, data }, seq: row.seq, receivedAt: row.received_at });
    return 'stored';
  }

  async function storeDrift(system: string, tell: Tell, request: InboundRequest): Promise<void> {
    const text = JSON.stringify(rawOf(request));
    const [digest = ''] = await vault.mac('inbound.drift', [text]);
    await write({
      id: newId(platform, 'in'),
      system,
      path: tell.path,
      head: `drift:${tell.path}:${digest}`,
      digest: '',
      type: 'drift',
      ref: null,
      verifier: tell.verifier.kind,
      subject: vault.newSubject(),
      text,
      state: 'drift',
    });
  }

  async function write(
    message: Omit<statements.InboundWrite, 'raw' | 'hash' | 'more'> & { readonly text: string },
  ): Promise<{ readonly id: string; readonly seq: number; readonly received_at: number }> {
    const { text, ...row } = message;
    const [raw = ''] = await vault.seal([{ subject: row.subject, purpose: 'inbound.raw', row: row.id, text }]);
    const [hash = ''] = await vault.digest([raw]);
    // Keyed: the digest outlives an erasure, and must not let anybody try contents against it.
    const [digest = ''] = await vault.mac('inbound.digest', [row.digest]);
    const rows = await engine.batch(statements.store({ ...row, raw, hash, digest, more: 0 }, newId(platform, 't')));
    return rows.at(-1)?.[0] as { id: string; seq: number; received_at: number };
  }

  // Without a lease: every process acts on what it was told itself, and the mark in the commit keeps each to once.
  const loop = createLoop({
    name: 'inbound',
    platform,
    turn: async () => {
      await acting.actOnStored();
      await refusals.forgetOld();
      return SWEEP_EVERY_MS;
    },
    failed: (error) => observer.notice('error', 'the look for stored messages failed', { error: errorWords(error) }),
  });

  return {
    methods(system, path) {
      const found = callbacksOf(system, path);
      return found.length === 0 ? undefined : [...new Set(found.flatMap((each) => each.methods))];
    },
    receive,
    actOnStored: acting.actOnStored,
    settled: acting.settled,
    // One that never ends holds no stop up: it is left stored.
    loop: { ...loop, stop: (graceMs) => acting.rest(loop.stop(graceMs)) },
  };
}

const NOTHING = new Uint8Array();
