import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import {
  type BatchOutcome,
  type CallContext,
  type CollapsingCommand,
  completed,
  notSent,
  type Outcome,
  type ReadBack,
  type SendOutcome,
  unknown,
} from '../adapter.ts';
import { refusedAs } from '../kit/outcome.ts';
import { plainCode } from './codes.ts';
import { divide, foreignRow, type ItemVerdict } from './items.ts';
import { lookUp } from './lookup-dossier.ts';
import { fieldsNamed } from './named-fields.ts';
import { commandPolicy } from './policy.ts';
import { type Portal, refusal } from './portal.ts';
import { dossierRecord } from './record.ts';
import { service } from './wire.ts';

export interface SyncDossierInput {
  readonly dossier: DossierSnapshot;
  /** The nation has shown it already: it travels as an update. A wrong guess costs one more call, nothing else. */
  readonly known: boolean;
  /** The gateway's own payments say that it was paid online. */
  readonly paidOnline?: boolean;
}

/** `DongBoHoSoMC`: the nation shows the dossier as it stands (WIRE.md 1.4). */
export function syncDossier(portal: Portal): CollapsingCommand<SyncDossierInput> {
  return {
    kind: 'collapsing',
    name: 'sync-dossier',
    recovery: {
      kind: 'repeatable',
      why: 'A snapshot replaces the one before it: the same one twice shows the same dossier.',
      readBack: (input, context) => readBack(portal, input, context),
    },
    policy: commandPolicy,
    batch: { key: (input) => (input.known ? 'update' : 'new'), weight: () => 1, maximumWeight: 100 },
    run: async (inputs, context) => {
      const first = inputs[0];
      return first ? deliver(portal, inputs, first.known, context) : { kind: 'itemised', outcomes: [] };
    },
  };
}

/**
 * Sends the dossiers as new or as update. Those that they already have, or do not have, are sent once more the other
 * way in the same run; there is no third way and so no third call for a dossier.
 */
async function deliver(
  portal: Portal,
  inputs: readonly SyncDossierInput[],
  asUpdate: boolean,
  context: CallContext,
  before?: readonly ItemVerdict[],
): Promise<BatchOutcome> {
  const answer = await portal.call(context, service.syncDossier, {
    isUpdating: asUpdate ? 'True' : 'False',
    data: inputs.map((input) => dossierRecord(input.dossier, input.paidOnline)),
  });
  if (answer.kind !== 'answered') return { kind: 'undivided', outcome: answer };
  const codes = inputs.map((input) => input.dossier.code);
  const divided = divide(answer, codes);
  if (!divided) {
    return { kind: 'undivided', outcome: refusal(answer, fieldsNamed(answer.message)) };
  }
  const verdicts = asUpdate && !before ? await explained(portal, divided, codes, context) : divided;

  const outcomes = verdicts.map((verdict, index) => outcomeOf(verdict, asUpdate, before?.[index]));
  const otherWay = asUpdate ? 'unknown-record' : 'exists';
  const turned = before ? [] : verdicts.flatMap((verdict, index) => (verdict.verdict === otherWay ? [index] : []));
  if (turned.length === 0) return { kind: 'itemised', outcomes };

  const again = (indexes: readonly number[]) =>
    deliver(portal, pick(inputs, indexes), !asUpdate, context, pick(verdicts, indexes));
  const together = await again(turned);
  if (together.kind === 'undivided' && turned.length === inputs.length) return together;
  for (const [position, index] of turned.entries()) {
    const ended = together.kind === 'itemised' ? together : await again([index]);
    const outcome =
      ended.kind === 'itemised' ? ended.outcomes[together.kind === 'itemised' ? position : 0] : ended.outcome;
    if (outcome) outcomes[index] = outcome;
  }
  return { kind: 'itemised', outcomes };
}

/**
 * An update refused alone, for no reason that is told, may be one of a dossier that they have not got: they are asked.
 */
async function explained(
  portal: Portal,
  verdicts: readonly ItemVerdict[],
  codes: readonly string[],
  context: CallContext,
): Promise<readonly ItemVerdict[]> {
  const [item, ...others] = verdicts;
  const [code] = codes;
  if (!item || others.length > 0 || code === undefined) return verdicts;
  if (item.verdict !== 'no' || fieldsNamed(item.message).length > 0) return verdicts;
  const found = await lookUp(portal, code, context);
  return found.kind === 'completed' && !found.result.exists ? [{ ...item, verdict: 'unknown-record' }] : verdicts;
}

function outcomeOf(item: ItemVerdict, asUpdate: boolean, before: ItemVerdict | undefined): SendOutcome {
  switch (item.verdict) {
    case 'done':
      return completed({ asUpdate });
    case 'not-said':
      return notSent('not-in-batch');
    case 'busy':
      return notSent('unavailable');
    case 'broken':
      return unknown('server-error');
    case 'foreign':
      return foreignRow;
    case 'unclear':
      return unknown('unreadable');
    case 'exists':
      // To an update "it exists already" beside a 0 is a yes in many words.
      if (asUpdate && plainCode(item.code) === '0') return completed({ asUpdate });
      return refusalOf(before ?? item);
    case 'unknown-record':
      return refusalOf(before ?? item);
    default:
      return refusalOf(item);
  }
}

const refusalOf = (item: ItemVerdict) => refusedAs(item.code, item.message, fieldsNamed(item.message));

/** What the nation shows of it: existence and status, never content (WIRE.md 1.3). */
async function readBack(portal: Portal, input: SyncDossierInput, context: CallContext): Promise<Outcome<ReadBack>> {
  const found = await lookUp(portal, input.dossier.code, context);
  if (found.kind !== 'completed') return found;
  if (!found.result.exists) return completed<ReadBack>('absent');
  if (found.result.status === undefined) return completed<ReadBack>('cannot-tell');
  return completed<ReadBack>(found.result.status === input.dossier.status ? 'matches' : 'differs');
}

function pick<Item>(items: readonly Item[], indexes: readonly number[]): Item[] {
  return indexes.flatMap((index) => items.slice(index, index + 1));
}
