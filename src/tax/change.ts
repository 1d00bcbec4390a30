import type { TaxDue, TaxPayer, TaxProof } from '../../contracts/domain/tax.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { type Happening, happened, raise } from '../chronicle/raise.ts';
import { sealJson } from '../crypto/subject-keys.ts';
import type { Judged } from '../delivery/judged.ts';
import { clearId } from '../payments/clear-words.ts';
import { provenPayment } from '../payments/proven.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { commands, type Statement } from '../store/engine.ts';
import { taxEvents } from './event-types.ts';
import { type HeldDue, judgeDues, remainingOf } from './judge-dues.ts';
import {
  type DueRow,
  duesOf,
  type HeadRow,
  headsOf,
  indexPersons,
  insertDues,
  insertProof,
  type MovedDue,
  makeHeads,
  moveDues,
  type NewDue,
  type NewProof,
  type ProofRow,
  proofsOf,
  stampHeads,
} from './statements.ts';

/** What is sealed of a due: whom it concerns, and the words that name it. */
export type DueContent = Pick<TaxDue, 'payer' | 'decision' | 'name' | 'certificateNumber'>;
export const DUE_CONTENT = 'tax_due.content';
/** What is sealed of a proof. */
export type ProofContent = Pick<TaxProof, 'noticeNumber' | 'payer' | 'content' | 'documentUrl'>;
export const PROOF_CONTENT = 'tax_proof.content';

/** Dues of one dossier as somebody told them. */
export interface ToldDues {
  readonly dossier: string;
  readonly dues: readonly TaxDue[];
  /** They are recorded as a debt. */
  readonly deferred: boolean;
}
export interface Told {
  readonly dues: readonly ToldDues[];
  readonly proofs: readonly TaxProof[];
  /** What they came by: its id stands with them. */
  readonly by: string;
  /** The row whose stamp the commit depends on. */
  readonly only: { readonly table: 'inbound' | 'watch'; readonly row: string };
  readonly actor: string;
  readonly system: string;
}
export interface Laid {
  readonly judgedBy: readonly Judged[];
  statements(token: string): readonly Statement[];
}
export type LayDues = (told: Told) => Promise<Laid>;

/** The status of a proof that says "paid" (WIRE.md 3.1); no other is known. */
const PAID = '1';

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault'>;

/**
 * The one way by which dues change: what is held of the dossiers is read, what was told laid over it, judged in memory,
 * and written over the version that was read. A later notice takes the place of the one of its number, or stands beside
 * those of other numbers; the same again changes nothing. A proof may come before its notice.
 */
