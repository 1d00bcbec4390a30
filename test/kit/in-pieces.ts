import type { StatementReader, Told } from '../../src/reconciliation/sources/source.ts';

/** Bytes as they come from somewhere else: so many at a time. */
export async function* inPieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** All that a reader tells of a file. */
export async function toldBy(reader: StatementReader, file: string | Uint8Array, size?: number): Promise<Told[]> {
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
  const told: Told[] = [];
  for await (const group of reader.read(inPieces(bytes, size), { account: null })) told.push(...group);
  return told;
}

export const headOf = (text: string) => ({ bytes: new TextEncoder().encode(text), text });

/** The text with some of its bytes changed, doubled or left out, by numbers that a property test draws. */
export function mutated(bytes: Uint8Array, changes: readonly (readonly [number, number, number])[]): Uint8Array {
  let result = [...bytes];
  for (const [kind, place, value] of changes) {
    const at = place % Math.max(1, result.length);
    if (kind === 0) result[at] = value;
    else if (kind === 1) result.splice(at, 1 + (value % 20));
    else if (kind === 2) result.splice(at, 0, ...result.slice(at, at + value));
    else result = result.slice(0, at);
  }
  return Uint8Array.from(result);
}
