import type { Vault } from './vault.ts';

/** Before what is sealed: words that an earlier version kept have none, and are read as they stand. */
const MARK = 'sealed:';
const SEALED = new RegExp(`^([a-z-]+: )?${MARK}(.*)$`, 's');
/** What was sealed before every column had a purpose of its own, bound to no row. */
const ONE_FOR_ALL = 'words';
/** Shown where a key ring is not the one that it was kept under. */
const UNREADABLE = '…';

type Sealing = Pick<Vault, 'sealOwn'>;
type Opening = Pick<Vault, 'openOwn'>;

/** A column that words are kept in: what was sealed for one does not open in another. */
type Column =
  | 'idempotency.answer'
  | 'journal.to_state'
  | 'lane.paused_reason'
  | 'payment_attested.document'
  | 'payment_attested.reason'
  | 'payment_refund.reason'
  | 'principal.name'
  | 'replay.filter'
  | 'reconciliation_break.reason'
  | 'reconciliation_day.reason'
  | 'replay.reason'
  | 'subject.hold_reason';

/** Where words stand. `row` names theirs; left out where one act writes the same into many. */
export interface WordsPlace {
  readonly column: Column;
  readonly row?: string;
}
/** Of a line of the journal: a pause says there what its lanes keep. */
export const JOURNAL_WORDS: readonly WordsPlace[] = [{ column: 'journal.to_state' }, { column: 'lane.paused_reason' }];

/**
 * Words of the staff, such as a reason, as tables and the journal keep them: people write names into them whatever they
 * are told. They belong to the act and outlive what it was about, so they are sealed as the gateway's own.
 */
export async function keptWords(vault: Sealing, { column, row }: WordsPlace, words: string): Promise<string> {
  const [sealed = ''] = await vault.sealOwn(`words:${column}`, [words], row);
  return MARK + sealed;
}

/**
 * As they were said, or undefined where they do not open as what stands in one of these places. What kind of words they
 * are may stand before them, such as `reason: `; null stays null.
 */
export async function openWords<Text extends string | null>(
  vault: Opening,
  places: readonly WordsPlace[],
  kept: readonly Text[],
): Promise<(Text | undefined)[]> {
  const parts = kept.map((text) => (text === null ? null : SEALED.exec(text)));
  const opened = new Map<number, string>();
  const ways = [...places.map(({ column, row }) => ({ purpose: `words:${column}`, row })), { purpose: ONE_FOR_ALL }];
  for (const { purpose, row } of ways as readonly { readonly purpose: string; readonly row?: string }[]) {
    const left = parts.flatMap((found, index) => (found === null || opened.has(index) ? [] : [index]));
    if (left.length === 0) break;
    const texts = await vault.openOwn(
      purpose,
      left.map((index) => parts[index]?.[2] ?? ''),
      row,
    );
    for (const [n, index] of left.entries()) {
      const text = texts[n];
      if (text !== undefined) opened.set(index, text);
    }
  }
  return kept.map((text, index) => {
    const found = parts[index];
    if (found == null) return text;
    const words = opened.get(index);
    return words === undefined ? undefined : (`${found[1] ?? ''}${words}` as Text);
  });
}

/** The same to be shown: `…` for what does not open. */
export async function readWords<Text extends string | null>(
  vault: Opening,
  places: readonly WordsPlace[],
  kept: readonly Text[],
): Promise<Text[]> {
  const opened = await openWords(vault, places, kept);
  return kept.map((text, index) => {
    const said = opened[index];
    return said === undefined ? (`${SEALED.exec(text ?? '')?.[1] ?? ''}${UNREADABLE}` as Text) : said;
  });
}

/** One of them. */
export const readWord = async <Text extends string | null>(
  vault: Opening,
  place: WordsPlace,
  kept: Text,
): Promise<Text> => (await readWords(vault, [place], [kept]))[0] as Text;

/** For whoever reads the store without its keys. */
export const isSealedWords = (kept: string): boolean => SEALED.test(kept);
