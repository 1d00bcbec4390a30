import type { SignatureProfile } from './profile.ts';

/**
 * The integration gateway of the tax department (WIRE.md 3.2, WIRE-2.md 3.2a): exclusive C14N is that of SignedInfo, the
 * reference digests inclusive C14N, implied or written out.
 */
export const gipProfile: SignatureProfile = {
  signed: {
    by: 'filter',
    filter: 'ancestor-or-self::HEADER or ancestor-or-self::BODY',
    paths: [
      ['DATA', 'HEADER'],
      ['DATA', 'BODY'],
    ],
    transforms: [['filter'], ['filter', 'c14n']],
  },
  place: ['DATA', 'SECURITY'],
  signatures: ['rsa-sha256'],
  digests: ['sha256'],
  canonicalizations: ['exclusive-c14n-with-comments'],
  writesKeyValue: false,
};

/**
 * Land registries towards the tax department (WIRE-2.md 3.4a). SHA-1 is theirs: taken, said to be weak, and never written
 * by us.
 */
export const landProfile: SignatureProfile = {
  signed: {
    by: 'id',
    path: ['DATA', 'BODY'],
    attribute: 'id',
    id: 'body',
    transforms: [['enveloped', 'c14n-with-comments']],
  },
  place: ['DATA', 'SECURITY'],
  signatures: ['rsa-sha256', 'rsa-sha1'],
  digests: ['sha256', 'sha1'],
  canonicalizations: ['c14n-with-comments'],
  writesKeyValue: true,
};
