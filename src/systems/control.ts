import type { Outcome } from '../../adapters/adapter.ts';
import { journalLine, journalLines } from '../chronicle/journal-line.ts';
import { happened, raise } from '../chronicle/raise.ts';
import { keptWords } from '../crypto/kept-words.ts';
import type { Vault } from '../crypto/vault.ts';
import { type SystemEventType, systemPaused, systemResumed } from '../delivery/event-types.ts';
import { codeOf } from '../delivery/rules/outcome-code.ts';
import { type Lanes, pauseLanes, resumeLanes } from '../delivery/sending/lanes.ts';
import type { Queries } from '../delivery/sending/query.ts';
import type { Systems } from '../delivery/systems.ts';
import { newId, type Platform } from '../platform.ts';
import type { Engine, Statement } from '../store/engine.ts';

/** What a person may do to a system. `not-configured`: there is nothing to act on; undefined: no such system. */
export interface SystemControl {
  /** Nothing is sent or asked until it is resumed. Doing it again changes the reason. */
  pause(system: string, actor: string, reason: string): Promise<ControlAnswer>;
  /**
   * Sending goes on. A login that the adapter had ceased to try is tried again at once, once and for real: the system is
   * probed before this answers. What they asked us to wait ends. A credential refused once more is paused again.
   */
  resume(system: string, actor: string, reason: string): Promise<ControlAnswer>;
  probe(system: string, actor: string): Promise<ProbeAnswer>;
}
/** How a probe went. */
export interface Probed {
  readonly outcome: Outcome['kind'];
  readonly code: string | null;
  /** False: nobody was asked, because the refused credential rests. */
  readonly asked: boolean;
  /** A person's next try is not made before, epoch milliseconds; null where nothing keeps it. */
  readonly restsUntil: number | null;
  readonly durationMs: number;
}
export type ControlAnswer =
  | { readonly did: 'paused' | 'resumed'; readonly probe: Probed | null }
  | 'not-configured'
  | undefined;
export type ProbeAnswer = Probed | 'not-configured' | undefined;

/** What the event says of why: the words themselves are for whoever may see the system. */
const BY_A_PERSON = 'by-a-person';
const LONGEST_PROBE_MS = 60_000;

export function createSystemControl(parts: {
  readonly engine: Engine;
  readonly systems: Systems;
  readonly platform: Platform;
  readonly vault: Pick<Vault, 'sealOwn'>;
  readonly queries: Queries;
  readonly lanes: Pick<Lanes, 'lift'>;
  /** Told when a lane may have work at once. */
  readonly wake: (lane: string) => void;
}): SystemControl {
  const { engine, systems, platform, queries } = parts;

  /** The change, its journal line and its event in one commit. */
  async function change(
    name: string,
    update: Statement,
    to: string,
    actor: string,
    event: SystemEventType,
    why?: string,
  ) {
    const system = systems.get(name);
    if (system === undefined) return undefined;
    if (system.adapter === undefined) return 'not-configured';
    const id = newId(platform, 't');
    await engine.batch([
      journalLines(
        {
          id: `'system:' || ?1 || ':' || ?2`,
          ref: `'system:' || ?1`,
          from: `case when max(l.paused_reason) is null then 'running' else 'paused: ' || max(l.paused_reason) end`,
          to: '?3',
          actor: '?4',
          source: 'from lane l where l.system = ?1',
        },
        name,
        id,
        to,
        actor,
      ),
      ...(why === undefined
        ? []
        : [journalLine({ id: `system:${name}:${id}:reason`, ref: `system:${name}`, to: `reason: ${why}`, actor })]),
      update,
      raise([happened(platform, event, { system: name, ref: name, data: { lane: null, reason: BY_A_PERSON } })]),
    ]);
    return 'done' as const;
  }

  async function ask(name: string): Promise<Probed | 'not-configured'> {
    const began = platform.steady();
    const stop = new AbortController();
    const cancel = platform.after(LONGEST_PROBE_MS, () => stop.abort());
    const outcome = await queries.probe(name, { signal: stop.signal }).finally(cancel);
    if (outcome.kind === 'not-configured') return 'not-configured';
    const rest = outcome.kind === 'not-sent' && outcome.ours === true ? outcome : undefined;
    return {
      outcome: outcome.kind,
      code: codeOf(outcome),
      asked: rest?.heard !== true,
      restsUntil: rest?.retryAfterMs === undefined ? null : platform.wall() + rest.retryAfterMs,
      durationMs: platform.steady() - began,
    };
  }

  return {
    async pause(name, actor, reason) {
      const kept = await keptWords(parts.vault, { column: 'lane.paused_reason' }, reason);
      const done = await change(name, pauseLanes(name, actor, kept), `paused: ${kept}`, actor, systemPaused);
      return done === 'done' ? { did: 'paused', probe: null } : done;
    },
    async resume(name, actor, reason) {
      const kept = await keptWords(parts.vault, { column: 'journal.to_state' }, reason);
      const done = await change(name, resumeLanes(name), 'running', actor, systemResumed, kept);
      if (done !== 'done') return done;
      await parts.lanes.lift(name, () => newId(platform, 't'));
      // The resumption stands already: a probe that could not be recorded takes nothing from it.
      const probe = await ask(name).catch(() => null);
      for (const lane of ['command', 'interactive']) parts.wake(`${name}/${lane}`);
      return { did: 'resumed', probe: probe === 'not-configured' ? null : probe };
    },
    async probe(name, actor) {
      if (systems.get(name) === undefined) return undefined;
      const probed = await ask(name);
      if (probed === 'not-configured') return 'not-configured';
      await engine.batch([
        journalLine({
          id: `system:${name}:${newId(platform, 't')}`,
          ref: `system:${name}`,
          to: `probed: ${probed.outcome}`,
          actor,
        }),
      ]);
      for (const lane of ['command', 'interactive']) parts.wake(`${name}/${lane}`);
      return probed;
    },
  };
}
