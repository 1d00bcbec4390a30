const WIDTH = 28;
const REDRAW_MS = 100;
const PLAIN_MS = 5_000;

export interface ProgressLine {
  /** `share` is 0 to 1; the bar is left out when it is undefined. */
  show(share: number | undefined, text: string): void;
  end(): void;
}

/** One line on the terminal that is drawn over; in a file or a pipe, a line every few seconds. */
export function progressLine(out: NodeJS.WriteStream = process.stderr): ProgressLine {
  const terminal = out.isTTY === true;
  let drawnAt = 0;
  let latest = '';
  const draw = () => out.write(terminal ? `\r${latest.slice(0, (out.columns ?? 120) - 1)}\u001b[K` : `${latest}\n`);
  return {
    show(share, text) {
      const filled = Math.round((share ?? 0) * WIDTH);
      const bar =
        share === undefined
          ? ''
          : `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ${String(Math.round(share * 100)).padStart(3)} %  `;
      latest = `${bar}${text}`;
      const now = Date.now();
      if (now - drawnAt < (terminal ? REDRAW_MS : PLAIN_MS)) return;
      drawnAt = now;
      draw();
    },
    end() {
      if (latest === '') return;
      draw();
      if (terminal) out.write('\n');
      latest = '';
    },
  };
}
