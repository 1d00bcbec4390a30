import type { CallReply, OutgoingCall } from '../kit/calling-out.ts';
import { seedOf } from '../kit/random.ts';
import { type TellingPlan, tellUntilTaken } from '../kit/telling.ts';

export interface Letter extends OutgoingCall {
  /** The order_code or referenceCode that it is about, whatever it says. */
  readonly about: string;
  /** False once a reset has forgotten what it is about. */
  stands(): boolean;
  /** Hears how its telling goes. */
  mark?(how: 'calling' | 'error' | 'done'): void;
}

/** What came of a letter, once. */
export interface Told {
  readonly about: string;
  readonly sent: string;
  readonly attempt: number;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly taken: boolean;
  readonly body: string;
  readonly tookMs: number;
}

interface TellerOptions {
  readonly seed: number;
  readonly limits: () => { readonly attempts: number; readonly retryMs: number; readonly timeoutMs: number };
  pause(ms: number): Promise<void>;
  isTaken(reply: CallReply<Letter>): boolean;
}

const MOST_KEPT = 5_000;

/** Sends letters as their plan says, and keeps what came of them: one for the gateway's notices, one for the bank's. */
export class Teller {
  readonly #options: TellerOptions;
  /** Oldest first. */
  told: Told[] = [];
  /** Kept back until they are let go, as they were written. */
  held: Letter[] = [];
  /** Tellings under way. */
  telling = 0;
  /** Letters that went, repeats included, and those of them that were taken. */
  readonly counts = { went: 0, taken: 0 };

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** `first` hears when every letter has gone once. */
  async tell(letters: readonly Letter[], plan: TellingPlan, first = (): void => undefined): Promise<readonly Told[]> {
    if (letters.length === 0 || plan.lost) return [];
    if (plan.held) {
      this.held.push(...letters);
      return [];
    }
    const { seed, limits, pause, isTaken } = this.#options;
    const all: Told[] = [];
    this.telling += 1;
    for (const letter of letters) letter.mark?.('calling');
    try {
      await tellUntilTaken<Letter>({
        calls: letters,
        plan,
        ...limits(),
        seed: () => seedOf(seed, this.counts.went),
        pause,
        stands: (letter) => letter.stands(),
        isTaken,
        heard: (round) => {
          const done = new Set(round.filter(({ taken }) => taken).map(({ call }) => call));
          for (const { call } of round) call.mark?.(done.has(call) ? 'done' : 'error');
          const told = round.map(({ call, attempt, status, taken, body, tookMs }) => {
            return { about: call.about, sent: call.body ?? '', attempt, status, taken, body, tookMs };
          });
          this.counts.went += told.length;
          this.counts.taken += done.size;
          this.told = [...this.told, ...told].slice(-MOST_KEPT);
          all.push(...told);
          first();
        },
      });
    } finally {
      this.telling -= 1;
    }
    return all;
  }

  /** Lets go what was kept back. */
  release(plan: TellingPlan): Promise<readonly Told[]> {
    return this.tell(this.held.splice(0), plan);
  }

  forget(): void {
    this.told = [];
    this.held = [];
    Object.assign(this.counts, { went: 0, taken: 0 });
  }
}
