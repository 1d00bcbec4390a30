import { z } from 'zod';

/** Where we stand with a system's login, as all processes know it. It holds the token, so it is stored sealed. */
export interface Standing {
  /** Of the credential that all of this is about, so that nothing of it is held for or against another. */
  readonly mark: string;
  /** Logins that ended, whatever their answer. */
  readonly logins: number;
  /** `generation` is the version under which it was saved: a later session has a greater one. */
  readonly session?: { readonly token: string; readonly sinceMs: number; readonly generation: number } | undefined;
  /** What befell the last login, as an outcome names it; absent where it was granted. */
  readonly failure?: string | undefined;
  /** Logins answered no, in a row. */
  readonly refusals: number;
  /** Epoch milliseconds until which nobody logs in. */
  readonly silentUntilMs: number;
  /** A person's try was answered no: theirs, too, wait until then. */
  readonly restUntilMs: number;
}

const stored = z.object({
  mark: z.string(),
  logins: z.number(),
  session: z.object({ token: z.string().min(1), sinceMs: z.number(), generation: z.number() }).optional(),
  failure: z.string().max(40).optional(),
  refusals: z.number(),
  silentUntilMs: z.number(),
  restUntilMs: z.number(),
});

/**
 * What a text says of the credential with this mark: nothing, where it is of another or cannot be understood. What keeps
 * silent does so for `restedMs` longer; a session ages all the same.
 */
export function readStanding(text: string | undefined, mark: string, restedMs: number): Standing {
  const read = stored.safeParse(parsed(text));
  const none = { mark, logins: 0, refusals: 0, silentUntilMs: 0, restUntilMs: 0 };
  if (!read.success) return none;
  if (read.data.mark !== mark) return { ...none, logins: read.data.logins };
  const { silentUntilMs, restUntilMs } = read.data;
  return { ...read.data, silentUntilMs: silentUntilMs + restedMs, restUntilMs: restUntilMs + restedMs };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
