import type { Platform } from '../platform.ts';

/** Standard Webhooks: `v1,` and HMAC-SHA256 of `id.timestamp.body`, one for each live secret, separated by spaces. */
export async function sign(
  secrets: readonly string[],
  message: { readonly id: string; readonly timestampSeconds: number; readonly body: string },
): Promise<string> {
  const text = new TextEncoder().encode(`${message.id}.${message.timestampSeconds}.${message.body}`);
  const signatures = await Promise.all(
    secrets.map(async (secret) => {
      const bytes = Uint8Array.from(atob(secret.slice(PREFIX.length)), (char) => char.charCodeAt(0));
      const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      return `v1,${base64(new Uint8Array(await crypto.subtle.sign('HMAC', key, text)))}`;
    }),
  );
  return signatures.join(' ');
}

const PREFIX = 'whsec_';

export const newSecret = (platform: Platform): string => `${PREFIX}${base64(platform.bytes(32))}`;

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
