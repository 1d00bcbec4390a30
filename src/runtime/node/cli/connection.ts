import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type GatewayClient, gatewayClient } from './client.ts';
import { wrongUse } from './failure.ts';

export interface RemoteOptions {
  readonly url?: string;
}

/** Adds what every command takes that asks the running gateway. */
export const remote = (command: Command): Command =>
  command.option(
    '--url <URL>',
    'địa chỉ cổng; mặc định PUBLIC_URL hoặc HOST:PORT (address of the gateway; default PUBLIC_URL, or HOST and PORT)',
  );

/** Where the gateway is expected: `--url`, else what the server itself is configured with. */
export function gatewayUrl(option: string | undefined, environment: NodeJS.ProcessEnv = process.env): string {
  const given = option ?? environment.PUBLIC_URL?.trim();
  if (given) {
    if (!/^https?:\/\//.test(given) || !URL.canParse(given))
      throw wrongUse(`${given} không phải địa chỉ http(s)`, 'not an http or https address');
    return given.replace(/\/+$/, '');
  }
  const host = environment.HOST?.trim() || '127.0.0.1';
  // An address that means "all" when listening means this machine when calling.
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${reached}:${environment.PORT?.trim() || '8080'}`;
}

/** Keys come from the environment or a file it names, never from an argument: arguments are seen by every process. */
export function gatewayKey(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  for (const name of ['LIENTHONG_KEY', 'ADMIN_KEY']) {
    const direct = environment[name]?.trim();
    if (direct) return direct;
    const file = environment[`${name}_FILE`]?.trim();
    if (file) return readFileSync(file, 'utf8').trim();
  }
  return undefined;
}

/** Runs `work` with a client of the running gateway. */
export async function withGateway<T>(options: RemoteOptions, work: (client: GatewayClient) => Promise<T>): Promise<T> {
  const url = gatewayUrl(options.url);
  const key = gatewayKey();
  if (key === undefined)
    throw wrongUse(
      'Thiếu khóa: đặt biến LIENTHONG_KEY (hoặc ADMIN_KEY)',
      'no key: set LIENTHONG_KEY, or ADMIN_KEY, in the environment',
    );
  const client = gatewayClient({ url, key });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
