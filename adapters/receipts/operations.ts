import type { ReceiptFile } from '../../contracts/domain/payment.ts';
import type {
  ReceiptCancelled,
  ReceiptIssued,
  ReceiptQuestion,
  ReceiptToCancel,
  ReceiptToIssue,
  ReceiptToReplace,
  ReceiptWord,
} from '../../contracts/domain/receipt.ts';
import {
  type ActCommand,
  applied,
  type CallContext,
  type Confirmation,
  cannotTell,
  completed,
  type Drift,
  drift,
  type LaneClass,
  type LanePolicy,
  notApplied,
  type OperationPolicy,
  type Outcome,
  type QueryOperation,
  type Rejected,
  unknown,
} from '../adapter.ts';
import { bytesOf } from '../kit/base64.ts';
import type { Answer } from '../kit/coded-answer.ts';
import { unsayable } from '../kit/delimiter.ts';
import { pageLanes } from '../kit/page-policy.ts';

/**
 * What providers of electronic receipts have in common: operations of the same names, inputs and recoveries, so that a
 * room drives any of them alike. A provider adds how each is said.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * How long they work on a receipt is not published. A quarter of an hour is enough because of what a later receipt would
 * be: one under the same key, which another try under this key finds and does not double.
 */
const actPolicy: OperationPolicy = {
  timeoutMs: 30 * SECOND,
  quietMs: 15 * MINUTE,
  inlineTries: 2,
  scheduleMs: [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR],
  giveUpAgeMs: 72 * HOUR,
  batchSize: 1,
};
const questionPolicy: OperationPolicy = {
  timeoutMs: 15 * SECOND,
  quietMs: 0,
  inlineTries: 2,
  scheduleMs: [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR],
  giveUpAgeMs: 24 * HOUR,
  batchSize: 1,
};

const slower = { ratePerSecond: 5, burst: 5, concurrency: 2 };
/** Nobody waits for a receipt. */
export const receiptLanes: Readonly<Record<LaneClass, LanePolicy>> = {
  command: { ...pageLanes.command, ...slower },
  interactive: { ...pageLanes.interactive, ...slower },
  query: { ...pageLanes.query, ...slower },
};

/** How a provider says each of it. */
export interface ReceiptWire {
  issue(receipt: ReceiptToIssue, context: CallContext): Promise<Answer<ReceiptIssued>>;
  ask(key: string, context: CallContext): Promise<Answer<ReceiptWord>>;
  fetchFile(receipt: ReceiptIssued, context: CallContext): Promise<Answer<ReceiptFile>>;
  cancel(order: ReceiptToCancel, context: CallContext): Promise<Answer<ReceiptCancelled>>;
  replace(order: ReceiptToReplace, context: CallContext): Promise<Answer<ReceiptIssued>>;
}

type Issue = ActCommand<ReceiptToIssue, ReceiptIssued>;
type Cancel = ActCommand<ReceiptToCancel, ReceiptCancelled>;
type Replace = ActCommand<ReceiptToReplace, ReceiptIssued>;

const act = { kind: 'act', mode: 'queued', policy: actPolicy } as const;
const question = { kind: 'query', policy: questionPolicy } as const;

/** A receipt for a paid fee, once: in doubt they are asked by its key. */
export const issueReceipt = ({ issue, ask }: Pick<ReceiptWire, 'issue' | 'ask'>): Issue => ({
  ...act,
  name: 'issue-receipt',
  recovery: {
    kind: 'confirm',
    confirm: async ({ key }, context) => told(await ask(key, context), standing),
  },
  run: async (receipt, context) => keyed(receipt.key, '/key') ?? issue(receipt, context),
});

export const askReceipt = ({ ask }: Pick<ReceiptWire, 'ask'>): QueryOperation<ReceiptQuestion, ReceiptWord> => ({
  ...question,
  name: 'ask-receipt',
  run: async ({ key }, context) => ask(key, context),
});

export const fetchReceiptFile = ({
  fetchFile,
}: Pick<ReceiptWire, 'fetchFile'>): QueryOperation<ReceiptIssued, ReceiptFile> => ({
  ...question,
  name: 'fetch-receipt-file',
  run: async (receipt, context) => fetchFile(receipt, context),
});

export const cancelReceipt = ({ cancel, ask }: Pick<ReceiptWire, 'cancel' | 'ask'>): Cancel => ({
  ...act,
  name: 'cancel-receipt',
  recovery: {
    kind: 'confirm',
    confirm: async ({ of }, context) => told(await ask(of.key, context), gone),
  },
  run: (order, context) => cancel(order, context),
});

export const replaceReceipt = ({ replace, ask }: Pick<ReceiptWire, 'replace' | 'ask'>): Replace => ({
  ...act,
  name: 'replace-receipt',
  recovery: {
    kind: 'confirm',
    confirm: async ({ by }, context) => told(await ask(by.key, context), standing),
  },
  run: async (order, context) => keyed(order.by.key, '/by/key') ?? replace(order, context),
});

/** The shortest and longest key that both take (transactionUuid). Nothing in it can be taken for a border of an answer. */
const KEY = /^[A-Za-z0-9-]{10,36}$/;
const keyed = (key: string, pointer: string): Rejected | undefined =>
  KEY.test(key) ? undefined : unsayable('must be 10 to 36 of A-Z, a-z, 0-9 and -', pointer);

function told<Result>(
  answer: Answer<ReceiptWord>,
  judge: (word: ReceiptWord) => Confirmation<Result>,
): Outcome<Confirmation<Result>> {
  return answer.kind === 'completed' ? completed(judge(answer.result)) : answer;
}

/** A receipt that was issued took effect, whatever became of it since. */
function standing({ state, receipt }: ReceiptWord): Confirmation<ReceiptIssued> {
  if (receipt !== null) return applied(receipt);
  return state === 'none' ? notApplied : cannotTell;
}

function gone({ key, state }: ReceiptWord): Confirmation<ReceiptCancelled> {
  if (state === 'cancelled') return applied({ key });
  return state === 'issued' ? notApplied : cannotTell;
}

/** Told that the key is taken: asked in the same call, and only a plain yes is an answer. */
export const earlierIssue = async (ask: ReceiptWire['ask'], key: string, context: CallContext) =>
  onlyYes(told(await ask(key, context), standing));
/** Told that it is cancelled already, or replaced. */
export const earlierCancel = async (ask: ReceiptWire['ask'], key: string, context: CallContext) =>
  onlyYes(told(await ask(key, context), gone));

function onlyYes<Result>(answer: Outcome<Confirmation<Result>>): Answer<Result> {
  if (answer.kind === 'drift') return answer;
  if (answer.kind !== 'completed' || answer.result.kind !== 'applied') return unknown('unreadable');
  return completed(answer.result.result);
}

const PDF = [0x25, 0x50, 0x44, 0x46] as const;

/** A PDF in base64, whole; `at` is where it stood. */
export function pdfIn(base64: string, at: string): Answer<ReceiptFile> | Drift {
  const pdf = bytesOf(base64.replace(/\s+/g, ''));
  if (pdf === undefined) return drift(at, 'base64', 'another text');
  return PDF.every((byte, place) => pdf[place] === byte) ? completed({ pdf }) : drift(at, 'a PDF', 'another file');
}
