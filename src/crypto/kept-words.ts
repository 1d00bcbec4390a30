import type { Vault } from './vault.ts';

/** Before what is sealed: words that an earlier version kept have none, and are read as they stand. */
const MARK = 'sealed:';
const SEALED = new RegExp(`^([a-z-]+: )?${MARK}(.*)$`, 's');
const PURPOSE = 'words';
/** Shown where a key ring is not the one that it was kept under. */
const UNREADABLE = '…';

type Sealing = Pick<Vault, 'sealOwn'>;
type Opening = Pick<Vault, 'openOwn'>;

/**
 * Words of the staff, such as a reason, as tables and the journal keep them: people write names into them whatever they
 * are told. They belong to the act and outlive what it was about, so they are sealed as the gateway's own.
 */
export async function keptWords(vault: Sealing, words: string): Promise<string> {
  const [sealed = ''] = await vault.sealOwn(PURPOSE, [words]);
  return MARK + sealed;
}

/** As they were said. What kind of words they are may stand before them, such as `reason: `; null stays null. */
export async function readWords<Text extends string | null>(vault: Opening, kept: readonly Text[]): Promise<Text[]> {
  const parts = kept.map((text) => (text === null ? null : SEALED.exec(text)));
  const sealed = parts.flatMap((found) => (found === null ? [] : [found[2] ?? '']));
  if (sealed.length === 0) return [...kept];
  const opened = (await vault.openOwn(PURPOSE, sealed)).values();
  return kept.map((text, index) => {
    const found = parts[index];
    return found == null ? text : (`${found[1] ?? ''}${opened.next().value ?? UNREADABLE}` as Text);
  });
}

/** One of them. */
export const readWord = async <Text extends string | null>(vault: Opening, kept: Text): Promise<Text> =>
  (await readWords(vault, [kept]))[0] as Text;

/** For whoever reads the store without its keys. */
export const isSealedWords = (kept: string): boolean => SEALED.test(kept);
