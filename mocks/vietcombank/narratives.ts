import type { Random } from '../kit/random.ts';
import { localTime } from './times.ts';
import type { Transfer } from './transfers.ts';

/** What makes a row's narrative: the same seed makes the same. */
interface Made {
  readonly at: number;
  /** Second part of the document number. */
  readonly sequence: string;
  readonly random: Random;
}

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.int(0, 9)).join('');

/** Without marks: no narrative of 6,977 had a character that is not ASCII (WIRE-2 6.3). */
const plain = (value: string, most: number): string =>
  value
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/g, 'd')
    .replace(/Đ/g, 'D')
    .replace(/[^\w \-:.()/;+&!]/g, ' ')
    .slice(0, most);

/** What arrives of the payer's words: fewer characters within the bank than over Napas (WIRE-2 6.3). */
export const arrivingPurpose = ({ purpose = '', direction = 'in', narrative = 2 }: Transfer): string =>
  plain(purpose, narrative === 1 || direction === 'out' ? 105 : 159);

/** First parts of document numbers: the channel (WIRE-2 6.3). */
const PREFIXES = { 1: '5078', 2: '5017', 3: '5189' } as const;

export const documentPrefix = ({ direction = 'in', narrative = 2 }: Transfer): string =>
  PREFIXES[direction === 'out' ? 1 : narrative];

/** Day of the year in three digits, after the year in two. */
function yearDay(local: string): string {
  const year = Number(local.slice(0, 4));
  const day = (Date.parse(`${local.slice(0, 10)}T00:00:00Z`) - Date.UTC(year, 0, 0)) / 86_400_000;
  return `${local.slice(2, 4)}${String(day).padStart(3, '0')}`;
}

/** In the bank's numbers [assumed]: no published credit notice shows one. */
export const newReferenceCode = ({ at, random }: Made): string => `FT${yearDay(localTime(at))}${digits(random, 9)}`;

/** What the statement's line says: the purpose in the middle, the channel's words around it. */
export function narrativeOf(transfer: Transfer, { at, sequence, random }: Made): string {
  const { direction = 'in', narrative = 2, accountNumber, suffix } = transfer;
  const payer = `${transfer.payerAccount ?? '0123456789012'} ${plain(transfer.payerName ?? 'NGUYEN VAN MAU', 60)}`;
  const owner = `${accountNumber} ${plain(transfer.ownerName ?? 'DON VI MAU', 60)}`;
  const purpose = arrivingPurpose(transfer);
  if (direction === 'out')
    return `MBVCB.${digits(random, 10)}.${digits(random, 6)}.${purpose}.CT tu ${owner} toi ${payer} tai NGAN HANG MAU`;
  const local = localTime(at);
  const [year, month, day] = local.slice(0, 10).split('-') as [string, string, string];
  const time = local.slice(11).replaceAll(':', '');
  const date = `${day}${month}${year.slice(2)}`;
  const tails = {
    ft: ` FT${yearDay(local)}${digits(random, 9)}`,
    time: `-${date}-${local.slice(11)} ${digits(random, 6)}`,
  };
  const text = suffix === undefined ? purpose : `${purpose}${tails[suffix]}`;
  switch (narrative) {
    case 1:
      return `MBVCB.${digits(random, 10)}.${text}.CT tu ${payer} toi ${owner}`;
    case 2:
      return `${digits(random, 6)}.${date}.${time}.${text}`;
    case 3:
      return `0200970400${month}${day}${time}${year}${letters(random)}${digits(random, 6)}.${sequence}.${time}.${text}`;
  }
}

const letters = (random: Random): string =>
  Array.from({ length: 4 }, () => random.pick([...'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'])).join('');
