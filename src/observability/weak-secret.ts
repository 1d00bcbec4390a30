/** What people begin a secret with; each tells a guesser no more than one character would. */
const COMMON =
  /change-?me|administrator|admin|quan-?tri|password|passw0rd|mat-?khau|lienthong|gateway|secret|default|welcome|letmein|vietnam|example/gi;

/** Characters that follow one another on a keyboard; those of alphabet and numbers follow by their codes. */
const KEYBOARD = 'qwertyuiop asdfghjkl zxcvbnm 1234567890 qazwsxedcrfvtgbyhnujm';

const LENGTH_AT_LEAST = 16;
const LETTERS_AT_LEAST = 13;
const DIFFERENT_AT_LEAST = 8;

/**
 * Whether a secret is one that a list of guesses holds, or a short rule makes: a common word, a run (`12345678`,
 * `abcdef`, `qwerty`), something repeated. What is strong has at least 16 characters, at least 13 of them besides those, and
 * 8 different ones in all, as 16 characters of base64 or 24 of hexadecimal have that were drawn by chance.
 */
export function isWeak(secret: string): boolean {
  if (secret.length < LENGTH_AT_LEAST || new Set(secret).size < DIFFERENT_AT_LEAST) return true;
  const told = withoutRuns(withoutRepeats(secret.replace(COMMON, '\0')));
  return told.length < LETTERS_AT_LEAST;
}

/** Each part of four characters or more that stood before is one character. */
function withoutRepeats(text: string): string {
  let kept = '';
  for (let at = 0; at < text.length; ) {
    let length = 0;
    while (at + length < text.length && text.slice(0, at).includes(text.slice(at, at + length + 1))) length += 1;
    kept += length >= 4 ? '\0' : text.slice(at, at + Math.max(1, length));
    at += Math.max(1, length);
  }
  return kept;
}

/** Characters that only go on as the two before began, up, down or staying, are left out. */
function withoutRuns(text: string): string {
  const lower = text.toLowerCase();
  const goesOn = (at: number): boolean => {
    const [first = 0, second = 0, third = 0] = [at - 2, at - 1, at].map((index) => lower.charCodeAt(index));
    const step = second - first;
    const three = lower.slice(at - 2, at + 1);
    const back = [...three].reverse().join('');
    return (Math.abs(step) <= 1 && third - second === step) || KEYBOARD.includes(three) || KEYBOARD.includes(back);
  };
  return [...text].filter((_, at) => at < 2 || !goesOn(at)).join('');
}
