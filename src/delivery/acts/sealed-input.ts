import { openJson, subjectKeys } from '../../crypto/subject-keys.ts';
import type { Vault } from '../../crypto/vault.ts';
import type { Engine } from '../../store/engine.ts';
import type { OnSettled, RoomOperation } from '../operations.ts';
import { type Composer, ERASED } from '../sending/compose.ts';

export const INPUT_PURPOSE = 'exchange.payload';

/** What a room gives delivery for an act. */
export const actOperation = (
  parts: { readonly engine: Engine; readonly vault: Vault },
  settled: OnSettled,
): RoomOperation => ({ compose: sealedInput(parts), settled });

/** For acts: what is sent, and asked about, is the input as it was sealed when the act was recorded. */
export function sealedInput(parts: { readonly engine: Engine; readonly vault: Vault }): Composer {
  return async (items) => {
    const keys = await subjectKeys(
      parts.engine,
      items.map(({ subject }) => subject),
    );
    return Promise.all(
      items.map(async ({ id: exchange, subject: id, payload }) => {
        const subject = keys.get(id ?? '');
        const input = await openJson(parts.vault, subject, INPUT_PURPOSE, exchange, payload);
        return subject === undefined || input === null ? ERASED : { input, version: null, subject };
      }),
    );
  };
}
