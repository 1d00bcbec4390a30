import { type ControlHandlers, commonControls, parsedBody } from '../kit/control.ts';
import { textReply } from '../kit/delivery.ts';
import { serve } from '../kit/server.ts';
import type { HeardReply } from '../kit/telling.ts';
import { routeOf } from './routes.ts';
import { LandSimulation, type LandStateOptions } from './state.ts';
import { type CallbackOrder, type LandPlan, ordersOf, tellAll } from './telling.ts';
import type { LandTelling } from './told.ts';

export interface LandOptions extends LandStateOptions {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningLand {
  /** LAND_SYSTEM_URL: its calls lie below it. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: LandSimulation;
  close(): Promise<void>;
}

const PREFIX = '/land-system';

/** Starts the simulated land system on 127.0.0.1. */
export async function startLand(options: LandOptions = {}): Promise<RunningLand> {
  const state = new LandSimulation(options);
  const { origin, controlUrl, port, close } = await serve({
    state,
    controls: landControls(state),
    port: options.port,
    notFound: textReply('Not Found', 404),
    route: (line) =>
      line.path.startsWith(PREFIX) ? routeOf(state, { ...line, path: line.path.slice(PREFIX.length) }) : undefined,
  });
  return { url: `${origin}${PREFIX}`, controlUrl, port, state, close };
}

type CallbackBody = LandPlan & (CallbackOrder | { readonly calls: readonly CallbackOrder[] });

/** Nothing of the address: the security code may stand in it. */
const shown = ({ call, turn, attempt, status, body, taken }: HeardReply<LandTelling>) => ({
  call: call.name,
  receiptNumber: call.receiptNumber,
  ...{ turn, attempt, status, body, taken },
});

function landControls(state: LandSimulation): ControlHandlers {
  const tell = async (orders: readonly CallbackOrder[], plan: LandPlan) => ({
    replies: (await tellAll(state, orders, plan)).map(shown),
  });
  return {
    ...commonControls(state, () => ({ dossiers: state.book.all().length })),
    'GET dossiers': ({ path }) => (path[1] === undefined ? { dossiers: state.book.all() } : state.book.get(path[1])),
    'POST callbacks': (request) => {
      const body = parsedBody<CallbackBody>(request);
      return tell('calls' in body ? body.calls : [body], body);
    },
    'POST loops': (request) => {
      const { loop, receiptNumber, ...plan } = parsedBody<LandPlan & { loop: string; receiptNumber: string }>(request);
      return tell(ordersOf(loop, receiptNumber), plan);
    },
    'GET callbacks': () => ({ callbacks: state.callbacks.map(shown) }),
  };
}
