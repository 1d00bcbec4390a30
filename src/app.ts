import { Hono } from 'hono';
import type { Authenticator } from './access/authenticator.ts';
import type { Vault } from './crypto/vault.ts';
import type { Log } from './observability/log.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Platform } from './platform.ts';
import { allRoutes, type RouteParts } from './routes/all.ts';
import { createIdempotency, type Idempotency } from './routes/kit/idempotency.ts';
import { openApiDocument } from './routes/kit/openapi.ts';
import { problem } from './routes/kit/problem.ts';
import { createRateLimiter } from './routes/kit/rate-limit.ts';
import { respondProblem } from './routes/kit/respond.ts';
import type { Route } from './routes/kit/route.ts';
import { serve } from './routes/kit/serve.ts';
import type { AppEnv, Shell } from './routes/kit/shell.ts';
import { requestIdOf, requestIds } from './routes/kit/trace.ts';
import type { Engine } from './store/engine.ts';
import { PROGRAM_VERSION } from './store/migrations/migrate.ts';

/** The rooms that the routes use, and what the mechanism itself stands on. */
export type AppParts = Omit<RouteParts, 'openApi'> & {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Vault;
  readonly authenticator: Authenticator;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Names this process among those that share a store. */
  readonly instance: string;
  readonly publicUrl: string;
  /** Every configured system is a simulator: test keys work. */
  readonly simulators: boolean;
  /** In tests: an answer outside its contract is a 500. */
  readonly checkAnswers?: boolean;
  /** Of rooms that bring their own. */
  readonly moreRoutes?: readonly Route[];
};

export interface App {
  fetch(request: Request, env?: AppEnv): Response | Promise<Response>;
  readonly routes: readonly Route[];
  readonly idempotency: Idempotency;
}

/** Puts the rooms together behind one `fetch`. Nothing here or below knows the runtime. */
export function createApp(parts: AppParts): App {
  const idempotency = createIdempotency(parts);
  const shell: Shell = {
    ...parts,
    idempotency,
    limiter: createRateLimiter(parts.platform),
    nextRequestId: requestIds(parts.platform),
    checkAnswers: parts.checkAnswers ?? false,
  };
  let document: object | undefined;
  const openApi = (): object => {
    document ??= openApiDocument(routes, { version: PROGRAM_VERSION, publicUrl: parts.publicUrl });
    return document;
  };
  const routes: readonly Route[] = [...allRoutes({ ...parts, openApi }), ...(parts.moreRoutes ?? [])];
  return { ...routed(routes, shell), routes, idempotency };
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
    const requestId = requestIdOf(context.req.header('x-request-id'), shell.nextRequestId);
    const path = new URL(context.req.url).pathname;
    const allowed = [...new Set(table.filter((row) => row.shape.test(path)).map((row) => row.method))];
    return respondProblem(
      allowed.length === 0
        ? problem('not-found', { detail: 'no route has this path' })
        : problem('method-not-allowed', { headers: { allow: allowed.join(', ') } }),
      requestId,
    );
  });
  app.onError((_error, context) =>
    respondProblem(problem('internal-error'), requestIdOf(context.req.header('x-request-id'), shell.nextRequestId)),
  );
  return { fetch: (request, env = {}) => app.fetch(request, env) };
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const pathShape = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
