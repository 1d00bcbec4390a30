import type { ExpiredAs } from '../kit/faults.ts';

/** How this portal behaves in everything that is not published; all of it can be changed while it runs. */
export interface PortalSettings {
  username: string;
  password: string;
  /** `madonvi` of the province. */
  unit: string;
  dstcode: string;
  /** Where the dstcode must stand (WIRE.md 1.1: clients use either). */
  dstcodeIn: 'query' | 'header' | 'either';
  /** error_code as 0 / -1, as "0" / "-1", or as "00" for success. */
  codes: 'number' | 'string' | 'padded';
  /** The code beside "đã tồn tại"; clients have met all three (WIRE.md 1.2). */
  existsCode: '3' | '-3' | '0';
  /** The code of any other business "no"; with "0" only the text "không thành công" tells. */
  refusalCode: string;
  /** Texts composed (NFC) or decomposed (NFD). */
  textForm: 'NFC' | 'NFD';
  /** A bad record refuses itself or its whole batch. */
  badItem: 'item' | 'batch';
  /** Whether a refusal names the item: in the message, in `result` rows, or not at all. */
  namesItem: 'message' | 'result' | 'none';
  /** What the judge finds refuses the record, or is only recorded. */
  strict: 'refuse' | 'record';
  /** A status for a national dossier that was never pushed. */
  unknownNational: 'refuse' | 'accept';
  /** A session ends after this time, this many calls, or never. */
  sessionTtlMs: number | null;
  sessionMaxCalls: number | null;
  expiredAs: ExpiredAs;
  /** A new login ends the older sessions of the same user. */
  singleSession: boolean;
  /** Wrong passwords in a row after which the account is locked, and for how long. */
  lockAfter: number | null;
  lockMs: number;
  /** Full bodies are kept while no more dossiers than this are held. */
  keepBodies: number;
  /** Which year's agencies the catalogue lists: 2022 with districts, or 2026 after the merger. */
  agencies: 2022 | 2026;
}

export const DEFAULT_SETTINGS: Readonly<PortalSettings> = {
  username: 'portal-user',
  password: 'portal-password',
  unit: '000.00.00.H02',
  dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
  dstcodeIn: 'either',
  codes: 'number',
  existsCode: '3',
  refusalCode: '-1',
  textForm: 'NFC',
  badItem: 'item',
  namesItem: 'message',
  strict: 'refuse',
  unknownNational: 'refuse',
  sessionTtlMs: null,
  sessionMaxCalls: null,
  expiredAs: 'code-minus-1',
  singleSession: false,
  lockAfter: null,
  lockMs: 60_000,
  keepBodies: 10_000,
  agencies: 2022,
};

/** Lays changes over the settings; a name that does not exist is an error, so that a misspelt one is heard. */
export function laySettings(settings: PortalSettings, changes: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(changes)) {
    if (!(name in DEFAULT_SETTINGS)) throw new TypeError(`no such setting: ${name}`);
  }
  Object.assign(settings, changes);
}
