import { Hono } from 'hono';
import type { Vault } from './crypto/vault.ts';
import type { Log } from './observability/log.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Platform } from './platform.ts';
import type { Authenticator } from './principal.ts';
import { createIdempotency, type Idempotency } from './routes/idempotency.ts';
import { PendingRequest } from './routes/pending-request.ts';
import { problem } from './routes/problem.ts';
import { createRateLimiter } from './routes/rate-limit.ts';
import { respondProblem } from './routes/respond.ts';
import type { Route } from './routes/route.ts';
import { serve } from './routes/serve.ts';
import type { AppEnv, Shell } from './routes/shell.ts';
import { requestIds } from './routes/trace.ts';
import type { Engine } from './store/engine.ts';

/** The routes of all rooms, and what the mechanism around them stands on. */
export interface AppParts {
  readonly routes: readonly Route[];
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Vault;
  readonly authenticator: Authenticator;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Names this process among those that share a store. */
  readonly instance: string;
  /** Every configured system is a simulator: test keys work. */
  readonly simulators: boolean;
  /** In tests: an answer outside its contract is a 500. */
  readonly checkAnswers?: boolean;
}

export interface App {
  fetch(request: Request, env?: AppEnv): Response | Promise<Response>;
  readonly routes: readonly Route[];
  readonly idempotency: Idempotency;
}

/** Puts the rooms' routes behind one `fetch`. Nothing here or below knows the runtime. */
export function createApp(parts: AppParts): App {
  const idempotency = createIdempotency(parts);
  const shell: Shell = {
    ...parts,
    idempotency,
    limiter: createRateLimiter(parts.platform),
    nextRequestId: requestIds(parts.platform),
    checkAnswers: parts.checkAnswers ?? false,
  };
  return { ...routed(parts.routes, shell), routes: parts.routes, idempotency };
}

/** The routes behind hono. What none of them takes is answered as a problem too. */
export function routed(routes: readonly Route[], shell: Shell): Pick<App, 'fetch'> {
  const app = new Hono<{ Bindings: AppEnv }>();
  for (const route of routes)
    app.on(route.contract.method.toUpperCase(), honoPath(route.contract.path), serve(route, shell));
  const table = routes.map(({ contract }) => ({
    method: contract.method.toUpperCase(),
    shape: pathShape(contract.path),
  }));
  app.notFound((context) => {
    const request = new PendingRequest(context, shell);
    const { requestId } = request;
    const refused = request.admitUnknown();
    if (refused !== undefined) return respondProblem(refused, requestId);
    const { path } = context.req;
    const allowed = [...new Set(table.filter((row) => row.shape.test(path)).map((row) => row.method))];
    return respondProblem(
      allowed.length === 0
        ? problem('not-found', { detail: 'no route has this path' })
        : problem('method-not-allowed', { headers: { allow: allowed.join(', ') } }),
      requestId,
    );
  });
  app.onError((_error, context) => {
    const request = new PendingRequest(context, shell);
    return respondProblem(request.admitUnknown() ?? problem('internal-error'), request.requestId);
  });
  return { fetch: (request, env = {}) => app.fetch(request, env) };
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const pathShape = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
