import { unmarked } from '../../contracts/domain/text.ts';
import type { Random } from '../kit/random.ts';
import { Wheel } from '../year/deck.ts';
import { localText, type NarrativeClass } from './entry.ts';

/** What a narrative is made of. */
export interface Said {
  readonly random: Random;
  /** When the payer gave the order. */
  readonly at: number;
  /** Second part of the document number. */
  readonly sequence: string;
  readonly purpose: string;
  readonly payerName: string;
  readonly account: string;
  readonly owner: string;
}

/** Of a thousand credits; what the published shares leave to classes 5 to 9 is divided by guess (WIRE-2.md 6.3). */
export const classShares: readonly (readonly [NarrativeClass, number])[] = [
  ...([
    [1, 200],
    [2, 487],
    [3, 276],
    [4, 27],
  ] as const),
  ...([
    [5, 4],
    [6, 2],
    [7, 2],
    [8, 1],
    [9, 1],
  ] as const),
];
const wheel = new Wheel(classShares, ([, share]) => share);
export const drawClass = (random: Random): NarrativeClass => wheel.spin(random)[0];

/** First parts of document numbers (WIRE-2.md 6.3); that of class 8 is assumed. */
export const documentPrefixes: Readonly<Record<NarrativeClass, readonly string[]>> = {
  1: ['5078', '5239', '5240', '5241', '5242', '5243', '5244', '5245'],
  2: ['5017', '5209', '5212', '5213', '5214', '5215', '5216', '5217', '5218', '5219', '5220'],
  3: ['5189', '5387', '5388', '5389', '5390'],
  4: ['5161'],
  5: ['5136'],
  6: ['5009'],
  7: ['5090'],
  8: ['5130'],
  9: ['9920'],
};

export const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.int(0, 9)).join('');

/** No narrative has a character that is not ASCII (WIRE-2.md 6.3). */
export const plain = (text: string): string => unmarked(text).replace(/[^\w \-:.()/;+&!]/g, ' ');

const payersAccount = (random: Random): string => `0${digits(random, 12)}`;

/** What the bank writes of a credit: the payer's words in the middle, the channel's around them. */
export function creditNarrative(narrativeClass: NarrativeClass, said: Said): string {
  const { random, at, sequence, purpose, account } = said;
  const payer = plain(said.payerName).toUpperCase();
  const [year, month, day] = localText(at).slice(0, 10).split('-') as [string, string, string];
  const time = localText(at).slice(11).replaceAll(':', '');
  const parties = () => `CT tu ${payersAccount(random)} ${payer} toi ${account} ${plain(said.owner).toUpperCase()}`;
  switch (narrativeClass) {
    case 1: {
      const words = `${random.chance(0.8) ? 'MBVCB' : 'IBVCB'}.${digits(random, 10)}.${purpose}`;
      return random.chance(0.95) ? `${words}.${parties()}` : words;
    }
    case 2:
      return `${digits(random, 6)}.${day}${month}${year.slice(2)}.${time}.${purpose}${sendersTail(random, at)}`;
    case 3: {
      const bank = random.pick(['970415', '970422', '970418', '970405', '970407']);
      const trace = `${letters(random, 4)}${digits(random, 6)}`;
      return `0200${bank}${month}${day}${time}${year}${trace}.${sequence}.${time}.${purpose}`;
    }
    case 4:
      return random.chance(0.7)
        ? `PARTNER.DIRECT_DEBITS_VCB.MSE.${digits(random, 11)}.${year}${month}${day}.${purpose}`
        : `PARTNER.DIRECT_DEBITS_VCB.ZLP.ZP${digits(random, 12)}.${year}${month}${day}${time}.${purpose}`;
    case 5:
      return `${random.pick(['IBBIZ', 'MBBIZ'])}${digits(random, 1)}.${purpose}`;
    case 6: {
      const remark = `NGAN HANG MAU;${payersAccount(random)};${purpose}`;
      return `SHGD:${digits(random, 8)}.DD:${year.slice(2)}${month}${day}.BO:${payer}.Remark:${remark}`;
    }
    case 7:
      return `VCB.CTDK.${day}/${month}/${digits(random, 1)}.${purpose}.${parties()}`;
    case 8:
      return `/Ref:P${digits(random, 7)}{//}/Ref:${purpose} DVC:${payer}`;
    case 9:
      return `//SAL${digits(random, 8)}//BAO CO ${purpose}`;
  }
}

/** Money that leaves for another bank. */
export function debitNarrative({ random, purpose, payerName, account, owner }: Said): string {
  const from = `${account} ${plain(owner).toUpperCase()}`;
  const to = `${payersAccount(random)} ${plain(payerName).toUpperCase()}`;
  return `MBVCB.${digits(random, 10)}.${digits(random, 6)}.${purpose}.CT tu ${from} toi ${to} tai NGAN HANG MAU`;
}

/** What senders' banks append behind the purpose (WIRE-2.md 6.3); the share of `GD` is made. */
function sendersTail(random: Random, at: number): string {
  const place = random.next();
  const local = localText(at);
  const [year, month, day] = local.slice(0, 10).split('-') as [string, string, string];
  if (place < 0.35) {
    const dayOfYear = (Date.parse(local.slice(0, 10)) - Date.UTC(Number(year), 0, 0)) / 86_400_000;
    return ` FT${year.slice(2)}${String(dayOfYear).padStart(3, '0')}${digits(random, 9)}`;
  }
  if (place < 0.4) return `-${day}${month}${year.slice(2)}-${local.slice(11)} ${digits(random, 6)}`;
  return place < 0.45 ? ` GD ${digits(random, 6)}-${month}${day}${year.slice(2)}-${local.slice(11)}` : '';
}

const letters = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.pick([...'ABCDEFGHJKMNPQRSUVWXYZ0123456789'])).join('');
