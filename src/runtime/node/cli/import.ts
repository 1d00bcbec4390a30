import { createReadStream, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { ImportAnswer } from '../../../../contracts/v1/dossier.ts';
import type { GatewayClient } from './client.ts';
import { progressLine } from './progress.ts';

export interface ImportReport {
  readonly lines: number;
  readonly counts: Readonly<Record<string, number>>;
  /** False when the gateway stopped before the end; the same command goes on from there. */
  readonly complete: boolean;
}

/** Answers after which the cursor is written again. */
const CURSOR_EVERY = 500;

/**
 * Streams an NDJSON file to the gateway. The number of the last answered line is kept in `FILE.cursor`, so that the
 * same command after a break goes on where it stopped; repeating a line is harmless in any case. Lines that were
 * refused are appended to `FILE.refused.ndjson` with their reasons.
 */
export async function importFile(
  client: GatewayClient,
  file: string,
  options: { readonly mode: 'send' | 'already-national'; readonly restart: boolean },
): Promise<ImportReport> {
  const cursorFile = `${file}.cursor`;
  const refusedFile = `${file}.refused.ndjson`;
  if (options.restart) for (const old of [cursorFile, refusedFile]) rmSync(old, { force: true });
  const done = existsSync(cursorFile) ? Number(readFileSync(cursorFile, 'utf8')) : 0;
  if (!Number.isSafeInteger(done) || done < 0)
    throw new Error(`${cursorFile} does not hold a line number; remove it or use --restart`);
  const bytes = statSync(file).size;
  let read = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  }
  const progress = progressLine();
  const counts: Record<string, number> = {};
  let last = done;
  let lines = 0;
  let unavailable = false;
  let refused = '';
  const started = Date.now();
  const flush = () => {
    writeFileSync(cursorFile, String(last));
    if (refused !== '') writeFileSync(refusedFile, refused, { flag: 'a' });
    refused = '';
  };
  try {
    for await (const text of client.stream(
      `/v1/dossiers/import?mode=${options.mode}&from=${done + 1}`,
      chunks(),
      'application/x-ndjson',
    )) {
      const answer = JSON.parse(text) as ImportAnswer;
      counts[answer.outcome] = (counts[answer.outcome] ?? 0) + 1;
      if (answer.outcome === 'unavailable') {
        unavailable = true;
        continue;
      }
      if (unavailable) continue;
      last = answer.line;
      lines++;
      if (answer.outcome !== 'accepted' && answer.outcome !== 'unchanged') refused += `${text}\n`;
      if (lines % CURSOR_EVERY === 0) {
        flush();
        progress.show(
          read / Math.max(bytes, 1),
          `${lines.toLocaleString('vi-VN')} hồ sơ (dossiers), ${Math.round((lines * 1000) / (Date.now() - started + 1)).toLocaleString('vi-VN')}/s`,
        );
      }
    }
    const complete = !unavailable;
    if (complete) progress.show(1, `${lines.toLocaleString('vi-VN')} hồ sơ (dossiers)`);
    return { lines, counts, complete };
  } finally {
    flush();
    progress.end();
  }
}
