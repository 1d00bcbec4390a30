import { type Ask, type Drift, type InboundReply, type InboundRequest, isDrift } from '../../adapters/adapter.ts';
import type { DeliveryObserver } from '../delivery/observer.ts';
import type { Platform } from '../platform.ts';
import type { Askers } from '../room.ts';
import type { Engine } from '../store/engine.ts';
import { parsedBy } from './parsed.ts';

/** Questions of one system whose answers are being made at one time, those that came too late included. */
const AT_ONCE = 64;

/** Answers questions of systems that were verified: with what the room makes now, within their bounds, and keeps none. */
export function createAsking(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly askers: Pick<Askers, 'get'>;
  readonly observer: DeliveryObserver;
}) {
  const { engine, platform, askers, observer } = parts;
  const open = new Map<string, number>();
  const count = (system: string, by: number): void => void open.set(system, (open.get(system) ?? 0) + by);

  async function make(
    system: string,
    ask: Ask,
    request: InboundRequest,
    isLate: () => boolean,
  ): Promise<InboundReply | Drift | undefined> {
    const question = await parsedBy(ask, request);
    if (isDrift(question)) return question;
    const { type, ref, data } = question;
    const asker = askers.get(`${system}/${type}`);
    if (asker === undefined) {
      observer.notice('error', 'nobody answers this type of question', { system, path: ask.path, type });
      return undefined;
    }
    const { answer, statements } = await asker({ system, ref, data });
    if (isLate()) return undefined;
    const reply = ask.reply({ kind: 'answered', question, answer });
    if (statements.length > 0) await engine.batch(statements);
    return reply;
  }

  return {
    /**
     * Undefined: no answer can be given, or not in time. One that was given up writes nothing afterwards; only where the
     * time ran out during the commit itself its statements may stand.
     */
    async answer(system: string, ask: Ask, request: InboundRequest): Promise<InboundReply | Drift | undefined> {
      const { path } = ask;
      if ((open.get(system) ?? 0) >= AT_ONCE) {
        observer.notice('warn', 'too many questions at once', { system, path });
        return undefined;
      }
      count(system, 1);
      let late = false;
      let cancel = (): void => {};
      const bound = new Promise<undefined>((resolve) => {
        cancel = platform.after(ask.timeoutMs, () => {
          late = true;
          observer.notice('warn', 'a question was not answered in time', { system, path });
          resolve(undefined);
        });
      });
      const made = make(system, ask, request, () => late).finally(() => {
        count(system, -1);
        cancel();
      });
      return Promise.race([made, bound]);
    },
  };
}
