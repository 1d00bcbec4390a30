/** SHA-256 of texts, base64url: `Vault.digest`, or the same where there is no vault. */
export type Digest = (texts: readonly string[]) => Promise<string[]>;

/**
 * One change of state, as it stands in the store. `from` is null where a reference begins, or where the line states a
 * fact beside its state (erased, revealed); otherwise it is the reference's last `to`.
 */
export interface Line {
  readonly id: string;
  readonly ref: string;
  readonly from: string | null;
  readonly to: string;
  readonly actor: string;
  /** The store's clock, epoch milliseconds. */
  readonly at: number;
  /** SHA-256 of the ciphertext that the change concerns. */
  readonly payloadHash: string | null;
  /** The number of its row, in the order of writing; null in an export that tells of it as unsealed. */
  readonly position: number | null;
}

export interface Seal {
  readonly n: number;
  /** Positions from the seal before on, to its last line's. Not each need be taken: see `isDense`. */
  readonly first: number;
  readonly last: number;
  /** Chain value of the seal before, or `GENESIS`. */
  readonly prev: string;
  /** The leaf hashes of its lines one after the other, 43 characters each. */
  readonly leaves: string;
  /** Hash of `leaves`. */
  readonly root: string;
  readonly signedAt: number;
  readonly signature: string;
  readonly publicKey: string;
}

/** What of a seal is kept outside the database. */
export interface Head {
  readonly n: number;
  /** Position of its last line. */
  readonly position: number;
  readonly root: string;
  readonly signature: string;
}

export const GENESIS = 'lienthong-journal-1';
export const LEAF_LENGTH = 43;

/**
 * Fields as one text that cannot be read in two ways: each as its length in UTF-8 bytes, a colon, itself and a
 * semicolon; `-;` for null.
 */
export function canonical(fields: readonly (string | number | null)[]): string {
  let text = '';
  for (const field of fields) {
    if (field === null) text += '-;';
    else {
      const value = String(field);
      text += `${utf8Length(value)}:${value};`;
    }
  }
  return text;
}

/** The text whose hash is the line's leaf. `position` is where the line is claimed to stand. */
export const leafText = (line: Line, position: number | null = line.position): string =>
  canonical([line.id, line.ref, line.from, line.to, line.actor, line.at, line.payloadHash, position]);

/** The text that a seal signs; the hash of this text is the next seal's `prev`. */
export const sealText = (seal: Omit<Seal, 'leaves' | 'signature' | 'publicKey'>): string =>
  canonical(['lienthong-seal-1', seal.n, seal.first, seal.last, seal.prev, seal.root, seal.signedAt]);

/** How many lines a seal holds. */
export const linesIn = ({ leaves }: Pick<Seal, 'leaves'>): number => leaves.length / LEAF_LENGTH;

/**
 * Each position of the seal is a line's. Where several write, a batch that failed leaves a position that nobody has;
 * then a line's own leaf alone tells where it stood.
 */
export const isDense = (seal: Pick<Seal, 'first' | 'last' | 'leaves'>): boolean =>
  linesIn(seal) === seal.last - seal.first + 1;

export const headOf = (seal: Pick<Seal, 'n' | 'last' | 'root' | 'signature'>): Head => ({
  n: seal.n,
  position: seal.last,
  root: seal.root,
  signature: seal.signature,
});

function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    if (code < 0x800) length += 1;
    else if (code < 0xd800 || code > 0xdbff || !isLow(text.charCodeAt(at + 1))) length += 2;
    else {
      length += 2;
      at += 1;
    }
  }
  return length;
}

const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
