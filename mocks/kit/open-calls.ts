import type { OpenCounters } from './simulation.ts';

/** What a request holds on whatever it changes while it is open; ended once, in whatever way it ends. */
export interface OpenCall {
  /** The caller has its answer or went away. `effectOutstanding`: the portal has yet to act on it. */
  end(effectOutstanding: boolean): void;
  /** An outstanding effect has taken place. */
  acted(): void;
}

/** Which things have a changing request open now: the witness that a stream never has two open sends (I3). */
export class OpenCalls {
  readonly #counters: OpenCounters;
  readonly #open = new Map<string, number>();
  readonly #outstanding = new Map<string, number>();
  readonly #overlapped: (code: string) => void;

  constructor(counters: OpenCounters, overlapped: (code: string) => void) {
    this.#counters = counters;
    this.#overlapped = overlapped;
  }

  forgetOutstanding(): void {
    this.#outstanding.clear();
  }

  begin(codes: readonly string[]): OpenCall {
    this.#counters.openNow += 1;
    this.#counters.openMost = Math.max(this.#counters.openMost, this.#counters.openNow);
    const held = codes.length < 2 ? codes : [...new Set(codes)];
    for (const code of held) {
      if (raise(this.#open, code) > 1) {
        this.#counters.overlaps += 1;
        this.#overlapped(code);
      }
      if (this.#outstanding.has(code)) this.#counters.duringLate += 1;
    }
    let open = true;
    let outstanding = false;
    return {
      end: (effectOutstanding) => {
        if (!open) return;
        open = false;
        outstanding = effectOutstanding;
        this.#counters.openNow -= 1;
        for (const code of held) {
          lower(this.#open, code);
          if (effectOutstanding) raise(this.#outstanding, code);
        }
      },
      acted: () => {
        if (!outstanding) return;
        outstanding = false;
        for (const code of held) lower(this.#outstanding, code);
      },
    };
  }
}

function raise(counts: Map<string, number>, code: string): number {
  const count = (counts.get(code) ?? 0) + 1;
  counts.set(code, count);
  return count;
}

function lower(counts: Map<string, number>, code: string): void {
  const count = (counts.get(code) ?? 1) - 1;
  if (count === 0) counts.delete(code);
  else counts.set(code, count);
}
