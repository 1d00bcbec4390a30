import type { InboundReply, InboundStatus } from '../adapter.ts';
import { utf8 } from './bytes.ts';

/** An answer to a callback, as JSON. */
export const jsonReply = (value: unknown, status: InboundStatus = 200): InboundReply => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: utf8(JSON.stringify(value)),
});
