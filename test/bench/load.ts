import autocannon from 'autocannon';
import { benchBody } from './body.ts';

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

let next = 0;

/** PUTs of dossiers that no earlier load has sent, from this core. */
export async function load(url: string, key: string, connections: number, seconds: number): Promise<Load> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        setupRequest: (request: object) => {
          const body = benchBody(50_000_000 + next++);
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
  return {
    perSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}