export function createLayDues(parts: Parts): LayDues {
  const { engine, platform, vault } = parts;

  async function heads(dossiers: readonly string[]): Promise<readonly HeadRow[]> {
    const found = await engine.all<HeadRow>(headsOf(dossiers));
    const there = new Set(found.filter(({ salt }) => salt !== null).map(({ dossier }) => dossier));
    const missing = dossiers.filter((dossier) => !there.has(dossier));
    if (missing.length === 0) return found;
    await engine.batch(
      makeHeads(
        missing.map((dossier) => ({ dossier, subject: vault.newSubject() })),
        newId(platform, 't'),
      ),
    );
    return engine.all<HeadRow>(headsOf(dossiers));
  }

  /** The number that names a notice, as a clear column takes it; a due without one is known by what it is for. */
  const decisionOf = (number: string | null, kind: string): Promise<string> =>
    number === null ? Promise.resolve(`-${kind}`) : clearId(vault, number.trim());

  return async ({ dues: told, proofs, by, only, actor, system }) => {
    const dossiers = [
      ...new Set([...told, ...proofs.map(({ dossierCode: dossier }) => ({ dossier }))].map((each) => each.dossier)),
    ];
    const rows = await heads(dossiers);
    const held = Map.groupBy(await engine.all<DueRow>(duesOf(dossiers)), ({ dossier }) => dossier);
    const known = Map.groupBy(await engine.all<ProofRow>(proofsOf(dossiers)), ({ dossier }) => dossier);

    const fresh: NewDue[] = [];
    const moved: MovedDue[] = [];
    const receipts: NewProof[] = [];
    const payments: Awaited<ReturnType<typeof provenPayment>>[] = [];
    const people: { dossier: string; hash: string }[] = [];
    const events: (Happening & { readonly dossier: string })[] = [];

    for (const head of rows) {
      const { dossier, salt } = head;
      const subject = salt === null ? undefined : { id: head.subject, salt, epoch: head.epoch };
      const present = (held.get(dossier) ?? []).filter(({ state }) => state !== 'replaced');
      const proven = [...(known.get(dossier) ?? [])].map(({ decision, amount, status, said_at }) => ({
        decision,
        amount,
        status,
        said_at,
      }));
      const persons: TaxPayer[] = [];

      for (const proof of proofs.filter(({ dossierCode }) => dossierCode === dossier)) {
        const decision = await decisionOf(proof.noticeNumber, 'other');
        const { amountVnd: amount, paidAt: said_at, status } = proof;
        if (proven.some((one) => one.decision === decision && one.amount === amount && one.said_at === said_at))
          continue;
        const id = newId(platform, 'txp');
        const content: ProofContent = {
          ...{ noticeNumber: proof.noticeNumber, payer: proof.payer },
          ...{ content: proof.content, documentUrl: proof.documentUrl },
        };
        const due = present.find((one) => one.decision === decision);
        const payment =
          status === PAID
            ? await provenPayment(parts, {
                ...{ dossier, decision, amountVnd: amount, at: said_at, payer: proof.payer, actor },
                treasuryAccount: due?.treasury_account ?? null,
                chapter: due?.chapter ?? null,
                subItem: due?.sub_item ?? null,
                only: { table: 'tax_head', column: 'dossier', row: dossier },
              })
            : undefined;
        if (payment !== undefined) {
          payments.push(payment);
          const data = { receipt: id, dossierCode: dossier, payment: payment.id, amountVnd: amount };
          events.push({ ...happened(platform, taxEvents.paid, { system, ref: dossier, data }), dossier });
        }
        receipts.push({
          ...{ id, dossier, decision, amount, said_at, status, payment: payment?.id ?? null, message: by },
          content: (await sealJson(vault, subject, PROOF_CONTENT, id, content)) ?? '',
        });
        proven.push({ decision, amount, status, said_at });
        persons.push(proof.payer);
      }

      const notices = new Map<string, { readonly due: TaxDue; readonly deferred: boolean }[]>();
      for (const { dues, deferred } of told.filter((one) => one.dossier === dossier))
        for (const due of dues) {
          const decision = await decisionOf(due.decision.number, due.kind);
          notices.set(decision, [...(notices.get(decision) ?? []), { due, deferred }]);
        }
      const decisions = new Set([...notices.keys(), ...receipts.map(({ decision }) => decision)]);
      for (const decision of decisions) {
        const before = present.filter((one) => one.decision === decision);
        const after = notices.get(decision);
        const sum = proven
          .filter((one) => one.decision === decision && one.status === PAID)
          .reduce((total, { amount }) => total + amount, 0);
        const replaces = after !== undefined && !isSame(before, after);
        if (!replaces) {
          for (const judged of judgeDues(before.map(asHeld), sum)) {
            const row = before.find(({ id }) => id === judged.id);
            if (row === undefined || (row.state === judged.state && row.proven === judged.proven)) continue;
            moved.push({ ...judged, from: row.state, replacedBy: null });
          }
          continue;
        }
        const made = after.map(({ due, deferred }, place) => ({ id: newId(platform, 'due'), due, deferred, place }));
        const judged = judgeDues(
          made.map(({ id, due, deferred, place }) => ({
            ...{ id, decision, place, deferred: deferred && due.kind === 'land-use' },
            ...{ due: due.dueVnd, exempt: due.exemptVnd, paid: due.paidVnd, remaining: due.remainingVnd },
          })),
          sum,
        );
        for (const { id, due, place } of made) {
          const stands = judged.find((one) => one.id === id);
          if (stands === undefined) continue;
          const { payer, decision: named, name, certificateNumber } = due;
          const content: DueContent = { payer, decision: named, name, certificateNumber };
          const amounts = { due: due.dueVnd, exempt: due.exemptVnd, paid: due.paidVnd, remaining: due.remainingVnd };
          const data = {
            ...{ obligation: id, dossierCode: dossier, kind: due.kind, state: stands.state, finding: stands.finding },
            ...{ dueVnd: due.dueVnd, remainingVnd: remainingOf({ ...amounts, proven: stands.proven }) },
          };
          const event = happened(platform, taxEvents.obligation, { system, ref: dossier, data });
          events.push({ ...event, dossier });
          fresh.push({
            ...{
              id,
              dossier,
              decision,
              place,
              kind: due.kind,
              chapter: due.chapter,
              sub_item: due.subItem,
              ...amounts,
            },
            ...{ treasury_code: due.treasury.code, treasury_account: due.treasury.account, due_date: due.dueDate },
            ...{ proven: stands.proven, state: stands.state, finding: stands.finding, notice: by, event: event.id },
            content: (await sealJson(vault, subject, DUE_CONTENT, id, content)) ?? '',
          });
          persons.push(payer);
        }
        for (const row of before)
          moved.push({
            ...{ id: row.id, from: row.state, state: 'replaced', proven: row.proven, finding: row.finding },
            replacedBy: made[0]?.id ?? null,
          });
      }
      const numbers = persons
        .flatMap(({ identityNumber, taxCode }) => [identityNumber, taxCode])
        .filter((one) => one !== null);
      for (const hash of await vault.mac('identity', [...new Set(numbers)])) people.push({ dossier, hash });
    }

    const written = rows.filter(
      ({ dossier }) => [...fresh, ...receipts].some((one) => one.dossier === dossier) || moved.length > 0,
    );
    return {
      judgedBy: rows.map(({ dossier, version }) => ({ table: 'tax_head', column: 'dossier', row: dossier, version })),
      statements: (token) =>
        written.length === 0
          ? []
          : [
              stampHeads(written, only, token),
              ...(fresh.length > 0 ? [insertDues(fresh, token)] : []),
              ...(moved.length > 0 ? [moveDues(moved, token)] : []),
              ...payments.flatMap((payment) => payment.statements(token)),
              ...receipts.map((receipt) => insertProof(receipt, token)),
              ...(people.length > 0 ? [indexPersons(people, token)] : []),
              ...linesOf(fresh, moved, receipts, actor, token),
              ...(events.length > 0
                ? [raise(events, `join tax_head h on h.dossier = v.value->>'dossier' and h.written_by = ?2`, token)]
                : []),
            ],
    };
  };
}

