import { Tampered, type Vault } from '../../../src/crypto/vault.ts';

/** A vault that hides nothing, so that tests can see what is kept, and knows what was kept where as every vault does. A text that holds `unreadable` cannot be opened. */
export function plainVault(): Vault {
  let made = 0;
  return {
    newSubject: () => ({ id: `sub_${String(++made).padStart(6, '0')}`, salt: 'salt', epoch: 202606 }),
    seal: async (items) => items.map(({ purpose, row, text }) => `${purpose}|${text}|${row}`),
    open: async (items) =>
      items.map(({ subject, purpose, row, sealed }) => {
        if (subject.salt === '') return undefined;
        const [before, after] = [`${purpose}|`, `|${row}`];
        if (!sealed.startsWith(before) || !sealed.endsWith(after) || sealed.includes('unreadable'))
          throw new Tampered('changed');
        return sealed.slice(before.length, -after.length);
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
