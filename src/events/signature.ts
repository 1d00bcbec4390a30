import { Webhook } from 'standardwebhooks';
import { toBase64 } from '../crypto/bytes.ts';
import type { Platform } from '../platform.ts';

/** Standard Webhooks: the signature header of a message, one signature for each live secret. */
export function sign(
  secrets: readonly string[],
  message: { readonly id: string; readonly timestampSeconds: number; readonly body: string },
): string {
  const at = new Date(message.timestampSeconds * 1000);
  return secrets.map((secret) => new Webhook(secret).sign(message.id, at, message.body)).join(' ');
}

export const newSecret = (platform: Platform): string => `whsec_${toBase64(platform.bytes(32))}`;
