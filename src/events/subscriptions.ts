import { personOf } from '../access/people.ts';
import { subjectsFrom } from '../crypto/subject-rows.ts';
import { type SubjectKey, Tampered, type Vault } from '../crypto/vault.ts';
import type { OwnedStreams } from '../exchanges/sight.ts';
import { newId, type Platform } from '../platform.ts';
import type { Principal } from '../principal.ts';
import type { OriginRule } from '../room.ts';
import { type Engine, type Statement, sql } from '../store/engine.ts';
import { ADDRESS_PURPOSE, addressOf, shownAddress } from './address.ts';
import {
  LIVE_SECRETS_AT_MOST,
  NO_SECRETS,
  readSecrets,
  SECRETS_PURPOSE,
  secretRow,
  withoutSecret,
  withSecret,
} from './secrets.ts';
import { newSecret } from './signature.ts';
import { end, LIST, noteOn, type SubscriptionRow, WAITING_AT_MOST } from './statements.ts';
import { SUBSCRIBER } from './subscriber.ts';

/** Who asks. A subscription is its maker's; an administrator sees and changes all. */
export type SubscriptionCaller = Pick<Principal, 'id' | 'role'>;

export interface NewSubscription {
  readonly url: string;
  /** Only these types; without it all. */
  readonly types?: readonly string[] | undefined;
  /** Deliver what follows this position; without it what comes from now on. */
  readonly after?: number | undefined;
}

/** Times are epoch milliseconds. */
export interface Subscription {
  readonly id: string;
  /** With what is secret in it masked. */
  readonly url: string;
  /** Null: all types. */
  readonly types: readonly string[] | null;
  /** The last event that was put on its way. */
  readonly position: number;
  readonly waiting: number;
  readonly failing: boolean;
  /** Of those that wait: refused, tried again beside the others, which pass them. */
  readonly passed: number;
  /** Events that the receiver never took and that are not tried again by themselves. */
  readonly givenUp: number;
  /** The live ones, without themselves. */
  readonly secrets: readonly { readonly n: number; readonly createdAt: number }[];
  readonly createdAt: number;
  readonly createdBy: string;
}

/** Who is told of events. What is somebody else's is answered as if there were none. A secret leaves this room once, in the answer to the call that made it. */
export interface Subscriptions {
  mayCall(url: string): boolean;
  /** Undefined when its maker has as many as one principal may have. */
  create(
    asked: NewSubscription,
    by: SubscriptionCaller,
    also?: (id: string) => readonly Statement[],
  ): Promise<{ readonly view: Subscription; readonly secret: string } | undefined>;
  find(id: string, by: SubscriptionCaller): Promise<Subscription | undefined>;
  /** Oldest first, those that have ended left out. */
  list(limit: number, by: SubscriptionCaller, after?: string): Promise<Subscription[]>;
  /** Ends it: what is on its way is cancelled, and its secrets are destroyed. False when there is none. */
  remove(id: string, by: SubscriptionCaller): Promise<boolean>;
  addSecret(
    id: string,
    by: SubscriptionCaller,
    also?: (n: number) => readonly Statement[],
  ): Promise<{ readonly n: number; readonly createdAt: number; readonly secret: string } | 'not-found' | 'too-many'>;
  removeSecret(id: string, n: number, by: SubscriptionCaller): Promise<'done' | 'not-found' | 'last'>;
}

/** Of one principal, so that nobody takes the places of others. */
export const SUBSCRIPTIONS_AT_MOST = 100;

/** SQL: the subscription `s` is this caller's; every principal of a person counts. */
const madeBy = (id: string): string => `${personOf('s.created_by')} = ${personOf(id)}`;
/** Or the caller is an administrator. */
const seenBy = (id: string, all: string): string => `(${all} = 1 or ${madeBy(id)})`;

/** What is on its way to a subscription, and was, is its maker's too. */
export const ownedDeliveries: OwnedStreams = {
  system: SUBSCRIBER,
  reference: 'subscription:',
  owns: (key, caller) => `exists (select 1 from subscription s where s.id = ${key} and ${madeBy(caller)})`,
};
const sees = ({ id, role }: SubscriptionCaller): readonly [string, number] => [id, role === 'administrator' ? 1 : 0];

