import { type Engine, sql } from '../store/engine.ts';
import { type Keyring, KeyringUnusable } from './keyring.ts';

/**
 * Ties a store to the key ring it was sealed with, at the first start; afterwards throws `KeyringUnusable` where the
 * ring is another one. Without it a lost ring would be replaced by a new one in silence, and nothing sealed before
 * could be read.
 */
export async function bindKeyring(engine: Engine, keyring: Pick<Keyring, 'id'>): Promise<void> {
  const read = sql("select value from meta where key = 'keyring'");
  const [row] = await engine.all<{ value: string }>(read);
  const [, rows = []] =
    row === undefined
      ? await engine.batch([
          sql("insert into meta (key, value) values ('keyring', ?1) on conflict (key) do nothing", keyring.id),
          read,
        ])
      : [[], [row]];
  const bound = rows[0]?.value;
  if (bound !== keyring.id)
    throw new KeyringUnusable(
      `this store was sealed with the key ring ${String(bound)}, but KEYRING_URL holds ${keyring.id}: bring back the right key ring, or what was sealed cannot be read`,
    );
}
