import { FetchInterceptor } from '@mswjs/interceptors/fetch';
import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import type { RequestHandler } from 'msw';
import { defineNetwork, InterceptorSource } from 'msw/experimental';
import { afterAll, beforeAll } from 'vitest';

/** For one test file: these handlers answer whatever it calls, by fetch, undici or node:http; a call to others fails. */
export function catchCalls(handlers: RequestHandler[]): void {
  const network = defineNetwork({
    sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor(), new FetchInterceptor()] })],
    handlers,
    onUnhandledFrame: 'error',
    context: { quiet: true },
  });
  beforeAll(() => network.enable());
  afterAll(() => network.disable());
}
