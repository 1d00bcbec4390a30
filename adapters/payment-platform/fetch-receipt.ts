import type { PaymentQuestion, ReceiptFile } from '../../contracts/domain/payment.ts';
import {
  type CallContext,
  completed,
  drift,
  isFault,
  notSent,
  type QueryOperation,
  unknown,
  type WireReply,
} from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { type Answer, statusOf, traced } from '../kit/coded-answer.ts';
import { isUnsayable } from '../kit/delimiter.ts';
import { readValue } from '../kit/json.ts';
import { fromFault } from '../kit/outcome.ts';
import { code, refusesBill } from './codes.ts';
import type { PlatformConfig } from './config.ts';
import { type Heard, post, understand } from './platform.ts';
import { receiptPolicy } from './policy.ts';
import { questionMessage } from './question-message.ts';
import { kind, linked } from './wire.ts';

/** A receipt that is shorter is not whole yet (WIRE.md A3.1). */
const LEAST_BYTES = 10_000;
const PDF = [0x25, 0x50, 0x44, 0x46] as const;

/** `GET_BILL`: the receipt of a payment. It proves nothing; whether it was paid is asked by `ask-payment`. */
export function fetchReceipt(config: PlatformConfig): QueryOperation<PaymentQuestion, ReceiptFile> {
  return {
    kind: 'query',
    name: 'fetch-receipt',
    policy: receiptPolicy,
    run: async (question, context) => {
      const say = questionMessage(config, kind.bill, question);
      if (isUnsayable(say)) return say;
      const reply = await post(config, context, say);
      if (isFault(reply)) return fromFault(reply);
      const failed = statusOf(reply, context);
      if (failed === undefined && !isJson(reply)) return receiptIn(reply, context);
      const answer = await understand<URL>(config, context, reply, {
        say,
        refuses: refusesBill,
        judge: linkIn(config),
      });
      return answer.kind === 'completed' ? fetchLink(context, answer.result) : answer;
    },
  };
}

/** What is neither a receipt nor an answer is one that is being made: it is asked for again later. */
function receiptIn(reply: WireReply, context: CallContext): Answer<ReceiptFile> {
  const { body } = reply;
  if (PDF.every((byte, at) => body[at] === byte) && body.length >= LEAST_BYTES) return completed({ pdf: body });
  context.keep(`${body.length} bytes: ${textOf(body.subarray(0, 500))}`);
  return notSent('unavailable');
}

const isJson = ({ body }: WireReply): boolean => /^\s*[{[]/.test(textOf(body.subarray(0, 100)));

/** Instead of a receipt a link to it, as neighbouring services answer (WIRE.md A3.1, A3.2). */
const linkIn =
  (config: PlatformConfig) =>
  ({ code: given, message }: Heard): Answer<URL> => {
    if (given !== code.done) return unknown('server-error');
    const read = readValue(message.values, linked);
    if (!read.ok) return read.failure;
    const { URLBienLai, UrlBienLai, URLBIENLAI } = read.value;
    const url = rebased(URLBienLai ?? UrlBienLai ?? URLBIENLAI ?? '', config.url);
    return url === undefined ? drift('/URLBienLai', 'a link', 'none') : completed(url);
  };

/** Whatever host a link names, the request goes to the platform's own: its path is all that is taken. */
export function rebased(link: string, base: string): URL | undefined {
  const theirs = link.trim() === '' ? null : URL.parse(link.trim(), base);
  if (theirs === null || !/^https?:$/.test(theirs.protocol)) return undefined;
  const ours = new URL(base);
  ours.pathname = theirs.pathname;
  ours.search = theirs.search;
  ours.hash = '';
  return ours;
}

/** A link lives for minutes; one that is over, or leads to no receipt yet, is asked for again. */
async function fetchLink(context: CallContext, url: URL): Promise<Answer<ReceiptFile>> {
  const headers = { accept: 'application/pdf', ...traced(context) };
  const reply = await context.transport.send({ method: 'GET', url: url.href, headers }, context);
  if (isFault(reply)) return fromFault(reply);
  const failed = statusOf(reply, context);
  if (failed === undefined) return receiptIn(reply, context);
  return failed.kind === 'not-sent' && failed.reason === 'client-error' ? notSent('unavailable') : failed;
}
