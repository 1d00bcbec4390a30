import type { DossierSeen, GatewaySeen } from './land-gateway.ts';
import type { LandBooks } from './land-offices.ts';
import type { Asked } from './land-queries.ts';
import type { LandAsk } from './land-stories.ts';
import { isAnswered, isForged, isQuestion, isSpoilt, type Told, toldBy } from './land-told.ts';
import type { Sides } from './sides.ts';

export interface LandAccounts {
  readonly dossiers: number;
  readonly agreeing: number;
  readonly differing: readonly { readonly code: string; readonly why: string }[];
  /** What did not go as it was meant to, in its own words. */
  readonly refused: readonly string[];
  readonly sides: Readonly<Record<Figure, Sides>>;
  /** How the slips stand, by the gateway. */
  readonly slips: Readonly<Record<string, number>>;
  readonly doubleSlips: number;
  readonly doubleDossiers: number;
  /** Answers that were not to be believed: told so by the simulator, asked again by the gateway. */
  readonly spoiltAnswers: number;
  readonly replaced: number;
  readonly doNotAddUp: number;
  readonly paidTooMuch: number;
  readonly surplusVnd: number;
}
/** Figures that both sides have, and that must be the same. */
export type Figure =
  | 'landDossiers'
  | 'returnedAsWrong'
  | 'redone'
  | 'words'
  | 'slips'
  | 'questions'
  | 'answers'
  | 'queries'
  | 'queriedVnd'
  | 'unbelieved'
  | 'dues'
  | 'owedVnd'
  | 'remainingVnd'
  | 'proofs'
  | 'provenVnd'
  | 'paidVnd'
  | 'repeated'
  | 'forged'
  | 'spoilt';

export interface Compared {
  readonly asks: readonly LandAsk[];
  readonly refused: readonly string[];
  readonly asked: readonly Asked[];
  /** Words in the name of the land system that nobody may believe. */
  readonly forgedWords: number;
  readonly seen: GatewaySeen;
  readonly books: LandBooks;
}

const sum = (amounts: Iterable<number>): number => [...amounts].reduce((total, amount) => total + amount, 0);
const proofVnd = (proof: string): number => Number(proof.split('|')[1]);

/** Their states in the gateway's words; nothing said since it was received is `received`. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  processing: ['received', 'processing', 'redoing'],
  supplementing: ['supplementing'],
  'tax-returned': ['returned-as-wrong'],
  finished: ['completed'],
  returned: ['result-returned'],
};

const isReceived = ({ act, state }: { readonly act: string; readonly state: string }): boolean =>
  act === 'receive-dossier' && state === 'done';

/** Dossier by dossier, and then all figures that both sides have. */
export function compareLand({ asks, refused, asked, forgedWords, seen, books }: Compared): LandAccounts {
  const told = new Map(asks.map(({ dossier }) => [dossier, toldBy(books, dossier)]));
  const differing = asks.flatMap(({ dossier, story }) => {
    const why = difference(dossier, told.get(dossier), seen.dossiers.get(dossier), books);
    return why === undefined ? [] : [{ code: dossier, why: `${story.slip}, ${story.push}, ${story.line}: ${why}` }];
  });
  const known = new Set(asks.map(({ dossier }) => dossier));
  for (const code of new Set([
    ...books.dossiers.map(({ receiptNumber }) => receiptNumber),
    ...seen.payments.map(({ dossierCode }) => dossierCode),
  ]))
    if (!known.has(code)) differing.push({ code, why: 'không ai giao (handed over by nobody)' });

  const all = [...seen.dossiers.values()];
  const slips = all.flatMap((one) => one.slips);
  const questions = slips.flatMap((slip) => slip.questions);
  const current = all.flatMap(({ obligations }) => obligations.filter(({ state }) => state !== 'replaced'));
  const receipts = all.flatMap((one) => one.receipts);
  const everyTold = [...told.values()];
  const believable = books.pushes.filter((push) => !isForged(push) && !isSpoilt(push));
  const kept = (system: string, state: string): number =>
    sum(seen.inbound.filter((one) => one.system === system && one.state === state).map(({ repeats }) => 1 + repeats));
  const [good = [], bad = []] = [true, false].map((is) => asked.filter(({ sealing }) => (sealing === 'good') === is));
  const heard = good.filter(({ heardVnd }) => heardVnd !== null);

  return {
    dossiers: asks.length,
    agreeing: asks.length - differing.filter(({ code }) => known.has(code)).length,
    ...{ differing, refused },
    sides: {
      landDossiers: [books.dossiers.length, all.filter(({ land }) => land?.acts.some(isReceived)).length],
      returnedAsWrong: [
        books.callbacks.filter(({ call, taken }) => taken && call === 'ThueChuyenTraHoSoDoSai').length,
        sum(all.map(({ land }) => land?.timesReturnedAsWrong ?? 0)),
      ],
      redone: [
        sum(books.dossiers.map(({ wrongResults }) => wrongResults.length)),
        sum(all.map(({ land }) => land?.timesRedone ?? 0)),
      ],
      words: [books.callbacks.length, sum(all.map(({ land }) => land?.said.length ?? 0))],
      slips: [books.landTax.slips, slips.length],
      questions: [books.landTax.questions, questions.length],
      answers: [
        books.messages.filter((message) => isQuestion(message) && isAnswered(message)).length,
        questions.filter(({ state }) => state === 'answered').length,
      ],
      queries: [good.length, heard.length],
      queriedVnd: [
        sum(good.flatMap(({ dossier }) => (books.owed[dossier] ?? []).map(({ SO_CON_PHAI_NOP: vnd }) => Number(vnd)))),
        sum(asked.map(({ heardVnd }) => heardVnd ?? 0)),
      ],
      unbelieved: [bad.length, bad.filter(({ heardVnd }) => heardVnd === null).length],
      dues: [sum(everyTold.map(({ owedVnd }) => owedVnd.size)), current.length],
      owedVnd: [
        sum(everyTold.flatMap(({ owedVnd }) => [...owedVnd.values()])),
        sum(current.map(({ due, exempt }) => due.amount - exempt.amount)),
      ],
      remainingVnd: [
        sum(everyTold.flatMap((one) => [...remainingOf(one).values()])),
        sum(current.map(({ remaining }) => remaining.amount)),
      ],
      proofs: [sum(everyTold.map(({ proofs }) => proofs.size)), receipts.length],
      provenVnd: [
        sum(everyTold.flatMap(({ proofs }) => [...proofs].map(proofVnd))),
        sum(receipts.map(({ amount }) => amount.amount)),
      ],
      paidVnd: [
        sum(everyTold.flatMap(({ proofs }) => [...proofs].map(proofVnd))),
        sum(seen.payments.filter(({ state }) => state === 'paid').map(({ amount }) => amount.amount)),
      ],
      repeated: [
        believable.filter(({ turn }) => turn > 1).length,
        sum(
          seen.inbound
            .filter(({ system, state }) => system === 'tax' && state === 'acted')
            .map(({ repeats }) => repeats),
        ),
      ],
      forged: [
        books.pushes.filter(isForged).length + forgedWords,
        kept('tax', 'refused') + kept('land-system', 'refused'),
      ],
      spoilt: [books.pushes.filter(isSpoilt).length, kept('tax', 'drift')],
    },
    slips: countBy(slips.map(({ state }) => state)),
    doubleSlips: books.landTax.doubleSlips,
    doubleDossiers: sum(books.dossiers.map(({ repeats }) => repeats)),
    spoiltAnswers: books.landTax.spoiltAnswers,
    replaced: all.flatMap(({ obligations }) => obligations).length - current.length,
    doNotAddUp: current.filter(({ finding }) => finding === 'does-not-add-up').length,
    paidTooMuch: current.filter(({ finding }) => finding === 'paid-too-much').length,
    surplusVnd: sum(seen.payments.map(({ surplus }) => surplus?.amount ?? 0)),
  };
}

