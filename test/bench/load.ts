import autocannon from 'autocannon';
import { benchBody } from './body.ts';
import { FIRST } from './codes.ts';

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

let next: number = FIRST.load;

/** PUTs of dossiers that no earlier load has sent, from this core; for `seconds`, or until the signal if that is earlier. */
export async function load(
  url: string,
  key: string,
  connections: number,
  seconds: number,
  until?: AbortSignal,
): Promise<Load> {
  const running = autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        setupRequest: (request: object) => {
          const body = benchBody(next++);
          return {
            ...request,
            method: 'PUT',
            path: `/v1/dossiers/${String(body.code)}`,
            headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          };
        },
      },
    ],
  } as unknown as autocannon.Options);
  const stop = (): void => (running as unknown as { stop(): void }).stop();
  until?.addEventListener('abort', stop, { once: true });
  const result = await running;
  until?.removeEventListener('abort', stop);
  return {
    perSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}
