import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { principalKind, role } from '../../contracts/domain/role.ts';
import type { Vault } from '../crypto/vault.ts';
import { AuthenticationUnavailable } from '../principal.ts';
import type { TokenVerifier } from './authenticator.ts';
import { accountOf, formerAccountOf } from './hash.ts';
import { defaultRatePerSecond } from './roles.ts';

export interface TokenSettings {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
}

/** The claims we go by. `lienthong_role` is required. A token is a program's unless `lienthong_kind` says `person`. */
const claims = z.object({
  sub: z.string().min(1).max(200),
  exp: z.number(),
  lienthong_role: role,
  lienthong_kind: principalKind.default('system'),
});

/** Public-key signatures only: a shared secret would let whoever verifies also sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/**
 * Verifies tokens of the province's identity provider: signature by its published keys, issuer, audience and time.
 * A token without expiry is refused. `fetch` is the runtime's; keys are kept ten minutes.
 */
export function tokenVerifier(
  settings: TokenSettings,
  fetch: typeof globalThis.fetch,
  vault: Pick<Vault, 'mac'>,
): TokenVerifier {
  const keys = createRemoteJWKSet(new URL(settings.jwksUrl), { timeoutDuration: 5_000, [customFetch]: fetch });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: settings.issuer,
        audience: settings.audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 30,
      });
      const told = claims.safeParse(payload);
      if (!told.success) return undefined;
      const { sub, exp, lienthong_role: name, lienthong_kind: kind } = told.data;
      return {
        principal: {
          id: await accountOf(vault, sub),
          kind,
          role: name,
          credential: 'jwt',
          test: false,
          ratePerSecond: defaultRatePerSecond[name],
        },
        former: await formerAccountOf(sub),
        expiresAt: exp * 1000,
      };
    } catch (error) {
      if (isVerdict(error)) return undefined;
      throw new AuthenticationUnavailable('the key set cannot be fetched', { cause: error });
    }
  };
}

/** Whether the token was judged; anything else means that the keys could not be had. */
function isVerdict(error: unknown): boolean {
  return (
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  );
}
