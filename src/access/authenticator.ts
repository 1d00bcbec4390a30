import type { PrincipalKind, Role } from '../../contracts/domain/role.ts';
import type { Secret } from '../observability/secret.ts';
import type { Platform } from '../platform.ts';
import type { Authenticator, Principal, Scope } from '../principal.ts';
import type { Engine } from '../store/engine.ts';
import { keyHash, LIVE_PREFIX, sameSecret, TEST_PREFIX } from './hash.ts';
import { defaultRatePerSecond } from './roles.ts';
import { type BoundRow, boundTo, type KeyRow, knownBefore, livingKey, renameAccount } from './statements.ts';

/** Verifies a JSON Web Token; undefined when it does not hold. Rejects with `AuthenticationUnavailable`. */
export type TokenVerifier = (token: string) => Promise<
  | {
      readonly principal: Omit<Principal, 'scopes'>;
      /** What stood for the same account in stores of before. */
      readonly former?: string;
      readonly expiresAt: number;
    }
  | undefined
>;

/** A revocation made by another process is felt after this long at most. */
export const REMEMBER_MS = 5_000;
export const REMEMBERED_AT_MOST = 10_000;
/** So many that wait for their turn are asked about at once: guesses take little of the store from others. */
const TURNS_AT_ONCE = 4;

/**
 * Credentials are remembered for seconds, so that a busy client costs no read a request. What is wrong is not
 * remembered: guesses cannot fill the memory, and a new key works at once.
 */
export function createAuthenticator(parts: {
  readonly engine: Pick<Engine, 'all' | 'batch'>;
  readonly platform: Platform;
  /** Compared in memory and never stored, so that changing the variable changes the key. */
  readonly adminKey?: Secret | undefined;
  readonly scopesOf: (role: Role) => ReadonlySet<Scope>;
  readonly verifyToken?: TokenVerifier | undefined;
}): Authenticator {
  const { engine, platform, adminKey, scopesOf, verifyToken } = parts;
  /** `until`: steady ms. `expiresAt`: the date on the credential, on the wall. */
  const remembered = new Map<
    string,
    { readonly principal: Principal; readonly until: number; readonly expiresAt: number }
  >();
  const asking = new Map<string, Promise<Principal | undefined>>();

  function remember(credential: string, principal: Principal, expiresAt: number | null): Principal {
    remembered.delete(credential);
    remembered.set(credential, {
      principal,
      until: platform.steady() + REMEMBER_MS,
      expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
    });
    // The one that was asked about the longest ago.
    if (remembered.size > REMEMBERED_AT_MOST)
      for (const oldest of remembered.keys()) {
        remembered.delete(oldest);
        break;
      }
    return principal;
  }

  const waiting: (() => void)[] = [];
  let turns = 0;
  async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    if (turns >= TURNS_AT_ONCE) await new Promise<void>((go) => waiting.push(go));
    else turns += 1;
    try {
      return await work();
    } finally {
      // Whoever is next takes this turn over.
      const next = waiting.shift();
      if (next === undefined) turns -= 1;
      else next();
    }
  }

  async function ask(credential: string): Promise<Principal | undefined> {
    if (adminKey !== undefined && (await sameSecret(credential, adminKey.reveal())))
      return remember(credential, { ...ADMIN_KEY_HOLDER, scopes: scopesOf('administrator') }, null);
    if (credential.startsWith(LIVE_PREFIX) || credential.startsWith(TEST_PREFIX)) {
      const [row] = await engine.all<KeyRow>(livingKey(await keyHash(credential)));
      return row && remember(credential, principalOfKey(row, scopesOf), row.expires_at);
    }
    if (verifyToken !== undefined && credential.split('.').length === 3) {
      const verified = await verifyToken(credential);
      if (verified === undefined) return undefined;
      const { expiresAt } = verified;
      const principal = { ...verified.principal, scopes: scopesOf(verified.principal.role) };
      const { former } = verified;
      if (former !== undefined && (await engine.all(knownBefore(former))).length > 0)
        await engine.batch(renameAccount(former, principal.id));
      const [bound] = await engine.all<BoundRow>(boundTo(principal.id));
      if (bound === undefined) return remember(credential, principal, expiresAt);
      return bound.revoked_at === null ? remember(credential, asBound(principal, bound), expiresAt) : undefined;
    }
    return undefined;
  }

  return {
    remembered: (credential) => {
      const known = remembered.get(credential);
      if (known === undefined) return undefined;
      return known.until > platform.steady() && known.expiresAt > platform.wall() ? known.principal : undefined;
    },
    heldBefore: (credential) => remembered.has(credential),
    principalOf: (credential, waits = false) => {
      const under = asking.get(credential);
      if (under !== undefined) return under;
      const asked = waits ? inTurn(() => ask(credential)) : ask(credential);
      const answer = asked
        .then((principal) => {
          if (principal === undefined) remembered.delete(credential);
          return principal;
        })
        .finally(() => asking.delete(credential));
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
const ADMIN_KEY_HOLDER: Omit<Principal, 'scopes'> = {
  id: 'admin-key',
  kind: 'system',
  role: 'administrator',
  credential: 'admin-key',
  test: false,
  ratePerSecond: defaultRatePerSecond.administrator,
};

/** Whoever signs in with a bound account is the principal that holds the keys; the token goes on saying its rights. */
function asBound(principal: Principal, bound: BoundRow): Principal {
  return { ...principal, id: bound.id, kind: bound.kind === 'person' ? principal.kind : 'system' };
}

function principalOfKey(row: KeyRow, scopesOf: (role: Role) => ReadonlySet<Scope>): Principal {
  const role = row.role as Role;
  return {
    id: row.principal,
    kind: row.kind as PrincipalKind,
    role,
    scopes: scopesOf(role),
    credential: row.id,
    test: row.test === 1,
    ratePerSecond: row.rate_per_second ?? defaultRatePerSecond[role],
  };
}
