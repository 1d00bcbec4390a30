const WIDTH = 16;
const REDRAW_MS = 100;
const PLAIN_MS = 5_000;

export interface ProgressLine {
  /** `share` is 0 to 1; the bar is left out when it is undefined. */
  show(share: number | undefined, text: string): void;
  /** A line that stays, above the one that moves. */
  note(text: string): void;
  end(): void;
}

/** As much of a terminal as is used here. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** One line on the terminal that is drawn over; in a file or a pipe, a line every few seconds. */
export function progressLine(out: Screen = process.stderr, now: () => number = () => performance.now()): ProgressLine {
  const terminal = out.isTTY === true;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let latest = '';
  let drawn = '';
  const draw = (): void => {
    drawn = latest;
    drawnAt = now();
    out.write(terminal ? `\r${latest.slice(0, (out.columns || 120) - 1)}\u001b[K` : `${latest}\n`);
  };
  return {
    show(share, text) {
      latest = `${share === undefined ? '' : `${bar(share)}  `}${text}`;
      if (now() - drawnAt >= (terminal ? REDRAW_MS : PLAIN_MS)) draw();
    },
    note(text) {
      out.write(terminal ? `\r${text}\u001b[K\n` : `${text}\n`);
      if (terminal && latest !== '') draw();
    },
    end() {
      if (latest === '') return;
      if (latest !== drawn) draw();
      if (terminal) out.write('\n');
      latest = '';
    },
  };
}

function bar(share: number): string {
  const bounded = Math.min(1, Math.max(0, share));
  const filled = Math.round(bounded * WIDTH);
  return `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ${String(Math.floor(bounded * 100)).padStart(3)} %`;
}
