import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import {
  type ActCommand,
  type Adapter,
  applied,
  type BatchQueryOperation,
  type CallContext,
  type Confirmation,
  completed,
  drift,
  type Failure,
  isFault,
  notApplied,
  type Outcome,
  rejected,
  taken,
  unknown,
} from '../../adapters/adapter.ts';
import { textOf, utf8 } from '../../adapters/kit/bytes.ts';
import type { ConformanceOptions, Counterpart, Misbehaviour } from '../../adapters/kit/conformance-harness.ts';
import { readJson } from '../../adapters/kit/json.ts';
import { fromFault, fromStatus, refusedAs } from '../../adapters/kit/outcome.ts';
import { withoutSecrets } from '../../adapters/kit/text.ts';
import { cataloguePolicy, commandPolicy, lanes } from '../../adapters/national-portal/policy.ts';
import { type Delivery, deliver, jsonReply, textReply } from '../../mocks/kit/delivery.ts';
import { Listener } from '../../mocks/kit/listener.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';

/**
 * The smallest system that has every kind of act: a payment that can be confirmed, a registration that is answered
 * later, a note that may be repeated and a seal about which nobody can be asked. It is invented, and there to prove the
 * rules of the conformance suite that speak of acts.
 */

const KEY = 'khoa-thu-nghiem-0001';
/** Long enough that a question asked at once comes before the act. */
const LATE_MS = 250;

interface Act {
  readonly ref: string;
}
type ActName = 'pay' | 'register' | 'note' | 'seal';
const actNames: readonly string[] = ['pay', 'register', 'note', 'seal'] satisfies ActName[];

const request = z.object({ ref: z.string().optional(), tickets: z.array(z.string()).optional() });
type Request = z.infer<typeof request>;

