import { composed, folded } from '../../contracts/domain/text.ts';

/**
 * The first `maximum` characters of a text, NFC and trimmed. Counted in code points, so that no letter is cut in half;
 * a combining mark that stood after the cut is lost with its tail, never its base.
 */
export function cut(text: string | null | undefined, maximum: number): string {
  const whole = composed(text ?? '').trim();
  if (whole.length <= maximum) return whole;
  return [...whole].slice(0, maximum).join('').trimEnd();
}

/** The text as the portal takes it: NFC, trimmed, never null. */
export function plain(text: string | null | undefined): string {
  return composed(text ?? '').trim();
}

/** A text of theirs without our secrets: some systems repeat in an error what they were sent. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    clean = clean.replaceAll(secret, '***');
    const escaped = JSON.stringify(secret).slice(1, -1);
    if (escaped !== secret) clean = clean.replaceAll(escaped, '***');
  }
  return clean;
}

/** Words of a failure; beside a sign of success neither is believed. */
export function tellsOfFailure(words: string): boolean {
  const plainly = folded(words);
  return plainly.includes('khong thanh cong') || plainly.includes('that bai');
}
