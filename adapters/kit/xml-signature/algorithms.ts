/** Names of XMLDSig for what is used here. An algorithm that is not in these tables does not exist: no MD5, no HMAC. */
export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = `${DSIG}enveloped-signature`;
export const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116';

export type Hash = 'SHA-1' | 'SHA-256';

/** RSASSA-PKCS1-v1_5. */
export const signatures = {
  'rsa-sha1': { uri: `${DSIG}rsa-sha1`, hash: 'SHA-1' },
  'rsa-sha256': { uri: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', hash: 'SHA-256' },
} as const satisfies Record<string, { uri: string; hash: Hash }>;
export type SignatureAlgorithm = keyof typeof signatures;

export const digests = {
  sha1: { uri: `${DSIG}sha1`, hash: 'SHA-1' },
  sha256: { uri: 'http://www.w3.org/2001/04/xmlenc#sha256', hash: 'SHA-256' },
} as const satisfies Record<string, { uri: string; hash: Hash }>;
export type DigestAlgorithm = keyof typeof digests;

export const canonicalizations = {
  c14n: { uri: C14N, exclusive: false, comments: false },
  'c14n-with-comments': { uri: `${C14N}#WithComments`, exclusive: false, comments: true },
  'exclusive-c14n': { uri: EXCLUSIVE, exclusive: true, comments: false },
  'exclusive-c14n-with-comments': { uri: `${EXCLUSIVE}WithComments`, exclusive: true, comments: true },
} as const;
export type Canonicalization = keyof typeof canonicalizations;
