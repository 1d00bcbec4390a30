import { Tampered, type Vault } from '../../../src/crypto/vault.ts';

/** A vault that hides nothing, so that tests can see what is kept. A text that holds `unreadable` cannot be opened. */
export function plainVault(): Vault {
  let made = 0;
  return {
    newSubject: () => ({ id: `sub_${String(++made).padStart(6, '0')}`, salt: 'salt', epoch: 202606 }),
    seal: async (items) => items.map(({ purpose, text }) => `${purpose}|${text}`),
    open: async (items) =>
      items.map(({ subject, purpose, sealed }) => {
        if (subject.salt === '') return undefined;
        if (!sealed.startsWith(`${purpose}|`) || sealed.includes('unreadable')) throw new Tampered('changed');
        return sealed.slice(purpose.length + 1);
      }),
    sealBytes: async ({ bytes }) => Uint8Array.from(bytes),
    openBytes: async ({ subject, bytes }) => (subject.salt === '' ? undefined : Uint8Array.from(bytes)),
    sealOwn: async (purpose, texts) => texts.map((text) => `${purpose}|${text}`),
    openOwn: async (purpose, sealed) =>
      sealed.map((text) => (text.startsWith(`${purpose}|`) ? text.slice(purpose.length + 1) : undefined)),
    mac: async (purpose, texts) => texts.map((text) => `${purpose}:${text}`),
    digest: async (texts) => texts.map((text) => `#${text.length}`),
  };
}
