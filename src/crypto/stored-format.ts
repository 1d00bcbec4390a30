/** Stored by a program that is newer than this one. It is neither guessed at nor overwritten. */
export class UnknownFormat extends Error {
  override readonly name = 'UnknownFormat';
  constructor(what: string, format: unknown) {
    super(
      `${what} is stored in the format ${JSON.stringify(format)}, which this program does not know; run a newer one`,
    );
  }
}

/** The text of an object of ours, marked with the number of the format that it is written in. */
export function inFormat(format: number, text: string): string {
  return text === '{}' ? `{"format":${format}}` : `{"format":${format},${text.slice(1)}`;
}

/** What such a text holds, and its number: 0 is what was stored before there were numbers. */
export function ofFormat(text: string): { readonly format: unknown; readonly content: unknown } {
  const { format = 0, ...content } = JSON.parse(text) as { readonly format?: unknown };
  return { format, content };
}
