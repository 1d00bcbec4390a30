import { destination, type Logger, pino } from 'pino';
import { type Log, type LogLevel, logTo } from '../../observability/log.ts';

export interface NodeLog {
  readonly log: Log;
  /** Writes what is still in memory: before the process ends. */
  flush(): void;
}

/**
 * JSON lines on standard output (or the file given) by pino. Which fields a line may carry is decided in
 * `observability/log.ts`, so nothing has to be redacted here. Lines are gathered for a moment, warnings and worse go
 * out at once.
 */
export function nodeLog(level: LogLevel, to: string | number = 1): NodeLog {
  const out = destination({ dest: to, sync: false, minLength: 4096, mkdir: true });
  const lines: Logger = pino(
    { level, base: null, messageKey: 'message', timestamp: () => `,"time":"${new Date().toISOString()}"` },
    out,
  );
  const flush = (): void => {
    try {
      out.flushSync();
    } catch {
      // Not opened yet, or its reader is gone: there is nowhere to say so.
    }
  };
  const timer = setInterval(() => out.flush(), 1_000);
  timer.unref();
  return {
    log: logTo({
      level,
      write: (at, sentence, fields) => {
        lines[at](fields, sentence);
        if (at === 'warn' || at === 'error' || at === 'fatal') flush();
      },
    }),
    flush,
  };
}