const asHeld = (row: DueRow): HeldDue => ({ ...row, deferred: row.state === 'deferred' });

/** The same notice once more. */
function isSame(
  held: readonly DueRow[],
  told: readonly { readonly due: TaxDue; readonly deferred: boolean }[],
): boolean {
  return (
    held.length === told.length &&
    told.every(({ due, deferred }, place) => {
      const row = held.find((one) => one.place === place);
      return (
        row !== undefined &&
        row.kind === due.kind &&
        row.chapter === due.chapter &&
        row.sub_item === due.subItem &&
        row.due === due.dueVnd &&
        row.exempt === due.exemptVnd &&
        row.paid === due.paidVnd &&
        row.remaining === due.remainingVnd &&
        row.due_date === due.dueDate &&
        (row.state === 'deferred') === (deferred && due.kind === 'land-use' && row.state !== 'paid')
      );
    })
  );
}

function linesOf(
  fresh: readonly NewDue[],
  moved: readonly MovedDue[],
  receipts: readonly NewProof[],
  actor: string,
  token: string,
): readonly Statement[] {
  const line = { id: `'tax:' || d.id || ':' || ?2`, ref: `'tax:' || d.id`, actor: '?3' };
  const changed = moved.filter(({ from, state }) => from !== state);
  const source = `from json_each(?1) v join tax_due d on d.id = v.value->>'id' and d.written_by = ?2`;
  return [
    ...(fresh.length === 0
      ? []
      : [journalLines({ ...line, to: 'd.state', source }, commands(fresh.map(({ id }) => ({ id }))), token, actor)]),
    ...(changed.length === 0
      ? []
      : [
          journalLines(
            { ...line, from: `v.value->>'from'`, to: 'd.state', source },
            commands(changed.map(({ id, from }) => ({ id, from }))),
            token,
            actor,
          ),
        ]),
    ...(receipts.length === 0
      ? []
      : [
          journalLines(
            {
              ...{
                id: `'tax-proof:' || p.id || ':' || ?2`,
                ref: `'tax-proof:' || p.id`,
                to: `'received'`,
                actor: '?3',
              },
              source: `from json_each(?1) v join tax_proof p on p.id = v.value->>'id' and p.written_by = ?2`,
            },
            commands(receipts.map(({ id }) => ({ id }))),
            token,
            actor,
          ),
        ]),
  ];
}
