import type { StatementFormat } from '../../../contracts/domain/statement.ts';
import { crc32 } from './crc32.ts';
import { peeked } from './file-head.ts';
import { containerOf } from './sheet.ts';
import { type FileHead, type ProblemTold, problemAt, type Told } from './source.ts';
import { BadZip, beginsZip, type Member, membersOf } from './zip-directory.ts';
import { checkSizes, piecesOf } from './zip-members.ts';

/** Bytes of an archive as it is sent: its directory stands at its end, so that it is held whole. */
export const ARCHIVE_LIMIT_BYTES = 64 * 1024 * 1024;
const UNPACKED_LIMIT_BYTES = 512 * 1024 * 1024;
const MEMBERS_LIMIT = 64;
/** A statement shrinks to a twentieth: what shrinks to less than a thousandth was made to burst. */
const LARGEST_RATIO = 1_000;

/** What a Mac adds to a zip beside the files themselves. */
const BESIDE = '__MACOSX/';
/** A spreadsheet is a zip too: these members tell one, of Microsoft's kind and of OpenDocument's. */
const OF_WORKBOOKS: ReadonlySet<string> = new Set(['[content_types].xml', 'meta-inf/manifest.xml']);

/** A file or a member whose layout is known. */
export interface KnownLayout {
  readonly format: StatementFormat;
  readonly told: AsyncIterable<readonly Told[]>;
}
export type OpenMember = (head: FileHead, whole: AsyncIterable<Uint8Array>) => KnownLayout | ProblemTold;

interface Numbered {
  /** From 1, among the members that are read. */
  readonly ordinal: number;
  readonly member: Member;
}

/**
 * A zip of statements, read member after member as one file whose parts follow each other; rows are those of the members,
 * and problems name the member by its ordinal, never by its name. All members have the layout of the first. A member that
 * is a workbook, a zip, unknown or damaged (its checksum counts) is a problem; folders and what a Mac adds are left out.
 * Undefined where the zip is a workbook itself.
 */
export async function openArchive(zip: Uint8Array, open: OpenMember): Promise<KnownLayout | ProblemTold | undefined> {
  try {
    const all = membersOf(zip);
    if (all.some(({ name }) => OF_WORKBOOKS.has(name.toLowerCase()))) return undefined;
    const members = all
      .filter(({ name }) => !name.startsWith(BESIDE))
      .map((member, index) => ({ ordinal: index + 1, member }));
    const [first, ...others] = members;
    if (first === undefined) return problemAt(1, null, 'is an archive that holds no file');
    if (members.length > MEMBERS_LIMIT) return problemAt(1, null, `is an archive of more than ${MEMBERS_LIMIT} files`);
    checkSizes(
      members.map(({ member }) => member),
      UNPACKED_LIMIT_BYTES,
    );
    const opened = await memberOpened(first, open);
    if ('kind' in opened) return opened;
    return { format: opened.format, told: everyPart(opened, others, open) };
  } catch (error) {
    if (!(error instanceof BadZip)) throw error;
    return problemAt(1, null, error.message);
  }
}

async function* everyPart(
  first: KnownLayout,
  others: readonly Numbered[],
  open: OpenMember,
): AsyncGenerator<readonly Told[]> {
  yield* ofMember(1, first.told);
  for (const each of others) {
    const opened = await memberOpened(each, open);
    if ('kind' in opened) yield [opened];
    else if (opened.format === first.format) yield* ofMember(each.ordinal, opened.told);
    else yield [inMember(each, problemAt(1, null, 'is written in another layout than member 1'))];
  }
}

async function* ofMember(member: number, parts: AsyncIterable<readonly Told[]>): AsyncGenerator<readonly Told[]> {
  for await (const told of parts) yield told.map((each) => (each.kind === 'account' ? { ...each, member } : each));
}

const inMember = ({ ordinal }: Numbered, problem: ProblemTold): ProblemTold => ({
  ...problem,
  message: `member ${ordinal}: ${problem.message}`,
});

async function memberOpened(numbered: Numbered, open: OpenMember): Promise<KnownLayout | ProblemTold> {
  const { member } = numbered;
  if (member.sizeBytes === 0) return inMember(numbered, problemAt(1, null, 'is empty'));
  if (member.sizeBytes > LARGEST_RATIO * member.packed.length)
    return inMember(numbered, problemAt(1, null, `unpacks to more than ${LARGEST_RATIO} times its size`));
  try {
    const file = checked(member);
    const { head, whole } = await peeked(file);
    if (beginsZip(head.bytes)) return inMember(numbered, problemAt(1, null, 'is a zip within the zip'));
    if (containerOf(head.bytes) !== undefined)
      return inMember(numbered, problemAt(1, null, 'is a workbook: send it by itself'));
    const opened = open(head, whole);
    if ('kind' in opened) return inMember(numbered, opened);
    return { format: opened.format, told: memberTold(numbered, opened.told, whole) };
  } catch (error) {
    if (!(error instanceof BadZip)) throw error;
    return inMember(numbered, problemAt(1, null, error.message));
  }
}

/** What a reader leaves unread at the end is unpacked all the same: its checksum may show that the member is damaged. */
async function* memberTold(
  numbered: Numbered,
  parts: AsyncIterable<readonly Told[]>,
  file: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly Told[]> {
  try {
    for await (const told of parts)
      yield told.map((each) => (each.kind === 'problem' ? inMember(numbered, each) : each));
    for await (const _rest of file);
  } catch (error) {
    if (!(error instanceof BadZip)) throw error;
    yield [inMember(numbered, problemAt(1, null, error.message))];
  }
}

async function* checked(member: Member): AsyncGenerator<Uint8Array> {
  let crc = 0;
  for (const piece of piecesOf(member)) {
    crc = crc32(piece, crc);
    yield piece;
  }
  if (crc !== member.crc) throw new BadZip('is damaged: its checksum is that of another file');
}
