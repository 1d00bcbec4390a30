import { type ControlHandlers, commonControls, parsedBody } from '../kit/control.ts';
import { textReply } from '../kit/delivery.ts';
import { serve } from '../kit/server.ts';
import { beginCall } from './requests.ts';
import type { AnswersAs } from './settings.ts';
import { type Fields, isSlip, LandTaxState, type StateOptions } from './state.ts';

export interface LandTaxOptions extends StateOptions {
  /** A free one unless told otherwise. */
  readonly port?: number;
}

export interface RunningLandTax {
  /** LAND_TAX_URL. */
  readonly url: string;
  /** `/_control/state` and so on lie below it. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: LandTaxState;
  close(): Promise<void>;
}

const PATH = '/land-tax';

/** Starts the simulated gateway between land offices and the tax department on 127.0.0.1. */
export async function startLandTax(options: LandTaxOptions = {}): Promise<RunningLandTax> {
  const state = new LandTaxState(options);
  const { origin, controlUrl, port, close } = await serve({
    state,
    controls: landTaxControls(state),
    port: options.port,
    notFound: textReply('Not Found', 404),
    route: ({ method, path, headers }) =>
      method === 'POST' && path === PATH ? (body) => beginCall(state, headers.authorization, body) : undefined,
  });
  return { url: `${origin}${PATH}`, controlUrl, port, state, close };
}

interface FinishBody {
  /** Without it, all. */
  readonly guid?: string;
  readonly fields?: Fields;
  /** How the first complete answer comes, before it comes well. */
  readonly firstAs?: AnswersAs;
}

/** Its levers under `/_control/`: those of every simulated system, what it holds, and a tax office that finishes. */
function landTaxControls(state: LandTaxState): ControlHandlers {
  const shown = () => {
    const all = [...state.messages.values()];
    const slips = all.filter(({ type }) => isSlip(type)).length;
    return { totals: { slips, questions: all.length - slips } };
  };
  return {
    ...commonControls(state, shown),
    /** What the tax side gives the land office, and what that made itself: the keys of nobody. */
    'GET keys': () => {
      const { tokenSecret, landSecretKey, landCertificate, taxCertificate } = state.settings;
      return {
        TOKEN: tokenSecret,
        SIGNING_KEY: landSecretKey,
        SIGNING_CERT: landCertificate,
        TRUSTED_CERTS: taxCertificate,
      };
    },
    'GET messages': ({ path }) =>
      path[1] === undefined ? { messages: [...state.messages.values()] } : state.messages.get(path[1]),
    'POST answers': (request) => {
      const { guid, fields, firstAs } = parsedBody<FinishBody>(request);
      if (guid !== undefined && !state.messages.has(guid)) throw new TypeError(`no such message: ${guid}`);
      return { finished: state.finish(guid, fields, firstAs) };
    },
  };
}
