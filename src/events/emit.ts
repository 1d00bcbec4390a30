import { systemPaused } from '../delivery/event-types.ts';
import { happened, raise } from '../feed/raise.ts';
import type { Platform } from '../platform.ts';
import type { Statement } from '../store/engine.ts';

interface Pause {
  readonly type: 'system.paused';
  readonly system: string;
  readonly ref: string;
  readonly data: { readonly lane: null; readonly reason: string };
}

/** Pauses as they are told, for the tests of routes. */
export const emit = (platform: Platform, events: readonly Pause[]): Statement =>
  raise(events.map(({ type: _, ...about }) => happened(platform, systemPaused, about)));
