import { commands, type Statement, type StoreLimits } from './engine.ts';

/**
 * One text is longer than the store takes (`StoreLimits.textBytes`). Nothing was changed, and the same will never fit:
 * who handed it over is told so. The message holds numbers and the program's own words, nothing of the text.
 */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
  constructor(what: string, limitBytes: number) {
    super(`${what} is more than the ${limitBytes} bytes that the store takes in one text`);
  }
}

const encoder = new TextEncoder();
/** Bytes of a text as the store counts them. */
export const utf8Bytes = (text: string): number => encoder.encode(text).length;

/** Whether a text is over a limit in bytes; counted only where that is not plain from its length. */
export const isLonger = (text: string, limitBytes: number): boolean =>
  text.length > limitBytes || (text.length * MOST_BYTES_A_UNIT > limitBytes && utf8Bytes(text) > limitBytes);
/** UTF-8 bytes of one unit of a JavaScript string at most. */
const MOST_BYTES_A_UNIT = 3;

/** What stands round a command in the text of many: its number and a comma; and round all of them: the braces. */
const ROUND_ONE_BYTES = 16;
const ROUND_ALL_BYTES = 2;

/** Bytes of one command within the text of `commands`. */
export const commandBytes = (command: object): number => utf8Bytes(JSON.stringify(command)) + ROUND_ONE_BYTES;

/** Bytes of all of them, for one that brings several. */
export const bytesOfAll = (items: readonly object[]): number =>
  items.reduce((sum, item) => sum + commandBytes(item), 0);

/** What batches are cut by. */
type Cut = Pick<StoreLimits, 'textBytes' | 'commands'>;

/**
 * Cuts items, in order, so that no slice has more commands, nor takes more bytes, than one statement may. `bytesOf` counts an item as it is
 * stored, what is sealed with its base64; an upper bound will do. Throws `TooLarge` where one alone is more.
 */
export function slices<Item>(items: readonly Item[], bytesOf: (item: Item) => number, limits: Cut): Item[][] {
  const found: Item[][] = [];
  let current: Item[] = [];
  let room = 0;
  for (const item of items) {
    const bytes = fitting(bytesOf(item), limits);
    if (current.length === 0 || current.length === limits.commands || bytes > room) {
      current = [];
      found.push(current);
      room = roomOf(limits);
    }
    current.push(item);
    room -= bytes;
  }
  return found;
}

/** Bytes that the commands of one text may take together. */
export const roomOf = ({ textBytes }: Pick<StoreLimits, 'textBytes'>): number => textBytes - ROUND_ALL_BYTES;

/** The same number of bytes; throws `TooLarge` where one command of so many fits no text. */
export function fitting(bytes: number, limits: Pick<StoreLimits, 'textBytes'>): number {
  if (bytes > roomOf(limits)) throw new TooLarge(`a command of up to ${bytes} bytes`, limits.textBytes);
  return bytes;
}

/** `commands` in as many texts as the limit asks for, each for a statement of its own in one batch: the whole stays whole. */
export function commandTexts(items: readonly object[], limits: Cut): string[] {
  const whole = commands(items);
  if (items.length <= limits.commands && !isLonger(whole, limits.textBytes)) return items.length === 0 ? [] : [whole];
  return slices(items, commandBytes, limits).map(commands);
}

/** Says plainly what an engine would fail at in words of its own; `sql` begins with what the statement does. */
export function mustFit({ sql, params }: Statement, limits: StoreLimits): void {
  if (params.length > limits.parameters)
    throw new Error(`${beginning(sql)} has ${params.length} parameters, of ${limits.parameters} that the store takes`);
  for (const [index, param] of params.entries())
    if (typeof param === 'string' && isLonger(param, limits.textBytes))
      throw new TooLarge(`parameter ?${index + 1} of ${beginning(sql)}`, limits.textBytes);
}

const WORDS = 4;
const beginning = (sql: string): string => `“${sql.trim().split(/\s+/, WORDS).join(' ')} …”`;
