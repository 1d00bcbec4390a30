import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { newSecret, sign } from './signature.ts';

const MESSAGE = { id: 'evt_1', timestampSeconds: 1_669_860_900, body: '{"type":"dossier.changed","data":"Hồ sơ"}' };

/** The same by other code: `v1,` and HMAC-SHA256 of `id.timestamp.body` under the secret's bytes. */
const byHand = (secret: string): string =>
  `v1,${createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(`${MESSAGE.id}.${MESSAGE.timestampSeconds}.${MESSAGE.body}`)
    .digest('base64')}`;

const secretOf = (byte: number): string => newSecret({ bytes: (n: number) => new Uint8Array(n).fill(byte) } as never);

it('signs under every live secret, as other code reckons it', () => {
  const [first, second] = [secretOf(1), secretOf(250)];
  expect(sign([first], MESSAGE)).toBe(byHand(first));
  expect(sign([first, second], MESSAGE)).toBe(`${byHand(first)} ${byHand(second)}`);
});

it('a receiver that knows one of the two secrets takes it, and nobody else', () => {
  const [first, second] = [secretOf(1), secretOf(250)];
  const timestampSeconds = Math.floor(Date.now() / 1000);
  const headers = {
    'webhook-id': MESSAGE.id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': sign([first, second], { ...MESSAGE, timestampSeconds }),
  };
  for (const secret of [first, second])
    expect(new Webhook(secret).verify(MESSAGE.body, headers)).toEqual(JSON.parse(MESSAGE.body));
  expect(() => new Webhook(secretOf(3)).verify(MESSAGE.body, headers)).toThrow('No matching signature');
  expect(() => new Webhook(first).verify(`${MESSAGE.body} `, headers)).toThrow('No matching signature');
});

it('a new secret is 32 random bytes in the form that receivers know', () => {
  expect(secretOf(255)).toBe(`whsec_${Buffer.alloc(32, 255).toString('base64')}`);
});
