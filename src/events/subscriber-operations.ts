import type { Vault } from '../crypto/vault.ts';
import type { OnSettled, RoomOperations } from '../delivery/operations.ts';
import { type Composer, ERASED } from '../delivery/sending/compose.ts';
import { newId, type Platform } from '../platform.ts';
import { commands, type Engine, sql } from '../store/engine.ts';
import { addressOf, type KeptAddress } from './address.ts';
import { readSecrets, SECRETS_PURPOSE, secretRow } from './secrets.ts';
import { gone, passed } from './statements.ts';
import { DELIVER_EVENT, type DeliverEvent, GONE, SUBSCRIBER } from './subscriber.ts';

interface ReceiverRow extends KeptAddress {
  readonly id: string;
  readonly secrets: string;
  readonly ended_at: number | null;
}

/**
 * What each receiver is sent: the event as it was put on its way, under the secrets that are live now. And what its answers
 * mean for its subscription: "gone" ends it, and that it refuses one event for good is told.
 */
export function subscriberOperations(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
}): RoomOperations {
  const { engine, vault, platform } = parts;
  const composer: Composer = async (items) => {
    const rows = new Map(
      (
        await engine.all<ReceiverRow>(
          sql(
            `select s.id, s.url, s.address, s.secrets, s.ended_at, s.subject, u.salt, u.epoch from json_each(?1) v
               join subscription s on s.id = v.value->>'id' join subject u on u.id = s.subject`,
            commands([...new Set(items.map((item) => item.key))].map((id) => ({ id }))),
          ),
        )
      ).map((row) => [row.id, row]),
    );
    return Promise.all(
      items.map(async (item) => {
        const row = rows.get(item.key);
        if (row === undefined || row.salt === null || row.ended_at !== null || item.payload === null) return ERASED;
        const subject = { id: row.subject, salt: row.salt, epoch: row.epoch };
        const live = readSecrets(row.secrets).live;
        const [body, ...secrets] = await vault.open([
          { subject, purpose: 'exchange.payload', row: item.id, sealed: item.payload },
          ...live.map(({ n, sealed }) => ({ subject, purpose: SECRETS_PURPOSE, row: secretRow(row.id, n), sealed })),
        ]);
        if (body === undefined) return ERASED;
        const input: DeliverEvent = {
          url: await addressOf(vault, row),
          id: (JSON.parse(body) as { id: string }).id,
          body,
          secrets: secrets.filter((secret) => secret !== undefined),
        };
        return { input, version: null, subject };
      }),
    );
  };
  const settled: OnSettled = async (all, token) => ({
    statements: all.flatMap((each) => {
      if (each.state === 'rejected' && each.outcome?.kind === 'rejected' && each.outcome.code === GONE)
        return gone(each.key, newId(platform, 'evt'), token);
      return each.state === 'retrying' || each.state === 'uncertain'
        ? [passed(each, newId(platform, 'evt'), token)]
        : [];
    }),
  });
  return new Map([[`${SUBSCRIBER}/${DELIVER_EVENT}`, { compose: composer, settled }]]);
}
