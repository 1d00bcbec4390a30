import { approve, ask, askedNow, end, type Hand, type SharedAct } from '../../access/four-eyes.ts';
import { journalLines } from '../../chronicle/journal-line.ts';
import type { InterventionGuard } from '../../delivery/interventions/intervene.ts';
import { lockStreams } from '../../delivery/statements.ts';
import { commands, type Statement } from '../../store/engine.ts';

export const STATED = 'not-applied';
export const statedAct = (exchange: string): SharedAct => ({ kind: STATED, ref: exchange });
/** An act in doubt, judged under its stream's lock: of anything else nobody states that it did not take effect. */
const inDoubt = (ref: string): string =>
  `exists (select 1 from exchange x where x.id = ${ref} and x.kind = 'act' and x.state = 'uncertain')`;

/** While the system is asked (`sending`) the doubt goes on. */
export const doubtIsOver = (ref: string): string =>
  `not exists (select 1 from exchange x where x.id = ${ref} and x.state in ('uncertain', 'sending'))`;

/** One person's word that an act in doubt did not take effect: kept and journalled, changing nothing else. */
export function stateFirst(
  known: { readonly id: string; readonly stream: string },
  by: { readonly hand: Hand; readonly reason?: string | undefined },
  token: string,
): Statement[] {
  return [
    lockStreams(commands([{ stream: known.stream }])),
    ...ask(statedAct(known.id), by.hand, { weight: 1, limit: 0, token, open: inDoubt }),
    journalLines(
      {
        id: `x.id || ':' || ?3 || ':stated'`,
        ref: 'x.id',
        to: `'stated-not-applied: ' || ?4`,
        actor: '?2',
        source: `from exchange x where x.id = ?1 and ${askedNow(STATED, '?1', '?3')}`,
      },
      known.id,
      by.hand.id,
      token,
      by.reason ?? '',
    ),
  ];
}

/** The second person's word; before the intervention that it allows, which is guarded by it. */
export const stateSecond = (
  known: { readonly id: string; readonly stream: string },
  hand: Hand,
  token: string,
): Statement[] => [
  lockStreams(commands([{ stream: known.stream }])),
  ...approve(statedAct(known.id), hand, { token, open: inDoubt }),
];
export const secondGuard = (exchange: string): InterventionGuard => ({
  table: 'approval',
  id: `${STATED}:${exchange}`,
});

/** One person's word is void once something else was done about the exchange in this batch. */
export const voidStated = (exchange: string, token: string): Statement =>
  end(
    statedAct(exchange),
    token,
    (ref) => `exists (select 1 from journal j where j.id = ${ref} || ':' || ?2) and approval.written_by <> ?2`,
  );
