import type { Callback, InboundRequest } from '../../adapters/adapter.ts';
import { isAmong } from '../addresses.ts';

type Head = Pick<InboundRequest, 'remoteAddress'>;

/** Whether the sender's address alone already refuses the message: asked before any of its body is read. */
export function isStranger(callback: Callback, head: Head): boolean {
  return callback.verifier.kind === 'peer' && !isAmong(head.remoteAddress, callback.verifier.allow);
}

/**
 * The one place where a callback's sender is verified (I7). Fails closed: no address, no block, a verifier that throws
 * or says anything but `true` all refuse. A `query` callback passes, because nothing in it is believed.
 */
export async function isVerified(callback: Callback, request: InboundRequest): Promise<boolean> {
  const { verifier } = callback;
  switch (verifier.kind) {
    case 'peer':
      return !isStranger(callback, request);
    case 'signature':
    case 'shared-key':
      try {
        return (await verifier.verify(request)) === true;
      } catch {
        return false;
      }
    case 'query':
      return true;
    default:
      return false;
  }
}
