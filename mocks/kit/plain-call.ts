import { request as httpRequest } from 'node:http';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Parsed, or undefined when the text is no JSON. */
  readonly json: unknown;
}

/** One call on a connection of its own, for the simulators' tests; a network fault is thrown as Node's error code. */
export function plainCall(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs?: number,
): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const options = timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) };
    const sent = httpRequest(url, { method, headers, agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: json(text) }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Asks a simulator's control API. */
export async function controlCall<Body>(
  controlUrl: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const text = body === undefined ? '' : JSON.stringify(body);
  return JSON.parse((await plainCall(`${controlUrl}/${path}`, method, {}, text)).text) as Body;
}
