import type { ReferenceKind } from '../chronicle/journalled.ts';
import type { Anchor } from './anchor.ts';
import { type Anchored, readAnchors } from './anchored.ts';
import { sealCheck } from './check.ts';
import { continuity } from './continuity.ts';
import { type ExportedLine, type ExportPart, readExport } from './export-reader.ts';
import { type Digest, type Head, headOf, type Seal } from './line.ts';
import { orderOfTime } from './order-of-time.ts';
import { type Fault, fault, type Verdict } from './verdict.ts';

export interface VerifyExportOptions {
  /** Kinds of references that have states, as the rooms declare them. */
  readonly kinds: readonly ReferenceKind[];
  /** `webDigest`, or a faster one. */
  readonly digest: Digest;
  /**
   * The keys that may have signed. Without any the key named in the export is believed, which proves that the export
   * fits together, not who made it: `keyFrom` of the verdict says so.
   */
  readonly publicKeys?: readonly string[];
  /** A head known from elsewhere (the daily close, a log): the export must hold it. */
  readonly head?: Head;
  readonly anchor?: Anchor;
}
export type ExportVerdict = Verdict & { readonly publicKey?: string; readonly keyFrom?: 'given' | 'export' };

/** Checks an export alone: no database, no secret. `chunks` is its text, cut anywhere. Memory does not grow with it. */
export async function verifyExport(
  chunks: AsyncIterable<string>,
  options: VerifyExportOptions,
): Promise<ExportVerdict> {
  const parts = readExport(chunks);
  const first = (await parts.next()).value as ExportPart | undefined;
  if (first?.kind !== 'header') return fault('bad-seal', 'this is no export of a journal: its header is missing');
  const given = options.publicKeys ?? [];
  const publicKeys = given.length > 0 ? given : first.publicKey.split(' ');
  const anchored = await readAnchors(options.anchor, { publicKeys });
  try {
    const verdict = await walk(parts, { ...options, publicKeys }, anchored);
    return { ...verdict, publicKey: publicKeys.join(' '), keyFrom: given.length > 0 ? 'given' : 'export' };
  } finally {
    await anchored.close();
  }
}

async function walk(
  parts: AsyncIterable<ExportPart>,
  options: VerifyExportOptions & { readonly publicKeys: readonly string[] },
  anchored: Anchored,
): Promise<Verdict> {
  const check = sealCheck(options);
  const states = continuity({ kinds: options.kinds });
  let last: Seal | undefined;
  const times = orderOfTime();
  let [lines, unsealed] = [0, 0];
  let end: Extract<ExportPart, { kind: 'end' }> | undefined;

  for await (const part of parts) {
    if (end !== undefined) return fault('inserted', 'something stands after the end of the export');
    if (part.kind === 'seal') {
      const { seal } = part;
      if (unsealed > 0)
        return fault('inserted', `seal ${seal.n} stands after unsealed lines`, { position: seal.first });
      const { entry, fault: other } = await anchored.find(seal);
      const wrong =
        (await check.seal(seal, async () => part.lines, entry)) ??
        other ??
        otherThanKnown(seal, options.head) ??
        (await check.lines(seal, part.lines)) ??
        elsewhere(seal, part.lines);
      if (wrong !== undefined) return wrong;
      for (const line of part.lines) {
        times.take(line);
        await states.take(line);
      }
      lines += part.lines.length;
      last = seal;
    } else if (part.kind === 'loose') {
      const { line } = part;
      const position = line.position === null ? {} : { position: line.position };
      if (line.position !== null || line.seal !== null)
        return fault('inserted', 'a line that no seal holds', { ...position, line: line.id });
      unsealed += 1;
      times.take(line);
      await states.take(line);
    } else if (part.kind === 'end') end = part;
    else if (part.kind === 'header') return fault('inserted', 'a second header');
    else return cutOff(last, `text line ${part.textLine} is damaged or cut short`);
  }

  const counted = lines + unsealed;
  if (end === undefined) return cutOff(last, 'the end of the export is missing');
  if (options.head !== undefined && (last?.n ?? 0) < options.head.n)
    return cutOff(last, `seal ${options.head.n} is known from elsewhere and missing`);
  const missing = anchored.missing(last);
  if (missing !== undefined) return missing;
  if (end.seals !== (last?.n ?? 0) || end.lines > counted)
    return cutOff(
      last,
      `the export was written with ${end.lines} lines and ${end.seals} seals, and holds ${counted} and ${last?.n ?? 0}`,
    );
  if (end.lines < counted || end.unsealed !== unsealed) return fault('inserted', 'more lines than were written');
  return (
    states.finish() ?? {
      ok: true,
      lines: counted,
      unsealed,
      seals: last?.n ?? 0,
      head: last === undefined ? undefined : headOf(last),
      restores: anchored.restores,
      backwards: times.backwards(),
    }
  );
}

const cutOff = (last: Seal | undefined, detail: string): Fault =>
  fault('cut-off', detail, { position: (last?.last ?? 0) + 1 });

function elsewhere(seal: Seal, lines: readonly ExportedLine[]): Fault | undefined {
  const line = lines.find((each) => each.seal !== seal.n);
  if (line === undefined) return undefined;
  return fault('changed', `the line says it lies in seal ${line.seal}, not ${seal.n}`, {
    line: line.id,
    ...(line.position === null ? {} : { position: line.position }),
  });
}

function otherThanKnown(seal: Seal, known: Head | undefined): Fault | undefined {
  if (known?.n !== seal.n || (known.root === seal.root && known.signature === seal.signature)) return undefined;
  return fault('bad-seal', `seal ${seal.n} is not the one known from elsewhere`, { position: seal.first });
}
