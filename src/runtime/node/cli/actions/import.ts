import { createHash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { z } from 'zod';
import type { ImportAnswer } from '../../../../../contracts/v1/dossier.ts';
import { appendDurably, replaceFile } from '../../durable-file.ts';
import { type GatewayClient, GatewayRefused, GatewayUnreachable } from '../client.ts';
import { Failure } from '../failure.ts';
import { number } from '../output.ts';
import { type ProgressLine, progressLine } from '../progress.ts';

export interface ImportReport {
  /** Answered in this run. */
  readonly lines: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Lines of this run that were neither taken nor already held. */
  readonly refused: number;
  readonly refusedFile: string;
  readonly nextLine: number;
  /** Why it ended before the end of the file, in words; undefined when the whole file was answered. */
  readonly stopped: string | undefined;
}

export interface ImportOptions {
  readonly mode: 'send' | 'already-national';
  readonly restart: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: ProgressLine;
}

const cursor = z.strictObject({
  /** The last line that was answered. */
  line: z.int().min(0),
  mode: z.enum(['send', 'already-national']),
  /** Of the file's beginning, so that another file under the same name is not taken for this one. */
  begins: z.strictObject({ bytes: z.int(), sha256: z.string() }),
});
type Cursor = z.infer<typeof cursor>;

/** Answers after which the cursor is written again. */
const CURSOR_EVERY = 500;
const BEGINNING_BYTES = 65_536;
const CHUNK_BYTES = 256 * 1024;

/**
 * Streams an NDJSON file to the gateway. How far it got stands in `FILE.cursor`, so that the same command after a break
 * goes on there; a line that is sent twice changes nothing, because revisions order what is held. Lines that were
 * refused are appended to `FILE.refused.ndjson` with their reasons, before the cursor passes them.
 */
export async function importFile(client: GatewayClient, file: string, options: ImportOptions): Promise<ImportReport> {
  const cursorFile = `${file}.cursor`;
  const refusedFile = `${file}.refused.ndjson`;
  const bytes = statSync(file).size;
  if (options.restart) for (const old of [cursorFile, refusedFile]) rmSync(old, { force: true });
  const done = existsSync(cursorFile) ? readCursor(cursorFile, file, options.mode).line : 0;
  const begins = beginningOf(file, BEGINNING_BYTES);

  const progress = options.progress ?? progressLine();
  const counts: Record<string, number> = {};
  let [last, lines, refused, read] = [done, 0, 0, 0];
  let refusedText = '';
  let stopped: string | undefined;
  const started = performance.now();

  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
      if (options.signal?.aborted) return;
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  }
  const flush = (): void => {
    if (refusedText !== '') appendDurably(refusedFile, refusedText);
    refusedText = '';
    replaceFile(cursorFile, `${JSON.stringify({ line: last, mode: options.mode, begins } satisfies Cursor)}\n`);
  };
  const tell = (): void => {
    const perSecond = Math.round((lines * 1000) / (performance.now() - started + 1));
    progress.show(
      read / Math.max(bytes, 1),
      `${number(done + lines)} hồ sơ (dossiers) · ${number(perSecond)}/s · bị từ chối (refused) ${number(refused)}`,
    );
  };

  const path = `/v1/dossiers/import?mode=${options.mode}&from=${done + 1}`;
  try {
    for await (const text of client.stream(path, chunks(), 'application/x-ndjson')) {
      const answer = JSON.parse(text) as ImportAnswer;
      if (answer.outcome === 'unavailable')
        stopped ??=
          answer.code === null
            ? 'cổng đang dừng (the gateway is stopping)'
            : 'cổng tạm thời không ghi được (the gateway cannot write for now)';
      // What follows a line that was not taken may have been taken: it is sent again, and then is unchanged.
      if (stopped !== undefined) continue;
      counts[answer.outcome] = (counts[answer.outcome] ?? 0) + 1;
      last = answer.line;
      lines++;
      if (answer.outcome !== 'accepted' && answer.outcome !== 'unchanged') {
        refused++;
        refusedText += `${text}\n`;
      }
      if (lines % CURSOR_EVERY === 0) {
        flush();
        tell();
      }
      if (options.signal?.aborted) break;
    }
    if (options.signal?.aborted) stopped ??= 'đã dừng theo yêu cầu (stopped on request)';
  } catch (error) {
    if (error instanceof GatewayRefused || (error instanceof GatewayUnreachable && lines === 0)) throw error;
    if (!(error instanceof GatewayUnreachable)) throw error;
    stopped = `mất kết nối với cổng, ${error.reason} (the connection to the gateway was lost)`;
  } finally {
    if (lines > 0) {
      flush();
      tell();
    }
    progress.end();
  }
  return { lines, counts, refused, refusedFile, nextLine: last + 1, stopped };
}

function readCursor(cursorFile: string, file: string, mode: Cursor['mode']): Cursor {
  const parsed = cursor.safeParse(tryJson(readFileSync(cursorFile, 'utf8')));
  if (!parsed.success)
    throw new Failure(
      `${cursorFile} không đọc được; xóa nó hoặc dùng --restart`,
      'the cursor cannot be read: remove it or use --restart',
    );
  const { begins } = parsed.data;
  if (beginningOf(file, begins.bytes).sha256 !== begins.sha256)
    throw new Failure(
      `${file} không phải tệp đã nạp dở; dùng --restart để nạp từ đầu`,
      'this is not the file that was begun: use --restart to load it from its first line',
    );
  if (parsed.data.mode !== mode)
    throw new Failure(
      `tệp đang nạp dở với --mode ${parsed.data.mode}; giữ nguyên chế độ hoặc dùng --restart`,
      `it was begun with --mode ${parsed.data.mode}: keep that mode or use --restart`,
    );
  return parsed.data;
}

function beginningOf(file: string, most: number): Cursor['begins'] {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(most);
    const bytes = readSync(handle, buffer, 0, most, 0);
    return { bytes, sha256: createHash('sha256').update(buffer.subarray(0, bytes)).digest('hex') };
  } finally {
    closeSync(handle);
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
