import type { SubjectKey, Vault } from '../crypto/vault.ts';
import { commands, type Engine, type Statement, sql } from '../store/engine.ts';

export const ADDRESS_PURPOSE = 'subscription.address';

/** An address as a row keeps it: whole and sealed since version 0.4, before that in clear. */
export interface KeptAddress {
  /** Of the subscription. */
  readonly id: string;
  /** Its origin; of an address that was kept in clear, all of it. */
  readonly url: string;
  readonly address: string | null;
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
}

/** The address itself; of one that ended its origin is all that is left. Throws `Tampered`. */
export async function addressOf(vault: Pick<Vault, 'open'>, row: KeptAddress): Promise<string> {
  const { id, url, address, subject, salt, epoch } = row;
  if (address === null) return url;
  const key: SubjectKey = { id: subject, salt: salt ?? '', epoch };
  const [opened] = await vault.open([{ subject: key, purpose: ADDRESS_PURPOSE, row: id, sealed: address }]);
  return opened ?? url;
}

/** What somebody would name a path by, too short and too plain for a secret or a name with its number. */
const PLAIN = /^(?:[a-z][a-z-]{0,15}|v[0-9]{1,2})?$/;
const MASK = '…';

/** An address as people are shown it, to recognise it by: all that might be secret, or somebody's name, is masked. */
export function shownAddress(text: string): string {
  if (!URL.canParse(text)) return MASK;
  const { origin, pathname, searchParams, hash } = new URL(text);
  const path = pathname
    .split('/')
    .map((part) => (PLAIN.test(part) ? part : MASK))
    .join('/');
  const query = [...searchParams].map(() => MASK).join('&');
  return origin + path + (query === '' ? '' : `?${query}`) + (hash === '' ? '' : `#${MASK}`);
}

const SLICE = 100;

/**
 * Seals what an earlier version kept in clear, a slice at a time; of a subscription that ended the origin is kept. What
 * another process did meanwhile stands. How many there were.
 */
export async function sealAddresses(parts: {
  readonly engine: Engine;
  readonly vault: Pick<Vault, 'seal'>;
}): Promise<number> {
  const { engine, vault } = parts;
  let count = 0;
  for (let after = ''; ; ) {
    const rows = await engine.all<KeptAddress>(sql(IN_CLEAR, after, SLICE));
    const last = rows.at(-1);
    if (last === undefined) return count;
    const whole = rows.filter(({ url }) => url !== originOf(url));
    const living = whole.filter(({ salt }) => salt !== null);
    const sealed = await vault.seal(
      living.map(({ id, url, subject, salt, epoch }) => ({
        subject: { id: subject, salt: salt ?? '', epoch },
        ...{ purpose: ADDRESS_PURPOSE, row: id, text: url },
      })),
    );
    const bySubscription = new Map(living.map(({ id }, index) => [id, sealed[index] ?? null]));
    if (whole.length > 0)
      await engine.batch([
        sealInPlace(
          whole.map(({ id, url }) => ({ id, url, origin: originOf(url), address: bySubscription.get(id) ?? null })),
        ),
      ]);
    count += whole.length;
    after = last.id;
  }
}

const IN_CLEAR = `select s.id, s.url, s.address, s.subject, u.salt, u.epoch from subscription s join subject u on u.id = s.subject
  where s.address is null and s.id > ?1 order by s.id limit cast(?2 as bigint)`;

const sealInPlace = (
  rows: readonly {
    readonly id: string;
    readonly url: string;
    readonly origin: string;
    readonly address: string | null;
  }[],
): Statement => ({
  ...sql(
    `update subscription set url = v.value->>'origin', address = v.value->>'address' from json_each(?1) v
      where subscription.id = v.value->>'id' and subscription.url = v.value->>'url' and subscription.address is null`,
    commands(rows),
  ),
  forgets: true,
});

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : '');
