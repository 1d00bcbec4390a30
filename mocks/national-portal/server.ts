import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Delivery, deliver, jsonReply, type Reply } from '../kit/delivery.ts';
import { Listener } from '../kit/listener.ts';
import { CONTROL_PREFIX, control } from './control.ts';
import { converse, type Incoming } from './conversation.ts';
import { PortalState, type StateOptions } from './state.ts';

export interface PortalOptions extends StateOptions {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningPortal {
  /** Ends in `/VXPAdapter/RestService/forward`; `/mapi/login` and `/mapi/g` lie below it. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: PortalState;
  close(): Promise<void>;
}

const MOST_BYTES = 64 * 1024 * 1024;

/** Both spellings of the adapter's path are met (WIRE.md 1.1). */
const operations: ReadonlyMap<string, Incoming['operation']> = new Map([
  ['/VXPAdapter/RestService/forward/mapi/login', 'login'],
  ['/VXPAdapter/RestService/forward/mapi/g', 'call'],
  ['/XrdAdapter/RestService/forward/mapi/login', 'login'],
  ['/XrdAdapter/RestService/forward/mapi/g', 'call'],
]);

/** Starts the simulated portal on 127.0.0.1. */
export async function startPortal(options: PortalOptions = {}): Promise<RunningPortal> {
  const state = new PortalState(options);
  const listener = new Listener((request, response) => answer(state, request, response));
  const port = await listener.start(options.port ?? 0);
  state.attach(listener);
  return {
    url: `http://127.0.0.1:${port}/VXPAdapter/RestService/forward`,
    controlUrl: `http://127.0.0.1:${port}/_control`,
    port,
    state,
    close: async () => {
      state.stop();
      await listener.close();
    },
  };
}

function answer(state: PortalState, request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  if (path.startsWith(CONTROL_PREFIX)) {
    readBody(request, (body) => {
      const target = new URL(url, 'http://127.0.0.1');
      void control(state, request.method ?? 'GET', target, body).then((reply) => give(response, reply));
    });
    return;
  }
  const operation = operations.get(path);
  if (operation === undefined || request.method !== 'POST') {
    request.resume();
    give(response, jsonReply({ error_code: '-1', message: 'Không tìm thấy địa chỉ' }, 404));
    return;
  }
  if (state.faults.drawEarly() !== undefined) {
    request.socket.resetAndDestroy();
    return;
  }
  const dstcodeInQuery = mark < 0 ? null : new URLSearchParams(url.slice(mark + 1)).get('dstcode');
  const header = request.headers.dstcode;
  const dstcodeInHeader = typeof header === 'string' ? header : null;
  readBody(request, (body) => talk(state, response, { operation, dstcodeInQuery, dstcodeInHeader, body }));
}

/** The portal acts after its delay even when the caller has gone: it cannot know. */
function talk(state: PortalState, response: ServerResponse, incoming: Incoming): void {
  const conversation = converse(state, incoming);
  response.once('close', () => conversation.end());
  const act = (): void => deliver(response, conversation.act(), () => conversation.end());
  if (conversation.delayMs > 0) state.inAMoment(conversation.delayMs, act);
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
  request.on('end', () =>
    whole((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8')),
  );
  request.on('error', () => undefined);
}
