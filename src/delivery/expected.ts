import type { Adapter, NotSentReason, Outcome, UnknownReason } from '../../adapters/adapter.ts';

type Kinds<Word extends string> = Readonly<Record<Word, true>>;
const wordsOf = <Word extends string>(kinds: Kinds<Word>): readonly Word[] => Object.keys(kinds) as Word[];

/** All that can come of a call. */
export const OUTCOMES: readonly Outcome['kind'][] = wordsOf<Outcome['kind']>({
  ...{ completed: true, accepted: true, rejected: true, 'not-sent': true, unknown: true, drift: true },
});

/** What an exchange ends as, and the doubt that a person may have to end. */
export const SETTLED = ['delivered', 'rejected', 'dead', 'uncertain'] as const;

const NOT_SENT = wordsOf<NotSentReason>({
  ...{ 'connection-refused': true, dns: true, tls: true, 'cancelled-before-sending': true, 'rate-limited': true },
  ...{ unavailable: true, 'client-error': true, 'login-refused': true, 'login-failed': true, 'not-in-batch': true },
});
const UNKNOWN = wordsOf<UnknownReason>({
  ...{ timeout: true, 'connection-lost': true, 'server-error': true, unreadable: true, 'process-lost': true },
  transport: true,
});
/** Why an exchange was refused, given up or is in doubt, as far as it is known beforehand. */
export const CAUSES: Readonly<Record<'rejected' | 'dead' | 'uncertain', readonly string[]>> = {
  rejected: ['rejected'],
  dead: [...NOT_SENT, ...UNKNOWN, 'drift', 'batch-refused'],
  uncertain: [...UNKNOWN, 'drift', 'content-unproven'],
};

/** The configured systems, and everything that their calls can be counted under. */
export function expectedOf(
  systems: readonly { readonly name: string; readonly adapter: Adapter | undefined }[],
): readonly { readonly system: string; readonly operations: readonly string[] }[] {
  return systems.flatMap(({ name, adapter }) =>
    adapter === undefined
      ? []
      : [
          {
            system: name,
            operations: [
              ...Object.values(adapter.commands ?? {}).flatMap((command) => [
                command.name,
                ...(command.recovery.kind === 'confirm' ? [`${command.name}/confirm`] : []),
                ...('readBack' in command.recovery && command.recovery.readBack !== undefined
                  ? [`${command.name}/read-back`]
                  : []),
              ]),
              ...Object.values(adapter.queries ?? {}).map((query) => `${query.name}/query`),
            ],
          },
        ],
  );
}
