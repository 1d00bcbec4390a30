/** A code of three digits or none, and the first subfield with its mark: `?` in Germany, `<`, `^` or `~` in Poland. */
const STRUCTURED = /^(?:\d{3})?([?<^~])\d{2}/;

/** Lines joined by one blank each, no blanks at the ends, runs of them as one. */
export const oneLine = (lines: readonly string[]): string => lines.join(' ').replace(/\s+/g, ' ').trim();

/**
 * The text of `:86:`. Where it is cut into subfields (`?20`), their texts in one line, that of `?00` first; a line's end
 * says nothing there.
 */
export function narrativeOf(lines: readonly string[]): string {
  const mark = STRUCTURED.exec(lines.slice(0, 2).join(''))?.[1];
  if (mark === undefined) return oneLine(lines);
  const subfields = lines
    .join('')
    .split(new RegExp(`\\${mark}(?=\\d{2})`))
    .slice(1);
  const texts = (first: boolean) =>
    subfields.filter((each) => each.startsWith('00') === first).map((each) => each.slice(2));
  return oneLine([...texts(true), ...texts(false)]);
}
