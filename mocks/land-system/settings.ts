import { LASTING_SESSIONS, type SessionSettings } from '../kit/sessions.ts';

/** Which system it plays, who may speak, and how it calls the one-gate; all of it can be changed while it runs. */
export interface LandSettings extends SessionSettings {
  kind: 'vbdlis' | 'ilis';
  clientId: string;
  clientSecret: string;
  /** The one-gate's `/callbacks/land-system`; the names of calls lie below it. Empty: nothing is told. */
  callbackUrl: string;
  /** securityCode of what it tells, and where it stands. */
  callbackSecret: string;
  securityCodeIn: 'query' | 'body';
  /** How times are written in what it tells, and the zone of those without an offset, minutes ahead of UTC; null: its kind's. */
  timesAs: 'iso' | 'iso-offset' | 'slashed' | 'epoch' | 'dot-net';
  zoneMinutes: number | null;
  /** A callback comes again until it is answered Result 1, so often and so far apart. */
  attempts: number;
  retryMs: number;
}

export const DEFAULT_SETTINGS: Readonly<LandSettings> = {
  ...LASTING_SESSIONS,
  kind: 'vbdlis',
  username: 'motcua',
  password: 'mat-khau-dat-dai',
  clientId: 'motcua-client',
  clientSecret: 'bi-mat-dat-dai',
  callbackUrl: '',
  callbackSecret: 'ma-bao-mat-mo-phong',
  securityCodeIn: 'query',
  timesAs: 'iso',
  zoneMinutes: null,
  attempts: 1,
  retryMs: 200,
};
