import { mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, pino } from 'pino';
import { type Log, type LogLevel, logTo } from '../../observability/log.ts';

export interface NodeLog {
  readonly log: Log;
  /** Writes what is still in memory: before the process ends. */
  flush(): void;
}

/** Lines wait this long, or for this many characters, and are then written as one block. */
const BLOCK_MS = 100;
const BLOCK_CHARACTERS = 65_536;

/**
 * JSON lines on standard output, or appended to the file given, by pino. Which fields a line may carry is decided in
 * `observability/log.ts`, so nothing has to be redacted here. Warnings and worse are written at once; a process that
 * is killed loses at most the last moment of ordinary lines.
 */
export function nodeLog(level: LogLevel, file?: string): NodeLog {
  const put = file === undefined ? (block: string) => void process.stdout.write(block) : appendTo(file);
  let lines: string[] = [];
  let characters = 0;
  let waiting: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    if (lines.length === 0) return;
    const block = lines.join('');
    lines = [];
    characters = 0;
    put(block);
  };
  const logger: Logger = pino(
    { level, base: null, messageKey: 'message', timestamp: timestamps() },
    {
      write: (line: string) => {
        lines.push(line);
        characters += line.length;
        if (characters >= BLOCK_CHARACTERS) flush();
        else waiting ??= setTimeout(flush, BLOCK_MS);
      },
    },
  );
  return {
    log: logTo({
      level,
      write: (at, sentence, fields) => {
        logger[at](fields, sentence);
        if (at === 'warn' || at === 'error' || at === 'fatal') flush();
      },
    }),
    flush,
  };
}

function appendTo(file: string): (block: string) => void {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a', 0o640);
  return (block) => void writeSync(descriptor, block);
}

/** RFC 3339 to the millisecond. Lines of one millisecond share the text, because making it costs more than the rest. */
function timestamps(): () => string {
  let at = -1;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}
