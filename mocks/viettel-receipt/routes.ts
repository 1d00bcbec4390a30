import type { OpenRequest } from '../kit/open-request.ts';
import type { RequestLine } from '../kit/server.ts';
import { beginJson } from './json-request.ts';
import { operations } from './operations.ts';
import type { ViettelState } from './state.ts';

const ADDRESS = /^\/InvoiceAPI\/Invoice(?:Utils)?WS\/(\w+)(?:\/([0-9-]+))?$/;

/** What lies at a path below the provider's address: its interface. */
export function routeOf(
  state: ViettelState,
  { method, path, headers }: RequestLine,
): ((body: string) => OpenRequest) | undefined {
  const [, service = '', taxCode] = ADDRESS.exec(path) ?? [];
  if (method !== 'POST' || !Object.hasOwn(operations, service)) return undefined;
  const { authorization } = headers;
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return (body) => beginJson(state, { service, taxCode, authorization, isForm, body });
}
