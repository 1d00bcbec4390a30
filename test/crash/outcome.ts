import { expect } from 'vitest';
import { until } from '../kit/gateway-process.ts';
import { journalFaults } from './journal.ts';
import type { KilledGateways } from './killed-gateways.ts';
import { leftOpen } from './witness.ts';

interface EventSeen {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How many events of a type say this among their data, once so many of them stand in the feed. */
export async function toldEvents(
  ground: KilledGateways,
  type: string,
  said: Readonly<Record<string, string>>,
  atLeast: number,
): Promise<number> {
  return until(
    `${type} of ${JSON.stringify(said)} is told`,
    async () => {
      const all: EventSeen[] = [];
      for (let after = 0, more = true; more; ) {
        const { body } = await ground.gateway.json<{ items: EventSeen[]; next: number; more: boolean }>(
          'GET',
          `/v1/events?after=${after}&types=${type}&limit=100`,
        );
        all.push(...body.items);
        ({ next: after, more } = body);
      }
      const wanted = Object.entries(said);
      const count = all.filter(({ data }) => wanted.every(([name, value]) => data[name] === value)).length;
      return count >= atLeast ? count : undefined;
    },
    { withinMs: 5_000 },
  );
}

/** A POST by a new person, under a key of its own. */
export async function byAPerson(
  ground: KilledGateways,
  role: 'operator' | 'finance',
  path: string,
  body?: object,
): Promise<Response> {
  return ground.gateway.fetch(path, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${await ground.person(role)}`, 'content-type': 'application/json' },
      'idempotency-key': crypto.randomUUID(),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** People state what became of what nobody can be asked about: an arrival one, its absence two. */
export async function stated(
  ground: KilledGateways,
  exchange: string,
  outcome: 'applied' | 'not-applied',
): Promise<void> {
  const persons = outcome === 'applied' ? 1 : 2;
  for (let n = 0; n < persons; n++) {
    const body = { outcome, reason: 'asked the other side' };
    const answer = await byAPerson(ground, 'operator', `/v1/exchanges/${exchange}/confirm`, body);
    // The first of two is kept, and another person is asked for.
    const expected = n + 1 < persons ? 403 : 200;
    if (answer.status !== expected)
      throw new Error(`the statement was answered ${answer.status}: ${await answer.text()}`);
  }
}

/** It stops, nothing is left open, and the journal is sound. */
export async function endsClean({ databaseFile, keys, gateway }: KilledGateways): Promise<void> {
  expect(await gateway.stop()).toMatchObject({ code: 0 });
  expect(leftOpen(databaseFile)).toMatchObject({
    ...{ streamsHeld: 0, sending: 0, openCalls: 0, openAttempts: 0, uncertain: 0 },
  });
  expect(await journalFaults(databaseFile, keys.masterKey)).toEqual([]);
}
