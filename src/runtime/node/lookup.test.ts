import { expect, it } from 'vitest';
import { isPublicAddress } from '../../addresses.ts';
import { lookupAmong } from './lookup.ts';
import { createUndiciTransport } from './transport.ts';

const signal = new AbortController().signal;

it('I7: a public name that leads to loopback is not called, and nothing was sent', async () => {
  const transport = createUndiciTransport({ mayReach: isPublicAddress });
  // Every resolver knows this one; a rebinding attacker's name would do the same.
  const answer = await transport.send(
    { method: 'POST', url: 'http://localhost:9/hook', headers: {}, body: Buffer.from('{}') },
    { signal, timeoutMs: 2_000 },
  );
  expect(answer).toEqual({ mayHaveArrived: false, cause: 'dns' });
  await transport.close();
});

it('I7: one private address among public ones is enough to refuse the name', async () => {
  const names: Record<string, string[]> = { good: ['8.8.8.8'], mixed: ['8.8.8.8', '10.0.0.1'], none: [] };
  const ask = lookupAmong(isPublicAddress, (name, _options, done) =>
    done(
      null,
      (names[name] ?? []).map((address) => ({ address, family: 4 })),
    ),
  );
  const result = (name: string) =>
    new Promise<unknown>((resolve) => ask(name, { all: true }, (error, found) => resolve(error?.code ?? found)));
  expect(await result('good')).toEqual([{ address: '8.8.8.8', family: 4 }]);
  expect(await result('mixed')).toBe('ENOTFOUND');
  expect(await result('none')).toBe('ENOTFOUND');
});
