import { LASTING_SESSIONS, type SessionSettings } from '../kit/sessions.ts';

/** How the portal says that a session is over; the real texts are not published (WIRE.md A2.4). */
export type ExpiredAs = 'code-minus-1' | 'code-2' | 'http-401' | 'http-200-text';

/** How this portal behaves in everything that is not published; all of it can be changed while it runs. */
export interface PortalSettings extends SessionSettings {
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
  expiredAs: ExpiredAs;
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
  ...LASTING_SESSIONS,
  expiredAs: 'code-minus-1',
  keepBodies: 10_000,
  agencies: 2022,
};