/** What stands there, and how it misbehaves. */
class InventedActs implements Counterpart {
  readonly #listener = new Listener((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const said = request.parse(JSON.parse(Buffer.concat(pieces).toString()));
      deliver(response, this.#answer((incoming.url ?? '/').slice(1), said), () => undefined);
    });
  });
  readonly #done = new Map<string, number>();
  #how: Misbehaviour | undefined;
  /** Of every ticket given out: whether its number stands. */
  readonly #tickets = new Map<string, boolean>();
  #calls = 0;
  #lateOpen = 0;
  url = '';

  async start(): Promise<this> {
    this.url = `http://127.0.0.1:${await this.#listener.start(0)}`;
    return this;
  }

  misbehave(how: Misbehaviour | undefined): void {
    this.#how = how;
  }

  /** It has no sessions. */
  expireSessions(): void {}

  vanish(): void {
    this.#listener.goAway();
  }

  async lateActsDone(): Promise<void> {
    while (this.#lateOpen > 0) await setTimeout(20);
  }

  effectsOf(command: string, input: unknown): number {
    return this.#done.get(`${command} ${(input as Act).ref}`) ?? 0;
  }

  finish(): void {
    for (const ticket of this.#tickets.keys()) this.#tickets.set(ticket, true);
  }

  /** Tickets that were given out some other day. */
  hold(...tickets: readonly string[]): void {
    for (const ticket of tickets) this.#tickets.set(ticket, true);
  }

  counts() {
    const effects = [...this.#done.values()].reduce((sum, each) => sum + each, 0);
    return { logins: 0, calls: this.#calls, effects };
  }

  close(): Promise<void> {
    return this.#listener.close();
  }

  #answer(path: string, said: Request): Delivery {
    this.#calls += 1;
    const good = () => reply(this.#perform(path, said));
    const refusal = { ok: false, code: '17', words: 'Không được chấp nhận' };
    switch (this.#how) {
      case 'silence':
        return { kind: 'hang' };
      case 'reset':
        return { kind: 'reset' };
      case 'lost-reply':
        good();
        return { kind: 'reset' };
      case 'acts-late':
        this.#lateOpen += 1;
        void setTimeout(LATE_MS).then(() => {
          good();
          this.#lateOpen -= 1;
        });
        return status(504);
      case 'slow-body':
        return { ...good(), drip: { chunkBytes: 1, everyMs: 100 } };
      case 'truncated':
        return { ...good(), truncated: true };
      case 'malformed':
        return { ...good(), reply: textReply('<html>') };
      case 'off-schema':
        return reply({ status: 'OK' });
      case 'status-500':
        return status(500);
      case 'status-503':
        return status(503);
      case 'status-503-retry-after':
        return status(503, '7');
      case 'status-429':
        return status(429, '11');
      case 'skewed-retry-after':
        return { ...status(503, new Date(Date.now() + 3_630_000).toUTCString()), skewMs: 3_600_000 };
      case 'refused-under-4xx':
        return reply(refusal, 400);
      case 'refused-under-5xx':
        return reply(refusal, 500);
      case 'success-with-failure':
        return reply({ ok: true, words: 'Không được chấp nhận' });
      default:
        return good();
    }
  }

  #perform(path: string, { ref = '', tickets = [] }: Request): object {
    if (path === 'whether') {
      const name = actNames.find((each) => this.#done.has(`${each} ${ref}`));
      return name === undefined ? { ok: true, found: false } : { ok: true, found: true, ...given(name, ref) };
    }
    if (path === 'numbers') {
      const known = tickets.filter((ticket) => this.#tickets.has(ticket));
      const number = (ticket: string) => (this.#tickets.get(ticket) ? `So ${ticket}` : undefined);
      return { ok: true, rows: known.map((ticket) => ({ ticket, number: number(ticket) })) };
    }
    const key = `${path} ${ref}`;
    this.#done.set(key, path === 'note' ? 1 : (this.#done.get(key) ?? 0) + 1);
    if (path === 'register') this.#tickets.set(`T-${ref}`, false);
    return { ok: true, ...given(path, ref) };
  }
}

const given = (name: string, ref: string) => (name === 'register' ? { ticket: `T-${ref}` } : { receipt: `R-${ref}` });

function reply(body: object, code = 200): Extract<Delivery, { kind: 'reply' }> {
  return { kind: 'reply', reply: jsonReply(body, code), skewMs: 0, drip: undefined, truncated: false };
}
function status(code: number, retryAfter?: string): Extract<Delivery, { kind: 'reply' }> {
  const headers = retryAfter === undefined ? undefined : { 'retry-after': retryAfter };
  return { ...reply({}), reply: textReply('', code, headers) };
}

// ---------------------------------------------------------------------------------------------------------------
// The adapter

const refusal = z.object({ ok: z.literal(false), code: z.string(), words: z.string().min(1) });
const success = z.object({
  ok: z.literal(true),
  words: z.string().optional(),
  receipt: z.string().optional(),
  ticket: z.string().optional(),
  found: z.boolean().optional(),
  rows: z.array(z.object({ ticket: z.string(), number: z.string().optional() })).optional(),
});
interface Answered {
  readonly kind: 'answered';
  readonly said: z.infer<typeof success>;
}

async function call(url: string, context: CallContext, path: string, body: object): Promise<Answered | Failure> {
  const { signal, timeoutMs } = context;
  const headers = { 'content-type': 'application/json', 'x-key': KEY };
  const wire = { method: 'POST', url: `${url}/${path}`, headers, body: utf8(JSON.stringify(body)) } as const;
  const answer = await context.transport.send(wire, { signal, timeoutMs });
  if (isFault(answer)) return fromFault(answer);
  const text = textOf(answer.body);
  const keep = () => context.keep(withoutSecrets(text, [KEY]));
  const refused = readJson(text, refusal);
  if (refused.ok) {
    keep();
    return refusedAs(refused.value.code, withoutSecrets(refused.value.words, [KEY]));
  }
  const failed = fromStatus(answer, context);
  if (failed) return failed;
  const read = readJson(text, success);
  if (read.ok && read.value.words === undefined) return { kind: 'answered', said: read.value };
  keep();
  return read.ok ? unknown('unreadable') : read.failure;
}

interface Receipt {
  readonly receipt: string;
}

async function act(url: string, name: ActName, { ref }: Act, context: CallContext) {
  const answer = await call(url, context, name, { ref });
  if (answer.kind !== 'answered') return answer;
  const { receipt } = answer.said;
  return receipt === undefined ? drift('/receipt', 'string', 'missing') : completed<Receipt>({ receipt });
}

async function whether(url: string, { ref }: Act, context: CallContext): Promise<Outcome<Confirmation<Receipt>>> {
  const answer = await call(url, context, 'whether', { ref });
  if (answer.kind !== 'answered') return answer;
  const { found, receipt, ticket } = answer.said;
  if (found === undefined) return drift('/found', 'boolean', 'missing');
  if (!found) return completed<Confirmation<Receipt>>(notApplied);
  if (ticket !== undefined) return completed<Confirmation<Receipt>>(taken(ticket));
  if (receipt === undefined) return drift('/receipt', 'string', 'missing');
  return completed<Confirmation<Receipt>>(applied({ receipt }));
}

function createInvented(url: string): Adapter {
  const confirm = (input: Act, context: CallContext) => whether(url, input, context);
  const simple = <Name extends ActName>(name: Name) => ({
    kind: 'act' as const,
    name,
    policy: commandPolicy,
    run: (input: Act, context: CallContext) => act(url, name, input, context),
  });
  const pay: ActCommand<Act, Receipt> = {
    ...simple('pay'),
    mode: 'interactive',
    answerWithinMs: 10_000,
    recovery: { kind: 'confirm', confirm },
  };
  const register: ActCommand<Act, Receipt> = {
    ...simple('register'),
    mode: 'queued',
    recovery: { kind: 'confirm', confirm },
    later: { query: 'numbers', scheduleMs: [1_000], forMs: 60_000 },
    run: async ({ ref }, context) => {
      const answer = await call(url, context, 'register', { ref });
      if (answer.kind !== 'answered') return answer;
      const { ticket } = answer.said;
      return ticket === undefined ? drift('/ticket', 'string', 'missing') : { kind: 'accepted', ref: ticket };
    },
  };
  const note: ActCommand<Act, Receipt> = {
    ...simple('note'),
    mode: 'queued',
    recovery: { kind: 'repeatable', why: 'A note is known by its reference: the same one twice is one note.' },
  };
  const seal: ActCommand<Act, Receipt> = {
    ...simple('seal'),
    mode: 'queued',
    recovery: { kind: 'manual', why: 'They cannot be asked.' },
  };
  const numbers: BatchQueryOperation<string, string> = {
    kind: 'batch-query',
    name: 'numbers',
    policy: { ...cataloguePolicy, batchSize: 3 },
    run: async (tickets, context) => {
      const answer = await call(url, context, 'numbers', { tickets });
      if (answer.kind !== 'answered') return { kind: 'undivided', outcome: answer };
      const rows = new Map(answer.said.rows?.map((row) => [row.ticket, row]));
      const outcomeOf = (ticket: string): Outcome<string> => {
        const row = rows.get(ticket);
        if (row === undefined) return rejected('unknown-ticket', 'they know no such ticket');
        return row.number === undefined ? { kind: 'accepted', ref: ticket } : completed(row.number);
      };
      return { kind: 'itemised', outcomes: tickets.map(outcomeOf) };
    },
  };
  const whetherFound = {
    kind: 'query' as const,
    name: 'whether',
    policy: cataloguePolicy,
    run: confirm,
  };
  return {
    system: 'invented-acts',
    title: { vi: 'Hệ thống thử', en: 'Invented system' },
    assumed: [],
    queries: { whether: whetherFound, numbers },
    commands: { pay, register, note, seal },
    callbacks: [],
    lanes,
    probe: async (context) => {
      const answer = await call(url, context, 'whether', { ref: '' });
      return answer.kind === 'answered' ? completed('alive') : answer;
    },
  };
}

/** What the conformance suite is told of the invented system. */
export const inventedActs: ConformanceOptions = {
  start: () => new InventedActs().start(),
  create: (counterpart) => {
    if (!(counterpart instanceof InventedActs)) throw new TypeError('another counterpart');
    return createInvented(counterpart.url);
  },
  transport: () => createUndiciTransport(),
  commands: {
    pay: { recovery: 'confirm', input: (n) => ({ ref: `pay-${n}` }) },
    register: { recovery: 'confirm', answeredLater: true, input: (n) => ({ ref: `register-${n}` }) },
    note: { recovery: 'repeatable', input: (n) => ({ ref: `note-${n}` }) },
    seal: { recovery: 'manual', input: (n) => ({ ref: `seal-${n}` }) },
  },
  queries: {
    whether: { input: { ref: 'pay-0' } },
    numbers: {
      input: 'T-1',
      several: ['T-1', 'T-2', 'T-3'],
      prepare: (counterpart) => {
        if (counterpart instanceof InventedActs) counterpart.hold('T-1', 'T-2', 'T-3');
      },
    },
  },
  secrets: [KEY],
  sessions: false,
  itemRows: false,
  callbacks: [],
};
