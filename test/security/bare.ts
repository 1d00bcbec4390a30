import { unmarked } from '../../contracts/domain/text.ts';

const DIGITS = /[\uff10-\uff19]/g;

/** Letters without marks, digits as ASCII, and nothing that stands between two of them: any form of a word is found. */
const bare = (text: string): string =>
  unmarked(decoded(text))
    .replaceAll(DIGITS, (digit) => String(digit.charCodeAt(0) - 0xff10))
    .replaceAll(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase();

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Which of some bare words stand in a text, in whatever form. */
export const leftOf = (words: readonly string[], text: string): string[] => {
  const plain = bare(text);
  return words.filter((word) => plain.includes(word));
};
