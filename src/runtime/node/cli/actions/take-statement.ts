import { createReadStream, statSync } from 'node:fs';
import type { z } from 'zod';
import type { statementView } from '../../../../../contracts/v1/statement.ts';
import { type GatewayClient, GatewayRefused } from '../client.ts';
import { number } from '../output.ts';
import { progressLine } from '../progress.ts';

type StatementView = z.output<typeof statementView>;

/** What became of one file. */
export type TakenFile =
  | { readonly file: string; readonly taken: StatementView }
  | { readonly file: string; readonly already: string }
  | {
      readonly file: string;
      readonly problems: readonly { readonly line: number; readonly column: string | null; readonly message: string }[];
    };

export interface TakeOptions {
  readonly source?: string;
  readonly account?: string;
  readonly preview: boolean;
}

/** Streams a statement file to the gateway, with progress. */
export async function takeStatement(client: GatewayClient, file: string, options: TakeOptions): Promise<TakenFile> {
  const query = new URLSearchParams({
    preview: String(options.preview),
    ...(options.source === undefined ? {} : { source: options.source }),
    ...(options.account === undefined ? {} : { account: options.account }),
  });
  const size = statSync(file).size;
  const progress = progressLine();
  let sent = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const piece of createReadStream(file)) {
      yield piece as Uint8Array;
      sent += (piece as Uint8Array).length;
      progress.show(size === 0 ? undefined : sent / size, `${file}: ${number(sent)} / ${number(size)} byte`);
    }
  }
  try {
    return { file, taken: await client.upload<StatementView>(`/v1/reconciliation/statements?${query}`, bytes()) };
  } catch (error) {
    if (!(error instanceof GatewayRefused)) throw error;
    const document = error.document as { readonly statement?: string; readonly problems?: never[] };
    if (error.code === 'already-taken') return { file, already: document.statement ?? '' };
    if (error.code === 'unreadable-statement') return { file, problems: document.problems ?? [] };
    throw error;
  } finally {
    progress.end();
  }
}
