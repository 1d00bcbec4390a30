import type { TaxDue, TaxPayer } from '../../contracts/domain/tax.ts';
import { type Happening, happened } from '../chronicle/raise.ts';
import { openJson, sealJson, subjectKeys } from '../crypto/subject-keys.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { completed, pairs } from './completed.ts';
import { DUE_CONTENT, type DueContent } from './contents.ts';
import { decisionOf } from './decision.ts';
import { taxEvents } from './event-types.ts';
import { remainingOf } from './judge-dues.ts';
import { amountsOf, layOver, type MadeDue, type ToldDue } from './lay-over.ts';
import type { DueRow, MovedDue, NewDue } from './statements.ts';

/** Dues of one dossier as somebody told them. */
export interface ToldDues {
  readonly dossier: string;
  readonly dues: readonly TaxDue[];
  /** They are recorded as a debt; null where whoever tells says nothing of that, nor of what is exempt, paid or when it is due. */
  readonly deferred: boolean | null;
}
export interface DuesOver {
  readonly dossier: string;
  readonly subject: SubjectKey;
  /** All that is held, replaced ones too. */
  readonly held: readonly DueRow[];
  /** The id of what they came by. */
  readonly by: string;
  readonly system: string;
  /** Notices that proofs came of in the same commit. */
  readonly touched: readonly string[];
  provenOf(decision: string): number;
}
export interface DuesChange {
  readonly fresh: readonly NewDue[];
  readonly moved: readonly MovedDue[];
  readonly events: readonly Happening[];
  readonly persons: readonly TaxPayer[];
}

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault'>;

/** What was told of a dossier's dues over what is held of them, notice by notice. */
export async function duesOver(parts: Parts, told: readonly ToldDues[], over: DuesOver): Promise<DuesChange> {
  const { vault, platform } = parts;
  const { dossier, subject, held, by, system } = over;
  const present = held.filter(({ state }) => state !== 'replaced');
  const contents = await openContents(parts, present);

  const notices = new Map<string, ToldDue[]>();
  for (const { dues, deferred } of told)
    for (const [decision, given] of await byDecision(dues)) {
      const before = pairs(
        given,
        present.filter((one) => one.decision === decision),
        (row) => contents.get(row.id)?.name,
      );
      for (const [index, each] of given.entries()) {
        const row = before[index];
        const due = deferred === null && row !== undefined ? completed(each, row, contents.get(row.id)) : each;
        const [said = ''] = await vault.mac('tax-due', [JSON.stringify(contentOf(due))]);
        const isDebt = deferred ?? row?.deferred === 1;
        notices.set(decision, [...(notices.get(decision) ?? []), { due, said, deferred: isDebt }]);
      }
    }

  const fresh: NewDue[] = [];
  const moved: MovedDue[] = [];
  const events: Happening[] = [];
  const persons: TaxPayer[] = [];
  for (const decision of new Set([...notices.keys(), ...over.touched])) {
    const laid = layOver(
      decision,
      held.filter((one) => one.decision === decision),
      isLate(by, present, decision) ? undefined : notices.get(decision),
      over.provenOf(decision),
      () => newId(platform, 'due'),
    );
    moved.push(...laid.moved);
    for (const made of laid.made) {
      const { id, due, state, finding, proven } = made;
      const left = remainingOf({ ...amountsOf(due), proven });
      const data = {
        ...{ obligation: id, dossierCode: dossier, kind: due.kind, state, finding },
        ...{ dueVnd: due.dueVnd, remainingVnd: left },
      };
      events.push(happened(platform, taxEvents.obligation, { system, ref: dossier, data }));
      fresh.push(rowOf(made, { dossier, subject: subject.id, notice: by, content: await sealed(id, due) }));
      persons.push(due.payer);
    }
  }
  return { fresh, moved, events, persons };

  async function byDecision(dues: readonly TaxDue[]): Promise<ReadonlyMap<string, readonly TaxDue[]>> {
    const groups = new Map<string, TaxDue[]>();
    for (const due of dues) {
      const decision = await decisionOf(vault, due.decision.number, due.kind);
      groups.set(decision, [...(groups.get(decision) ?? []), due]);
    }
    return groups;
  }
  async function sealed(id: string, due: TaxDue): Promise<string> {
    return (await sealJson(vault, subject, DUE_CONTENT, id, contentOf(due))) ?? '';
  }
}

/**
 * Messages are acted on side by side: one that came before what stands by a later message is as good as replaced. Ids of
 * messages are in the order in which they came.
 */
const isLate = (by: string, present: readonly DueRow[], decision: string): boolean =>
  by.startsWith(MESSAGE) &&
  present.some((one) => one.decision === decision && one.notice.startsWith(MESSAGE) && one.notice > by);
const MESSAGE = 'in_';

const contentOf = ({ payer, decision, name, certificateNumber }: TaxDue): DueContent => ({
  ...{ payer, decision, name, certificateNumber },
});

async function openContents(
  { engine, vault }: Pick<Parts, 'engine' | 'vault'>,
  rows: readonly DueRow[],
): Promise<ReadonlyMap<string, DueContent | null>> {
  const keys = await subjectKeys(
    engine,
    rows.map(({ subject }) => subject),
  );
  const opened = rows.map(async (row): Promise<[string, DueContent | null]> => {
    return [row.id, await openJson<DueContent>(vault, keys.get(row.subject), DUE_CONTENT, row.id, row.content)];
  });
  return new Map(await Promise.all(opened));
}

function rowOf(
  { id, decision, place, due, said, deferred, proven, state, finding }: MadeDue,
  more: Pick<NewDue, 'dossier' | 'subject' | 'notice' | 'content'>,
): NewDue {
  const { kind, chapter, subItem, treasury, dueDate } = due;
  return {
    ...{ ...more, id, decision, place, kind, chapter, sub_item: subItem, ...amountsOf(due), proven, state, finding },
    ...{ treasury_code: treasury.code, treasury_account: treasury.account, due_date: dueDate, said },
    deferred: deferred ? 1 : 0,
  };
}
