import type { Outcome } from '../../adapters/adapter.ts';
import { journalLine, journalLines } from '../chronicle/journal-line.ts';
import { happened, raise } from '../chronicle/raise.ts';
import { type SystemEventType, systemPaused, systemResumed } from '../delivery/event-types.ts';
import { codeOf } from '../delivery/rules/outcome-code.ts';
import { pauseLanes, resumeLanes } from '../delivery/sending/lanes.ts';
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
   * probed before this answers. How that went is not part of the answer; a credential refused once more is paused again.
   */
  resume(system: string, actor: string, reason: string): Promise<ControlAnswer>;
  probe(system: string, actor: string): Promise<ProbeAnswer>;
}
export type ControlAnswer = 'done' | 'not-configured' | undefined;
export type ProbeAnswer =
  | { readonly outcome: Outcome['kind']; readonly code: string | null; readonly durationMs: number }
  | 'not-configured'
  | undefined;

const LONGEST_PROBE_MS = 60_000;

export function createSystemControl(parts: {
  readonly engine: Engine;
  readonly systems: Systems;
  readonly platform: Platform;
  readonly queries: Queries;
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
    reason: string,
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
      update,
      raise([happened(platform, event, { system: name, ref: name, data: { lane: null, reason } })]),
    ]);
    return 'done' as const;
  }

  async function ask(name: string) {
    const stop = new AbortController();
    const cancel = platform.after(LONGEST_PROBE_MS, () => stop.abort());
    return queries.probe(name, { signal: stop.signal }).finally(cancel);
  }

  return {
    pause: (name, actor, reason) =>
      change(name, pauseLanes(name, actor, reason), ...([`paused: ${reason}`, actor, systemPaused, reason] as const)),
    async resume(name, actor, reason) {
      const done = await change(name, resumeLanes(name), ...(['running', actor, systemResumed, reason] as const));
      // The resumption stands already: a probe that could not be recorded takes nothing from it.
      if (done === 'done') await ask(name).catch(() => undefined);
      if (done === 'done') for (const lane of ['command', 'interactive']) parts.wake(`${name}/${lane}`);
      return done;
    },
    async probe(name, actor) {
      if (systems.get(name) === undefined) return undefined;
      const began = platform.steady();
      const outcome = await ask(name);
      if (outcome.kind === 'not-configured') return 'not-configured';
      await engine.batch([
        journalLine({
          id: `system:${name}:${newId(platform, 't')}`,
          ref: `system:${name}`,
          to: `probed: ${outcome.kind}`,
          actor,
        }),
      ]);
      for (const lane of ['command', 'interactive']) parts.wake(`${name}/${lane}`);
      return { outcome: outcome.kind, code: codeOf(outcome), durationMs: platform.steady() - began };
    },
  };
}
