import type { PrincipalKind, Role } from '../contracts/domain/role.ts';

/** A right that a route asks for, such as `dossiers:read`; declared by the room whose routes ask for it. */
export type Scope = string;

/**
 * Which roles have a right. The administrator has every one, so that one key is enough to begin with; four-eyes acts
 * still need two people, which no role replaces. A right that no other role has says why.
 */
export type ScopeGrant = { readonly roles: readonly [Role, ...Role[]] } | { readonly administratorOnly: string };

export type Scopes = Readonly<Record<Scope, ScopeGrant>>;

/** Who asks. */
export interface Principal {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  /** The key it came with (`key_…`), or `jwt`, or `admin-key`. */
  readonly credential: string;
  readonly test: boolean;
  readonly ratePerSecond: number;
}

/** Tells who holds a credential. */
export interface Authenticator {
  /** From memory alone, at once; undefined when it has to be asked with `principalOf`. */
  remembered(credential: string): Principal | undefined;
  /** Whether this credential held when it was last asked about: it is no guess, though it may be revoked by now. */
  heldBefore(credential: string): boolean;
  /**
   * Undefined for whatever is unknown, expired or revoked. Rejects only when it cannot be told now. `inTurn`: behind
   * others that are asked about so, a few at a time.
   */
  principalOf(credential: string, inTurn?: boolean): Promise<Principal | undefined>;
  /** Forgets what was remembered of a key. */
  forget(keyId: string): void;
}

export class AuthenticationUnavailable extends Error {
  override readonly name = 'AuthenticationUnavailable';
}
