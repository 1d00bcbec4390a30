import type { PrincipalKind, Role } from '../../contracts/v1/access.ts';
import type { Secret } from '../observability/secret.ts';
import type { Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { keyHash, LIVE_PREFIX, sameSecret, TEST_PREFIX } from './hash.ts';
import { defaultRatePerSecond, type Principal, roleScopes } from './roles.ts';
import { type BoundRow, boundTo, type KeyRow, livingKey } from './statements.ts';

/** Tells who holds a credential. */
export interface Authenticator {
  /** From memory alone, at once; undefined when it has to be asked with `principalOf`. */
  remembered(credential: string): Principal | undefined;
  /** Undefined for whatever is unknown, expired or revoked. Rejects only when it cannot be told now. */
  principalOf(credential: string): Promise<Principal | undefined>;
  /** Forgets what was remembered of a key. */
  forget(keyId: string): void;
}

/** Verifies a JSON Web Token; undefined when it does not hold. Rejects with `AuthenticationUnavailable`. */
export type TokenVerifier = (
  token: string,
) => Promise<{ readonly principal: Principal; readonly expiresAt: number } | undefined>;

export class AuthenticationUnavailable extends Error {
  override readonly name = 'AuthenticationUnavailable';
}

/** A revocation made by another process is felt after this long at most. */
export const REMEMBER_MS = 5_000;
const REMEMBERED_AT_MOST = 10_000;

/**
 * Credentials are remembered for seconds, so that a busy client costs no read a request. What is wrong is not
 * remembered: guesses cannot fill the memory, and a new key works at once.
 */
export function createAuthenticator(parts: {
  readonly engine: Pick<Engine, 'all'>;
  readonly platform: Platform;
  /** Compared in memory and never stored, so that changing the variable changes the key. */
  readonly adminKey?: Secret | undefined;
  readonly verifyToken?: TokenVerifier | undefined;
}): Authenticator {
  const { engine, platform, adminKey, verifyToken } = parts;
  const remembered = new Map<string, { readonly principal: Principal; readonly until: number }>();
  const asking = new Map<string, Promise<Principal | undefined>>();

  function remember(credential: string, principal: Principal, expiresAt: number | null): Principal {
    if (remembered.size >= REMEMBERED_AT_MOST) remembered.clear();
    const until = platform.now() + REMEMBER_MS;
    remembered.set(credential, { principal, until: expiresAt === null ? until : Math.min(until, expiresAt) });
    return principal;
  }

  async function ask(credential: string): Promise<Principal | undefined> {
    if (adminKey !== undefined && (await sameSecret(credential, adminKey.reveal())))
      return remember(credential, ADMIN_KEY_HOLDER, null);
    if (credential.startsWith(LIVE_PREFIX) || credential.startsWith(TEST_PREFIX)) {
      const [row] = await engine.all<KeyRow>(livingKey(await keyHash(credential)));
      return row && remember(credential, principalOfKey(row), row.expires_at);
    }
    if (verifyToken !== undefined && credential.split('.').length === 3) {
      const verified = await verifyToken(credential);
      if (verified === undefined) return undefined;
      const [bound] = await engine.all<BoundRow>(boundTo(verified.principal.id));
      if (bound === undefined) return remember(credential, verified.principal, verified.expiresAt);
      return bound.revoked_at === null
        ? remember(credential, asBound(verified.principal, bound), verified.expiresAt)
        : undefined;
    }
    return undefined;
  }

  return {
    remembered: (credential) => {
      const known = remembered.get(credential);
      if (known === undefined) return undefined;
      if (known.until > platform.now()) return known.principal;
      remembered.delete(credential);
      return undefined;
    },
    principalOf: (credential) => {
      const under = asking.get(credential);
      if (under !== undefined) return under;
      const answer = ask(credential).finally(() => asking.delete(credential));
      asking.set(credential, answer);
      return answer;
    },
    forget: (keyId) => {
      for (const [credential, known] of remembered)
        if (known.principal.credential === keyId) remembered.delete(credential);
    },
  };
}

/** The holder of ADMIN_KEY is no person: several may know it, so it never counts as one of two people. */
const ADMIN_KEY_HOLDER: Principal = {
  id: 'admin-key',
  kind: 'system',
  role: 'administrator',
  scopes: roleScopes.administrator,
  credential: 'admin-key',
  test: false,
  ratePerSecond: defaultRatePerSecond.administrator,
};

/** Whoever signs in with a bound account is the principal that holds the keys; the token goes on saying its rights. */
function asBound(principal: Principal, bound: BoundRow): Principal {
  return { ...principal, id: bound.id, kind: bound.kind === 'person' ? principal.kind : 'system' };
}

function principalOfKey(row: KeyRow): Principal {
  const role = row.role as Role;
  return {
    id: row.principal,
    kind: row.kind as PrincipalKind,
    role,
    scopes: roleScopes[role] ?? new Set(),
    credential: row.id,
    test: row.test === 1,
    ratePerSecond: row.rate_per_second ?? defaultRatePerSecond[role],
  };
}
