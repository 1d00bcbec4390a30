import { createReadStream, statSync } from 'node:fs';
import type { z } from 'zod';
import type { statementView } from '../../../../../contracts/v1/statement.ts';
import { type GatewayClient, GatewayRefused } from '../client.ts';
import { explain } from '../failure.ts';
import { number } from '../output.ts';
import { type ProgressLine, progressLine } from '../progress.ts';

export type StatementView = z.output<typeof statementView>;

/** What became of one file. */
export type TakenFile =
  | { readonly file: string; readonly taken: StatementView }
  /** The statement that it is. */
  | { readonly file: string; readonly already: string }
  | {
      readonly file: string;
      readonly problems: readonly { readonly line: number; readonly column: string | null; readonly message: string }[];
    }
  /** It could not be read from this machine's disk, or the gateway refused this one file for another reason. */
  | { readonly file: string; readonly failed: string };

export interface TakeOptions {
  readonly source?: string;
  readonly account?: string;
  readonly preview: boolean;
  readonly progress?: ProgressLine;
}

const PIECE_BYTES = 256 * 1024;
/** Refusals that are about one file; any other would meet the next one too. */
const OF_ONE_FILE: ReadonlySet<string> = new Set(['body-too-large']);

/** Streams a statement file to the gateway as bytes, never the whole of it in memory, with progress. */
export async function takeStatement(client: GatewayClient, file: string, options: TakeOptions): Promise<TakenFile> {
  const query = new URLSearchParams({
    preview: String(options.preview),
    ...(options.source === undefined ? {} : { source: options.source }),
    ...(options.account === undefined ? {} : { account: options.account }),
  });
  const progress = options.progress ?? progressLine();
  let wrongFile: unknown;
  try {
    const size = statSync(file).size;
    const path = `/v1/reconciliation/statements?${query}`;
    return { file, taken: await client.upload<StatementView>(path, bytes(size)) };
  } catch (error) {
    const ours = wrongFile ?? error;
    if (isOfDisk(ours)) return { file, failed: explain(ours).text };
    if (!(error instanceof GatewayRefused)) throw error;
    const refused = ofContent(file, error);
    if (refused !== undefined) return refused;
    if (OF_ONE_FILE.has(error.code)) return { file, failed: explain(error).text };
    throw error;
  } finally {
    progress.end();
  }

  async function* bytes(size: number): AsyncGenerator<Uint8Array> {
    let sent = 0;
    try {
      for await (const piece of createReadStream(file, { highWaterMark: PIECE_BYTES })) {
        yield piece as Uint8Array;
        sent += (piece as Uint8Array).length;
        progress.show(sent / Math.max(size, 1), `${file}: ${number(sent)} / ${number(size)} byte`);
      }
    } catch (error) {
      wrongFile = error;
      throw error;
    }
  }
}

const ORDERS = 'vietcombank-orders';

/** Has the gateway fetch the orders of some days; what became of the list, told like that of a file. */
export async function fetchStatement(client: GatewayClient, date: string): Promise<TakenFile> {
  const file = `${ORDERS} ${date}`;
  try {
    const { body } = await client.json<StatementView>('POST', '/v1/reconciliation/statements/fetch', {
      ...{ source: ORDERS, date },
    });
    return { file, taken: body };
  } catch (error) {
    const refused = error instanceof GatewayRefused ? ofContent(file, error) : undefined;
    if (refused === undefined) throw error;
    return refused;
  }
}

/** It is there already, or does not add up; undefined of any other refusal. */
function ofContent(file: string, { code, document }: GatewayRefused): TakenFile | undefined {
  const { statement = '', problems = [] } = (document ?? {}) as { statement?: string; problems?: never[] };
  if (code === 'already-taken') return { file, already: statement };
  return code === 'unreadable-statement' ? { file, problems } : undefined;
}

/** Errors of the file system name the call that failed; those of sockets come wrapped. */
const isOfDisk = (error: unknown): boolean =>
  error instanceof Error && ['open', 'read', 'stat'].includes(String((error as { syscall?: unknown }).syscall));
