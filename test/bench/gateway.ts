import { gatewayClient } from '../../src/runtime/node/cli/client.ts';
import { benchBody } from './body.ts';
import { type Pinned, pinned } from './processes.ts';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
export const ADMIN_KEY = 'a-key-of-the-benchmark-9f3kq27xw';

export interface BenchGateway extends Pinned {
  readonly url: string;
}

/** The real server on core 0, on the SQLite file given. */
export async function startGateway(file: string, env: Readonly<Record<string, string>> = {}): Promise<BenchGateway> {
  // The ready line goes to stderr with the rest a person reads; here it is asked for by polling readiness.
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const process = pinned(
    0,
    ['--max-semi-space-size=8', 'src/runtime/node/cli/main.mjs', 'serve'],
    { PORT: String(port), DATABASE_URL: `sqlite:${file}`, MASTER_KEY, ADMIN_KEY, LOG_LEVEL: 'warn', ...env },
    /./,
  );
  process.ready.catch(() => {});
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const ok = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return { ...process, url };
    if (tries > 100) throw new Error('the gateway did not become ready');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Imports dossiers `from` to `to` over NDJSON, or until the signal. Answers how many a second were on disk. */
export async function importDossiers(
  url: string,
  from: number,
  to: number,
  { revision = 1, until }: { readonly revision?: 1 | 2; readonly until?: AbortSignal } = {},
): Promise<number> {
  const client = gatewayClient({ url, key: ADMIN_KEY });
  let sent = 0;
  async function* lines(): AsyncGenerator<Uint8Array> {
    for (let index = from; index < to && until?.aborted !== true; ) {
      let text = '';
      for (let line = 0; line < 200 && index < to; line++, index++, sent++)
        text += `${JSON.stringify(benchBody(index, revision))}\n`;
      yield Buffer.from(text);
    }
  }
  const started = performance.now();
  let accepted = 0;
  for await (const line of client.stream('/v1/dossiers/import', lines(), 'application/x-ndjson'))
    if (line.includes('"accepted"')) accepted++;
  const seconds = (performance.now() - started) / 1000;
  await client.close();
  if (accepted !== sent) throw new Error(`${accepted} of ${sent} dossiers were accepted`);
  return accepted / seconds;
}
