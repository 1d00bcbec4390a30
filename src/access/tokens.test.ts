import { createHmac } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuthenticationUnavailable } from '../principal.ts';
import { accountOf, formerAccountOf } from './hash.ts';
import { tokenVerifier } from './tokens.ts';

const keyed = (key: string) => ({
  mac: async (purpose: string, texts: readonly string[]) =>
    texts.map((text) => createHmac('sha256', key).update(`${purpose}/${text}`).digest('base64url')),
});
const vault = keyed('ours');
const otherVault = keyed('another');

const settings = { jwksUrl: 'https://id.example.vn/jwks', issuer: 'https://id.example.vn', audience: 'lienthong' };

/** Only what the province's identity provider signed for us is believed (I7). */
describe('tokens', () => {
  let ours: CryptoKeyPair;
  let strangers: CryptoKeyPair;
  let jwks: string;
  let fetched = 0;
  const fetch = (async () => {
    fetched += 1;
    return new Response(jwks, { headers: { 'content-type': 'application/json' } });
  }) as typeof globalThis.fetch;
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: 'tk-17', lienthong_role: 'operator' };

  beforeAll(async () => {
    ours = (await generateKeyPair('ES256')) as CryptoKeyPair;
    strangers = (await generateKeyPair('ES256')) as CryptoKeyPair;
    jwks = JSON.stringify({ keys: [{ ...(await exportJWK(ours.publicKey)), kid: '1', alg: 'ES256' }] });
  });

  const sign = (changed: Record<string, unknown> = {}, by = ours.privateKey) =>
    new SignJWT({ iss: settings.issuer, aud: settings.audience, exp: now + 600, ...claims, ...changed })
      .setProtectedHeader({ alg: 'ES256', kid: '1' })
      .sign(by);

  it('name a principal by subject and role, a program unless they say otherwise, and fetch the keys once', async () => {
    const verify = tokenVerifier(settings, fetch, vault);
    const verified = await verify(await sign());
    expect(verified).toMatchObject({
      principal: { id: expect.stringMatching(/^jwt:[\w-]{22}$/), kind: 'system', role: 'operator', credential: 'jwt' },
      expiresAt: (now + 600) * 1000,
    });
    expect((await verify(await sign({ lienthong_kind: 'person' })))?.principal.kind).toBe('person');
    expect(fetched).toBe(1);
  });

  it('keep every subject out of ids, by a digest that nobody can make without the key (I6)', async () => {
    const verify = tokenVerifier(settings, fetch, vault);
    for (const sub of ['024000000000', 'mau@example.vn', 'Nguyễn Văn Mẫu', 'nguyen.van.mau', 'tk-17']) {
      const verified = await verify(await sign({ sub }));
      expect(verified?.principal.id).toBe(await accountOf(vault, sub));
      expect(verified?.principal.id).not.toBe(await accountOf(otherVault, sub));
      expect(verified?.principal.id).not.toContain(sub);
      expect(verified?.former).toBe(await formerAccountOf(sub));
    }
  });

  it.each([
    ['another issuer', { iss: 'https://other.example.vn' }],
    ['another audience', { aud: 'other' }],
    ['no expiry', { exp: undefined }],
    ['an expiry that has passed', { exp: now - 60 }],
    ['a beginning that has not come', { nbf: now + 600 }],
    ['no role', { lienthong_role: undefined }],
    ['a role that is none', { lienthong_role: 'king' }],
    ['no subject', { sub: undefined }],
  ])('with %s are refused', async (_name, changed) => {
    expect(await tokenVerifier(settings, fetch, vault)(await sign(changed))).toBeUndefined();
  });

  it('that are unsigned, signed by another, or keyed with the public key are refused', async () => {
    const verify = tokenVerifier(settings, fetch, vault);
    expect(await verify(await sign({}, strangers.privateKey))).toBeUndefined();
    const body = { iss: settings.issuer, aud: settings.audience, exp: now + 600, ...claims };
    expect(await verify(new UnsecuredJWT(body).encode())).toBeUndefined();
    const shared = new SignJWT(body).setProtectedHeader({ alg: 'HS256', kid: '1' });
    expect(await verify(await shared.sign(new TextEncoder().encode(jwks)))).toBeUndefined();
    expect(await verify('a.b.c')).toBeUndefined();
  });

  it('cannot be judged while the keys cannot be had: that is no refusal', async () => {
    const down = (async () => {
      throw new TypeError('fetch failed');
    }) as typeof globalThis.fetch;
    await expect(tokenVerifier(settings, down, vault)(await sign())).rejects.toBeInstanceOf(AuthenticationUnavailable);
  });
});
