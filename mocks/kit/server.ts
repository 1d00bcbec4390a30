import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { CONTROL_PREFIX, type ControlHandlers, control } from './control.ts';
import { type Delivery, deliver, type Reply } from './delivery.ts';
import type { OwnFault } from './faults.ts';
import { Listener } from './listener.ts';
import type { OpenRequest } from './open-request.ts';
import type { Simulation } from './simulation.ts';

export interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export interface ServedSystem<Own extends OwnFault> {
  readonly state: Simulation<Own>;
  readonly controls: ControlHandlers;
  /** Undefined where the system has no such address. */
  route(line: RequestLine): ((body: string) => OpenRequest) | undefined;
  readonly notFound: Reply;
  /** A free one unless told otherwise. */
  readonly port: number | undefined;
}

export interface RunningServer {
  readonly origin: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  close(): Promise<void>;
}

const MOST_BYTES = 64 * 1024 * 1024;

/** Serves a simulated system, and its control API, on 127.0.0.1. */
export async function serve<Own extends OwnFault>(system: ServedSystem<Own>): Promise<RunningServer> {
  const { state } = system;
  const listener = new Listener((request, response) => answer(system, request, response));
  const port = await listener.start(system.port ?? 0);
  state.attach(listener);
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    controlUrl: `${origin}/_control`,
    port,
    close: async () => {
      state.stop();
      await listener.close();
    },
  };
}

function answer<Own extends OwnFault>(
  system: ServedSystem<Own>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const method = request.method ?? 'GET';
  if (path.startsWith(CONTROL_PREFIX)) {
    readBody(request, (body) => {
      const target = new URL(url, 'http://127.0.0.1');
      void control(system.controls, method, target, body).then((reply) => give(response, reply));
    });
    return;
  }
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const open = system.route({ method, path, query, headers: request.headers });
  if (open === undefined) {
    request.resume();
    give(response, system.notFound);
    return;
  }
  if (system.state.faults.drawEarly() !== undefined) {
    request.socket.resetAndDestroy();
    return;
  }
  readBody(request, (body) => talk(system.state, response, open(body)));
}

/** The system acts after its delay even when the caller has gone: it cannot know. */
function talk<Own extends OwnFault>(state: Simulation<Own>, response: ServerResponse, open: OpenRequest): void {
  response.once('close', () => open.end());
  const act = (): void => {
    const delivery = open.act();
    const give = (): void => deliver(response, delivery, () => open.end());
    const withheld = open.withheld?.();
    if (withheld === undefined) give();
    else void withheld.then(give);
  };
  if (open.delayMs > 0) state.inAMoment(open.delayMs, act);
  else act();
}

function give(response: ServerResponse, reply: Reply): void {
  const delivery: Delivery = { kind: 'reply', reply, skewMs: 0, drip: undefined, truncated: false };
  deliver(response, delivery, () => undefined);
}

function readBody(request: IncomingMessage, whole: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => {
    const [only] = chunks;
    whole((only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks)).toString('utf8'));
  });
  request.on('error', () => undefined);
}