/** Everything accounted for on both sides, nothing sent twice, and nothing forged or spoilt believed. */
export const isLandSound = ({ differing, refused, sides, doubleSlips, doubleDossiers }: LandAccounts): boolean =>
  differing.length === 0 &&
  refused.length === 0 &&
  doubleSlips === 0 &&
  doubleDossiers === 0 &&
  Object.values(sides).every(([theirs, ours]) => theirs === ours);

/** What is left of each notice once its proofs are counted. */
function remainingOf({ owedVnd, proofs }: Told): ReadonlyMap<string, number> {
  const left = new Map(owedVnd);
  for (const proof of proofs) {
    const [number = '', amount] = proof.split('|');
    left.set(number, Math.max(0, (left.get(number) ?? 0) - Number(amount)));
  }
  return left;
}

function difference(
  dossier: string,
  told: Told | undefined,
  ours: DossierSeen | undefined,
  { messages, dossiers }: LandBooks,
): string | undefined {
  const theirs = dossiers.find(({ receiptNumber }) => receiptNumber === dossier);
  if (theirs === undefined) return 'hệ thống đất đai không giữ (not held by the land system)';
  if (told === undefined || ours?.land === undefined) return 'cổng không giữ (not held by the gateway)';
  if (!STATES[theirs.state]?.includes(ours.land.state))
    return `trạng thái (state) ${theirs.state}, cổng (gateway) ${ours.land.state}`;
  const sent = messages.filter((message) => message.dossier === dossier && !isQuestion(message)).length;
  if (sent !== ours.slips.length) return `phiếu chuyển (slips) ${sent}, cổng (gateway) ${ours.slips.length}`;
  const left = remainingOf(told);
  const current = ours.obligations.filter(({ state }) => state !== 'replaced');
  for (const { decision, due, exempt, remaining } of current) {
    const number = decision.number ?? '';
    const held = due.amount - exempt.amount;
    if (told.owedVnd.get(number) !== held) return `${number}: phải nộp (due) ${told.owedVnd.get(number)} / ${held}`;
    if (left.get(number) !== remaining.amount)
      return `${number}: còn phải nộp (left) ${left.get(number)} / ${remaining.amount}`;
  }
  if (current.length !== told.owedVnd.size) return `khoản (dues) ${told.owedVnd.size} / ${current.length}`;
  const held = new Set(
    ours.receipts.map(
      ({ noticeNumber, amount, paidAt }) =>
        `${noticeNumber}|${amount.amount}|${paidAt.replaceAll(/\D/g, '').slice(0, 14)}`,
    ),
  );
  const lost = [...told.proofs].find((proof) => !held.has(proof));
  if (lost !== undefined) return `chứng từ không giữ (proof not held): ${lost}`;
  return held.size === told.proofs.size ? undefined : 'chứng từ thừa (a proof too many)';
}

function countBy(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
