import { STEP_MS } from '../clock.ts';

/** A server's clock as one look found it, milliseconds. */
export interface ServerLook {
  /** What the store adds to the server's wall. */
  readonly offsetMs: number;
  readonly wallMs: number;
}

export interface ServerClockPort {
  /** The row and the server's wall, in one statement; makes the row where there is none. */
  read(): Promise<ServerLook>;
  /** Changes the offset where it is still `from`. */
  change(from: number, to: number, stepMs: number): Promise<void>;
  /** Milliseconds of this machine that only go forward. */
  elapsed(): number;
  pause(ms: number): Promise<void>;
}

/**
 * The steady clock of a store that several processes reach on a server: the server's wall and an offset that all of them
 * share. Each process holds what it sees against its own elapsed time. Whoever finds that the server's wall was set, twice
 * in the same way, takes that out of the offset, once for all; who finds that another has changed the offset for a reason that
 * it did not see takes it as it is.
 */
export interface ServerClock {
  offsetMs(): number;
  /** What the store's clock should show now. */
  expectedMs(): number;
  /** It is time for a look: two clocks drift apart without being set. */
  isOld(): boolean;
  /** Looks, and mends the offset if it has to. Several at once look once. */
  look(): Promise<void>;
}

/** Two looks so far apart tell a set wall from a slow answer, milliseconds. */
const AGAIN_MS = 50;
const AGREE_MS = 500;
const LOOKS = 8;
const OLD_MS = 10_000;

export function serverClock(port: ServerClockPort): ServerClock {
  let known: { readonly offsetMs: number; readonly steadyMs: number; readonly elapsedMs: number } | undefined;
  let looking: Promise<void> | undefined;
  const expectedMs = (): number =>
    known === undefined ? 0 : Math.trunc(known.steadyMs + port.elapsed() - known.elapsedMs);
  const accept = ({ offsetMs, wallMs }: ServerLook): void => {
    known = { offsetMs, steadyMs: wallMs + offsetMs, elapsedMs: port.elapsed() };
  };
  const aheadMs = ({ offsetMs, wallMs }: ServerLook): number => wallMs + offsetMs - expectedMs();

  async function lookUntilAgreed(): Promise<void> {
    for (let looks = 0; looks < LOOKS; looks++) {
      const first = await port.read();
      const ahead = aheadMs(first);
      if (known === undefined || Math.abs(ahead) <= STEP_MS) return accept(first);
      // Somebody else took out what this process never saw: it is this process that stood still.
      const change = first.offsetMs - known.offsetMs;
      if (change !== 0 && Math.abs(ahead - change) <= STEP_MS) return accept(first);
      await port.pause(AGAIN_MS);
      const second = await port.read();
      if (second.offsetMs !== first.offsetMs || Math.abs(aheadMs(second) - ahead) > AGREE_MS) continue;
      const stepMs = Math.round(aheadMs(second));
      await port.change(second.offsetMs, second.offsetMs - stepMs, stepMs);
      return accept(await port.read());
    }
    throw new Error("the server's clock does not come to rest");
  }

  return {
    offsetMs: () => known?.offsetMs ?? 0,
    expectedMs,
    isOld: () => known !== undefined && port.elapsed() - known.elapsedMs > OLD_MS,
    look() {
      looking ??= lookUntilAgreed().finally(() => {
        looking = undefined;
      });
      return looking;
    },
  };
}
