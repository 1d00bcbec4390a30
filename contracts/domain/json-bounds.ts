/** How a JSON text may be built. */
export interface JsonBounds {
  /** Objects and lists within each other. */
  readonly depth: number;
  /** Members of one object. */
  readonly members: number;
  /** Members of objects and elements of lists, all of them together. */
  readonly values: number;
}

/** What a province or a person hands over: a dossier with every list of its own at its longest holds 28,200 values, six deep. */
export const HANDED_OVER: JsonBounds = { depth: 64, members: 1_000, values: 40_000 };
/** What a system answers or tells: a whole catalogue comes in one answer. */
export const OF_SYSTEMS: JsonBounds = { depth: 64, members: 20_000, values: 500_000 };

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d,
];

/**
 * What is wrong with the build of a JSON text, in words that hold nothing of it; undefined where it keeps the bounds.
 * One look along the text, and none beyond the first breach: to be asked before it is parsed. Of what is no JSON it may
 * say either.
 */
export function beyondBounds(json: string, bounds: JsonBounds): string | undefined {
  return tooShortToBreach(json, bounds) ? undefined : firstBreach(json, bounds);
}

const SHORTEST_MEMBER = '"":0,'.length;

/** Whether it has too few characters, and too few beginnings, for any breach: nearly all dossiers, at a tenth of the cost. */
function tooShortToBreach(json: string, { depth, members, values }: JsonBounds): boolean {
  if (json.length >= Math.min(members * SHORTEST_MEMBER, values)) return false;
  let begun = 0;
  for (const begins of ['{', '['])
    for (let at = json.indexOf(begins); at >= 0; at = json.indexOf(begins, at + 1)) if (++begun > depth) return false;
  return true;
}

function firstBreach(json: string, { depth, members, values }: JsonBounds): string | undefined {
  /** Of the objects and lists that are open: commas in an object; a list begins so low that it never has too many. */
  const within: number[] = [];
  let [at, count, here] = [0, 0, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < json.length; index++) {
    switch (json.charCodeAt(index)) {
      case QUOTE:
        index = endOfText(json, index);
        break;
      case COMMA:
        count += 1;
        here += 1;
        if (here >= members) return `holds an object of more than ${members} members`;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        within[at] = here;
        here = json.charCodeAt(index) === OPEN_OBJECT ? 0 : Number.NEGATIVE_INFINITY;
        at += 1;
        count += 1;
        if (at > depth) return `is nested deeper than ${depth} levels`;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        at -= 1;
        here = within[at] ?? Number.NEGATIVE_INFINITY;
        break;
    }
    if (count > values) return `holds more than ${values} values`;
  }
  return undefined;
}

/** Where the text that begins here ends: its closing quote, or the end of all. */
function endOfText(json: string, from: number): number {
  for (let end = json.indexOf('"', from + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let before = end - 1;
    while (json.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return json.length;
}
