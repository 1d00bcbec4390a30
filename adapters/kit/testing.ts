import type { CallContext, Transport, WireFault, WireRequest } from '../adapter.ts';
import { type TextReply, utf8 } from './bytes.ts';
import { memorySessions } from './memory-sessions.ts';

export interface ScriptedSystem {
  readonly requests: WireRequest[];
  readonly kept: string[];
  /** Epoch milliseconds, moved by hand. */
  at: number;
  context(changes?: Partial<CallContext>): CallContext;
}

/** A transport that answers from a function and a context around it, for an adapter's own tests: no socket, no time. */
export function scriptedSystem(answer: (request: WireRequest, n: number) => TextReply | WireFault): ScriptedSystem {
  const requests: WireRequest[] = [];
  const kept: string[] = [];
  const sessions = memorySessions();
  const transport: Transport = {
    async send(request) {
      requests.push(request);
      const reply = answer(request, requests.length);
      return 'cause' in reply ? reply : { ...reply, body: utf8(reply.body) };
    },
  };
  return {
    requests,
    kept,
    at: Date.UTC(2022, 11, 1),
    context(changes = {}) {
      return {
        transport,
        sessions,
        signal: new AbortController().signal,
        timeoutMs: 1_000,
        oneOff: false,
        wall: () => this.at,
        steady: () => this.at,
        traceparent: undefined,
        keep: (raw) => {
          kept.push(raw);
        },
        ...changes,
      };
    },
  };
}

/** A JSON answer. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): TextReply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}
