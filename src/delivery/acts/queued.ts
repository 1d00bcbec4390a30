import { sealJson } from '../../crypto/subject-keys.ts';
import { subjectsFrom } from '../../crypto/subject-rows.ts';
import type { SubjectKey, Vault } from '../../crypto/vault.ts';
import { newId, type Platform } from '../../platform.ts';
import { commands, type Statement } from '../../store/engine.ts';
import { laneName } from '../sending/lanes.ts';
import { enqueue, type StampedBy } from '../statements.ts';
import { INPUT_PURPOSE } from './sealed-input.ts';

/** An act that the dispatcher is to send, as its room has judged and prepared it. */
export interface QueuedPlan {
  readonly system: string;
  readonly operation: string;
  /** Ours, random, never a counter: what they are asked by. */
  readonly reference: string;
  /** Everything of the wire message that is ours to fix: times, texts, the reference. */
  readonly input: unknown;
  /** Whose data it is; made with the act where it is new. */
  readonly subject: SubjectKey & { readonly kind: string };
  readonly actor: string;
}

/** The same with its input sealed: what a commit takes. */
export interface SealedAct extends Omit<QueuedPlan, 'input'> {
  readonly exchange: string;
  readonly payload: string;
  readonly hash: string;
}

/** Seals what is sent, before the commit. Throws where the subject's key is gone: then nothing may be sent. */
export async function sealAct(
  parts: { readonly vault: Vault; readonly platform: Platform },
  { input, ...plan }: QueuedPlan,
): Promise<SealedAct> {
  const exchange = newId(parts.platform, 'x');
  const payload = await sealJson(parts.vault, plan.subject, INPUT_PURPOSE, exchange, input);
  if (payload === null) throw new Error(`${plan.system}/${plan.operation}: an act has an input`);
  const [hash = ''] = await parts.vault.digest([payload]);
  return { ...plan, exchange, payload, hash };
}

/**
 * For the commit of the room that begins acts, after the statement that stamped its own rows: each act is a stream of its
 * own, and begins only where its row (`stampedRow`) of `stampedBy` carries the token. Wake `system/command` afterwards.
 */
export function enqueueActs(input: {
  readonly acts: readonly (SealedAct & { readonly stampedRow: string })[];
  readonly stampedBy: StampedBy;
  readonly token: string;
}): Statement[] {
  const { acts, stampedBy, token } = input;
  const streamOf = ({ system, reference }: SealedAct): string => `${system}:${reference}`;
  return [
    ...enqueue({
      streams: acts.map((act) => ({
        stream: streamOf(act),
        system: act.system,
        key: act.reference,
        stampedRow: act.stampedRow,
        lane: laneName(act.system, 'command'),
        count: 1,
        version: 0,
        alreadyThere: false,
        settlesDoubt: true,
      })),
      exchanges: acts.map((act) => ({
        id: act.exchange,
        stream: streamOf(act),
        back: 1,
        operation: act.operation,
        kind: 'act',
        version: null,
        subject: act.subject.id,
        part: null,
        payload: act.payload,
        hash: act.hash,
        actor: act.actor,
      })),
      stampedBy,
      token,
      mayExist: false,
    }),
    subjectsFrom(
      {
        ...{ id: `v.value->>'id'`, kind: `v.value->>'kind'`, ref: `v.value->>'ref'` },
        ...{ salt: `v.value->>'salt'`, epoch: `v.value->>'epoch'`, once: true },
        source: `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2 where true`,
      },
      commands(acts.map((act) => ({ ...act.subject, ref: act.reference, stream: streamOf(act) }))),
      token,
    ),
  ];
}
