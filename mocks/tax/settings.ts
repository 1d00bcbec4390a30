import type { Keys } from './keys.ts';

/** How an answer is sealed: well, or in one of the ways that nobody may believe. */
export type Sealing =
  | 'good'
  /** By a stranger, who shows a certificate of his own. */
  | 'another-key'
  /** By a stranger, who shows the gateway's certificate. */
  | 'stolen-certificate'
  | 'unsigned'
  /** What is owed is changed after it was signed. */
  | 'altered'
  /** What was signed is moved aside, and something else stands in its place. */
  | 'wrapped'
  | 'md5';

/** How this gateway behaves in everything that is not certain; all of it can be changed while it runs. */
export interface TaxSettings extends Keys {
  username: string;
  password: string;
  sealing: Sealing;
  /** Added to its clock: SEND_DATE, and the age of a token. */
  clockOffMs: number;
  /** A token that is older, or younger than now by as much, is refused; 0 looks at no age. */
  tokenAgeMs: number;
  /** MSG_REFID of answers. */
  refersTo: 'nothing' | 'question' | 'another';
  /** Whom an answer speaks of. */
  answersFor: 'whom-was-asked' | 'another';
  /** Where notices and proofs are pushed to; empty pushes none. */
  noticeUrl: string;
  proofUrl: string;
  /** SecurityKey. */
  pushSecret: string;
}

export const DEFAULT_SETTINGS: Readonly<Omit<TaxSettings, keyof Keys>> = {
  username: 'tinh-mau',
  password: 'mat-khau-gip',
  sealing: 'good',
  clockOffMs: 0,
  tokenAgeMs: 0,
  refersTo: 'nothing',
  answersFor: 'whom-was-asked',
  noticeUrl: '',
  proofUrl: '',
  pushSecret: 'khoa-chung-tu-thue',
};
