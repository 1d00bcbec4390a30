import type { Channel, DossierStatus } from '../../contracts/domain/status.ts';

/** The nation's code of each status (WIRE.md 1.6). */
export const statusCode: Readonly<Record<DossierStatus, string>> = {
  registered: '1',
  accepted: '2',
  refused: '3',
  processing: '4',
  supplementing: '5',
  'awaiting-payment': '6',
  withdrawn: '7',
  stopped: '8',
  completed: '9',
  'result-returned': '10',
};

export const channelCode: Readonly<Record<Channel, '1' | '2' | '3'>> = { counter: '1', online: '2', postal: '3' };

const statusOfCode = new Map(Object.entries(statusCode).map(([status, code]) => [code, status as DossierStatus]));
const channelOfCode = new Map<string, Channel>(
  Object.entries(channelCode).map(([channel, code]) => [code, channel as Channel]),
);

/** Our word for a code of theirs, written as a number or a text; undefined for one that is in no list. */
export function statusFromCode(code: string | number): DossierStatus | undefined {
  return statusOfCode.get(plainCode(code));
}

export function channelFromCode(code: string | number): Channel | undefined {
  return channelOfCode.get(plainCode(code));
}

/** "02", " 2" and 2 are one code. */
export function plainCode(code: string | number): string {
  const text = String(code).trim();
  return /^\d+$/.test(text) ? String(Number(text)) : text;
}