export function createSubscriptions(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  readonly mayCall: OriginRule;
  /** Told of an address that is not what was sealed. */
  readonly unreadable?: (error: unknown) => void;
  /** Told that subscriptions came or went. */
  readonly changed?: () => void;
}): Subscriptions {
  const { engine, vault, platform } = parts;
  const changed = parts.changed ?? (() => {});

  async function row(id: string, by: SubscriptionCaller): Promise<SubscriptionRow | undefined> {
    const [found] = await engine.all<SubscriptionRow>(
      sql(`${LIST} where s.id = ?1 and s.ended_at is null and ${seenBy('?2', 'cast(?3 as bigint)')}`, id, ...sees(by)),
    );
    return found;
  }

  /** One address that does not open is told of and masked; nothing is sent there either. */
  async function shown(found: SubscriptionRow): Promise<Subscription> {
    const address = await addressOf(vault, found).catch((error: unknown) => {
      if (!(error instanceof Tampered)) throw error;
      parts.unreadable?.(error);
      return '';
    });
    return viewOf(found, address);
  }

  /** Writes the secrets over those that were read; false when somebody else changed them meanwhile. */
  async function writeSecrets(
    found: SubscriptionRow,
    secrets: string,
    note: string,
    actor: string,
    also: readonly Statement[] = [],
  ): Promise<boolean> {
    const token = newId(platform, 't');
    const [rows] = await engine.batch([
      {
        ...sql(
          'update subscription set secrets = ?2, written_by = ?3 where id = ?1 and secrets = ?4 and ended_at is null returning id',
          ...[found.id, secrets, token, found.secrets],
        ),
        // One that was taken out opens with the subject's key still: it is to be found nowhere.
        forgets: true,
      },
      noteOn(found.id, note, actor, token),
      ...also,
    ]);
    return rows?.length === 1;
  }

  return {
    mayCall: (url) => parts.mayCall(url) !== false,

    create: async (asked, by, also = () => []) => {
      const id = newId(platform, 'hook');
      const token = newId(platform, 't');
      const subject: SubjectKey = vault.newSubject();
      const secret = newSecret(platform);
      const [sealed = '', address = ''] = await vault.seal([
        { subject, purpose: SECRETS_PURPOSE, row: secretRow(id, NO_SECRETS.next), text: secret },
        { subject, purpose: ADDRESS_PURPOSE, row: id, text: asked.url },
      ]);
      const secrets = withSecret(NO_SECRETS, platform.wall(), sealed);
      const [rows] = await engine.batch([
        sql(
          `insert into subscription (id, url, address, types, subject, secrets, position, created_at, created_by, written_by)
           select ?1, ?2, ?9, ?3, ?4, ?5, coalesce(cast(?6 as bigint), (select max(position) from event where position is not null), 0), {at}, ?7, ?8
            where (select count(*) from subscription s where s.ended_at is null and ${madeBy('?7')}) < ${SUBSCRIPTIONS_AT_MOST} returning id`,
          id,
          new URL(asked.url).origin,
          JSON.stringify(asked.types ?? null),
          subject.id,
          JSON.stringify(secrets),
          asked.after ?? null,
          by.id,
          token,
          address,
        ),
        subjectsFrom(
          {
            ...{ id: 's.subject', kind: `'subscription'`, ref: 's.id', salt: '?3', epoch: '?4' },
            source: 'from subscription s where s.id = ?1 and s.written_by = ?2',
          },
          id,
          token,
          subject.salt,
          subject.epoch,
        ),
        noteOn(id, 'created', by.id, token),
        ...also(id),
      ]);
      if (rows?.length !== 1) return undefined;
      changed();
      const made = await row(id, by);
      if (made === undefined) throw new Error('a subscription vanished after it was made');
      return { view: await shown(made), secret };
    },

    find: async (id, by) => {
      const found = await row(id, by);
      return found && shown(found);
    },

    list: async (limit, by, after) => {
      const rows = await engine.all<SubscriptionRow>(
        sql(
          `${LIST} where s.ended_at is null and s.id > coalesce(?1, '') and ${seenBy('?3', 'cast(?4 as bigint)')} order by s.id limit cast(?2 as bigint)`,
          after ?? null,
          limit,
          ...sees(by),
        ),
      );
      return Promise.all(rows.map(shown));
    },

    remove: async (id, by) => {
      // Whose it is never changes, so it may be looked at before the batch.
      if ((await row(id, by)) === undefined) return false;
      const rows = await engine.batch(end(id, by.id, newId(platform, 't')));
      if (rows.at(-1)?.length !== 1) return false;
      changed();
      return true;
    },

    addSecret: async (id, by, also = () => []) => {
      for (;;) {
        const found = await row(id, by);
        if (found === undefined || found.salt === null) return 'not-found';
        const held = readSecrets(found.secrets);
        if (held.live.length >= LIVE_SECRETS_AT_MOST) return 'too-many';
        const secret = newSecret(platform);
        const at = platform.wall();
        const [sealed = ''] = await vault.seal([
          {
            subject: { id: found.subject, salt: found.salt, epoch: found.epoch },
            purpose: SECRETS_PURPOSE,
            row: secretRow(id, held.next),
            text: secret,
          },
        ]);
        const next = JSON.stringify(withSecret(held, at, sealed));
        if (await writeSecrets(found, next, `secret ${held.next} added`, by.id, also(held.next)))
          return { n: held.next, createdAt: at, secret };
      }
    },

    removeSecret: async (id, n, by) => {
      for (;;) {
        const found = await row(id, by);
        if (found === undefined) return 'not-found';
        const held = readSecrets(found.secrets);
        if (!held.live.some((each) => each.n === n)) return 'not-found';
        if (held.live.length === 1) return 'last';
        if (await writeSecrets(found, JSON.stringify(withoutSecret(held, n)), `secret ${n} removed`, by.id))
          return 'done';
      }
    },
  };
}

function viewOf(row: SubscriptionRow, address: string): Subscription {
  return {
    id: row.id,
    url: shownAddress(address),
    types: JSON.parse(row.types) as string[] | null,
    position: row.position,
    waiting: Math.min(row.waiting, WAITING_AT_MOST) + row.aside,
    failing: row.failing > 0 || row.aside > 0,
    passed: row.aside,
    givenUp: row.given_up,
    secrets: readSecrets(row.secrets).live.map(({ n, at }) => ({ n, createdAt: at })),
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}
