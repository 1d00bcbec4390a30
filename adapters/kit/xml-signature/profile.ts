import type { Canonicalization, DigestAlgorithm, SignatureAlgorithm } from './algorithms.ts';

/** Local names from the root down. Every element of it is in the namespace of the root. */
export type Path = readonly string[];

/** One element, referred to as `#id`. */
interface SignedById {
  readonly by: 'id';
  readonly path: Path;
  readonly attribute: string;
  readonly id: string;
  /** The algorithms of a reference, in their order; the first are written. `canonical` is what is digested. */
  readonly transforms: readonly (readonly ('enveloped' | Canonicalization)[])[];
}

/**
 * Some elements of the document and nothing around them, referred to as "" with one XPath filter. The filter is compared
 * and never evaluated; `paths` are, in their order in the document, what it selects. Unprefixed names of XPath are in no
 * namespace, and so is such a document.
 */
interface SignedByFilter {
  readonly by: 'filter';
  readonly filter: string;
  readonly paths: readonly Path[];
  readonly transforms: readonly (readonly ('filter' | Canonicalization)[])[];
}

/**
 * How one partner signs. Of each list all are taken, the first is what we write; what is not listed is refused. The
 * signature stands outside of what it signs.
 */
export interface SignatureProfile {
  readonly signed: SignedById | SignedByFilter;
  /** The element that holds the one signature. */
  readonly place: Path;
  readonly signatures: readonly SignatureAlgorithm[];
  readonly digests: readonly DigestAlgorithm[];
  /** Of SignedInfo. */
  readonly canonicalizations: readonly Canonicalization[];
  /** Whether ours has the bare key before the certificate in KeyInfo. */
  readonly writesKeyValue: boolean;
}
