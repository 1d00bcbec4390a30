import { LASTING_SESSIONS, type SessionSettings } from '../../../mocks/kit/sessions.ts';

/** How the bureau behaves; all of it can be changed while it runs. */
export interface BureauSettings extends SessionSettings {
  /** Key of the signature under what it tells. */
  signingKey: string;
  /** A registration is done this long after it was taken; null: when it is told so. */
  doneAfterMs: number | null;
  /** Whether it can say for certain that it has no page under a reference. */
  finds: 'plainly' | 'unsure';
  /** Where it tells by itself that a ticket is decided; null: only when it is told to. */
  tellUrl: string | null;
}

export const DEFAULT_SETTINGS: Readonly<BureauSettings> = {
  ...LASTING_SESSIONS,
  username: 'practice-user',
  password: 'practice-password',
  signingKey: 'practice-signing-key',
  doneAfterMs: null,
  finds: 'plainly',
  tellUrl: null,
};
