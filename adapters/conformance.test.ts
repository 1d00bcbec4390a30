import { describe, expect, it } from 'vitest';
import { inventedActs } from '../test/conformance/invented-acts.ts';
import { portalConformance } from '../test/conformance/national-portal.ts';
import type {
  ActCommand,
  Adapter,
  Ask,
  BatchOutcome,
  BatchQueryOperation,
  CallContext,
  CollapsingCommand,
  CommandOperation,
  Confirmation,
  InboundRequest,
  Outcome,
  QueryOperation,
  ReadBack,
  Tell,
  Transport,
  WireRequest,
} from './adapter.ts';
import { applied, cannotTell, completed, drift, notApplied, notSent, taken, unknown } from './adapter.ts';
import { checks, conformance } from './conformance.ts';
import { textOf } from './kit/bytes.ts';
import type { AskSample, Check, ConformanceOptions, Counterpart } from './kit/conformance-harness.ts';
import { memorySessions } from './kit/memory-sessions.ts';
import { jsonReply } from './kit/reply.ts';
import type { SyncProgressInput } from './national-portal/sync-progress.ts';

/**
 * The suite is proved by breaking a good adapter on each rule: a check that a broken adapter passes checks nothing.
 * Every check has at least one defect here that it alone must find.
 */

const dossier = (n: number) => portalConformance.commands['sync-dossier']?.input(n);

type Twist = (outcome: Outcome) => Outcome;
type Run = (context: CallContext) => Promise<Outcome>;

/** The adapter with every call of its commands and queries led through `around`. */
function around(
  adapter: Adapter,
  wrap: (run: Run, context: CallContext, adapter: Adapter) => Promise<Outcome>,
): Adapter {
  const itemised =
    (send: (inputs: readonly unknown[], context: CallContext) => Promise<BatchOutcome<Outcome>>) =>
    async (inputs: readonly unknown[], context: CallContext) => {
      const once: Run = async (inner) => {
        const ended = await send(inputs, inner);
        return ended.kind === 'undivided' ? ended.outcome : (ended.outcomes[0] ?? unknown('unreadable'));
      };
      return { kind: 'itemised' as const, outcomes: [await wrap(once, context, adapter)] };
    };
  const commands = Object.fromEntries(
    Object.entries(adapter.commands).map(([name, each]) => {
      const command = each as unknown as CommandOperation;
      if (command.kind === 'act') {
        const run = (input: unknown, context: CallContext) =>
          wrap((inner) => command.run(input, inner), context, adapter);
        return [name, { ...command, run }];
      }
      return [name, { ...command, run: itemised((inputs, inner) => command.run(inputs, inner)) }];
    }),
  );
  const queries = Object.fromEntries(
    Object.entries(adapter.queries).map(([name, each]) => {
      const query = each as unknown as QueryOperation | BatchQueryOperation;
      if (query.kind === 'batch-query') return [name, query];
      return [
        name,
        {
          ...query,
          run: (input: unknown, context: CallContext) => wrap((inner) => query.run(input, inner), context, adapter),
        },
      ];
    }),
  );
  return { ...adapter, commands, queries } as unknown as Adapter;
}

const twisting = (twist: Twist) => (adapter: Adapter) =>
  around(adapter, async (run, context) => twist(await run(context)));
const reasoned =
  (from: string, to: Outcome): Twist =>
  (outcome) =>
    'reason' in outcome && outcome.reason === from ? to : outcome;
const kinded =
  (from: Outcome['kind'], to: Outcome): Twist =>
  (outcome) =>
    outcome.kind === from ? to : outcome;
const withTransport = (wrap: (transport: Transport) => Transport) => (adapter: Adapter) =>
  around(adapter, (run, context) => run({ ...context, transport: wrap(context.transport) }));
const unstored = (context: CallContext): CallContext => ({ ...context, sessions: memorySessions() });
const isLogin = (request: WireRequest) => request.url.includes('/login');
const withCallback =
  (change: (callback: Tell) => Partial<Tell>) =>
  (adapter: Adapter): Adapter => ({
    ...adapter,
    callbacks: adapter.callbacks.map((each) => (each.kind === 'tell' ? { ...each, ...change(each) } : each)),
  });
const withCommands =
  (change: (command: CollapsingCommand) => object) =>
  (adapter: Adapter): Adapter => ({
    ...adapter,
    commands: Object.fromEntries(
      Object.entries(adapter.commands).map(([name, each]) => {
        const command = each as unknown as CollapsingCommand;
        return [name, { ...command, ...change(command) } as unknown as CollapsingCommand<never>];
      }),
    ),
  });

/** What the portal does not do: it asks what a payment code owes. */
const bill = (code: string): InboundRequest => ({
  method: 'GET',
  headers: {},
  query: code === '' ? {} : { code },
  body: new Uint8Array(),
  remoteAddress: '127.0.0.1',
});
const asksForBills: Ask = {
  kind: 'ask',
  path: 'bill',
  methods: ['GET'],
  verifier: { kind: 'peer', allow: ['127.0.0.1'] },
  maximumBytes: 1_000,
  timeoutMs: 1_000,
  parse: async ({ query }) =>
    query.code === undefined ? drift('/code', 'string', 'missing') : { type: 'bill', ref: query.code, data: null },
  reply: (result) =>
    result.kind === 'answered' ? jsonReply({ code: 0, bill: result.answer }) : jsonReply({ code: -1 }),
};
const billSample: AskSample = {
  kind: 'ask',
  path: 'bill',
  question: bill('P1'),
  answers: [{ amount: 1_000 }, { amount: 2_000 }],
  broken: [bill('')],
};
const withAsk =
  (change: Partial<Ask>) =>
  (adapter: Adapter): Adapter => ({
    ...adapter,
    callbacks: adapter.callbacks.map((each) => (each.kind === 'ask' ? { ...each, ...change } : each)),
  });
/** The portal's adapter as the suite is told of it, with an ask beside its tell. */
const good: ConformanceOptions = {
  ...portalConformance,
  create: (counterpart) => {
    const adapter = portalConformance.create(counterpart);
    return { ...adapter, callbacks: [...adapter.callbacks, asksForBills] };
  },
  callbacks: [...portalConformance.callbacks, billSample],
};

type Break = (adapter: Adapter, fresh: () => Adapter) => Adapter;

/** A check, by the beginning of its name, and the defects that it must find. */
const defects: readonly [string, string, Break][] = [
  [
    'a good call',
    'sends everything twice',
    (adapter) =>
      around(adapter, async (run, context) => {
        await run(context);
        return run(context);
      }),
  ],
  ['a good call', 'says yes without sending', (adapter) => around(adapter, async () => completed('done'))],
  ['silence', 'takes a timeout for not sent', twisting(reasoned('timeout', notSent('unavailable')))],
  [
    'silence',
    'has its own patience',
    (adapter) => around(adapter, (run, context) => run({ ...context, timeoutMs: 2_000 })),
  ],
  ['a reset', 'takes a reset for not sent', twisting(reasoned('connection-lost', notSent('connection-refused')))],
  ['a reply lost', 'takes a lost reply for not sent', twisting(kinded('unknown', notSent('connection-refused')))],
  [
    'a reply lost',
    'sends again after an unknown',
    (adapter) =>
      around(adapter, async (run, context) => {
        const first = await run(context);
        return first.kind === 'unknown' ? run(context) : first;
      }),
  ],
  [
    'a body that drips',
    'waits as long as bytes come',
    (adapter) => around(adapter, (run, context) => run({ ...context, timeoutMs: 2_000 })),
  ],
  ['a truncated', 'reads half an answer', twisting(reasoned('unreadable', completed('half')))],
  ['a malformed', 'takes any 200 for success', twisting(reasoned('unreadable', completed('fine')))],
  [
    'a malformed',
    'keeps nothing',
    (adapter) => around(adapter, (run, context) => run({ ...context, keep: () => undefined })),
  ],
  ['an answer outside', 'takes drift for a mere unknown', twisting(kinded('drift', unknown('unreadable')))],
  ['an answer outside', 'names no place', twisting(kinded('drift', drift('somewhere', 'x', 'y')))],
  ['429', 'forgets how long to wait', twisting(reasoned('rate-limited', notSent('rate-limited')))],
  ['429', 'takes it for a server error', twisting(reasoned('rate-limited', unknown('server-error')))],
  ['503 with Retry', 'takes it for a server error', twisting(reasoned('unavailable', unknown('server-error')))],
  ['503 without', 'takes it for a promise', twisting(reasoned('server-error', notSent('unavailable')))],
  ['500', 'takes it for not acted', twisting(reasoned('server-error', notSent('unavailable')))],
  ['a business refusal under a 4xx', 'hears the status alone', twisting(kinded('rejected', notSent('client-error')))],
  [
    'a business refusal under a 4xx',
    'keeps their words to itself',
    twisting(kinded('rejected', { kind: 'rejected', code: '400', message: '', fields: [] })),
  ],
  ['a business refusal under a 5xx', 'hears the status alone', twisting(kinded('rejected', unknown('server-error')))],
  [
    'a business refusal under a 5xx',
    'logs in again to hear it twice',
    (adapter) =>
      around(adapter, async (run, context) => {
        const outcome = await run(context);
        if (outcome.kind !== 'rejected') return outcome;
        await adapter.probe(context);
        return run(context);
      }),
  ],
  ['success beside words', 'reads the code alone', twisting(reasoned('unreadable', completed('0')))],
  [
    'success beside words',
    'reads the words alone',
    twisting(reasoned('unreadable', { kind: 'rejected', code: '0', message: 'lỗi', fields: [] })),
  ],
  [
    'success beside words',
    'keeps nothing',
    (adapter) => around(adapter, (run, context) => run({ ...context, keep: () => undefined })),
  ],
  ['an item refused in a row', 'reads no rows', twisting(kinded('rejected', completed('fine')))],
  [
    'a row of another',
    'takes any row for its own',
    (adapter) => {
      let refused = false;
      return around(adapter, async (run, context) => {
        refused = false;
        const outcome = await run({
          ...context,
          transport: {
            send: async (request, limits) => {
              const answer = await context.transport.send(request, limits);
              if ('body' in answer) refused ||= textOf(answer.body).includes('"ErrorCode":"5"');
              return answer;
            },
          },
        });
        return refused ? { kind: 'rejected', code: '5', message: 'row', fields: [] } : outcome;
      });
    },
  ],
  [
    'a Retry-After date',
    'measures by its own clock',
    twisting((outcome) =>
      'retryAfterMs' in outcome && outcome.retryAfterMs !== undefined
        ? { ...outcome, retryAfterMs: outcome.retryAfterMs + 3_600_000 }
        : outcome,
    ),
  ],
  [
    'a jump of our clock',
    'takes a clock set back for an expiry',
    (adapter) => {
      let newest = 0;
      return around(adapter, async (run, context) => {
        newest = Math.max(newest, context.now());
        return context.now() < newest - 60_000 ? notSent('login-failed') : run(context);
      });
    },
  ],
  ['a refused connection', 'takes it for unknown', twisting(kinded('not-sent', unknown('connection-lost')))],
  [
    'what is cancelled beforehand',
    'does not look',
    (adapter) => around(adapter, (run, context) => run({ ...context, signal: new AbortController().signal })),
  ],
  [
    'what is cancelled under way',
    'does not listen',
    (adapter) => around(adapter, (run, context) => run({ ...context, signal: new AbortController().signal })),
  ],
  [
    'an expired session',
    'never logs in again',
    (adapter) => {
      let logins = 0;
      return withTransport((transport) => ({
        send: async (request, limits) => {
          if (isLogin(request)) logins += 1;
          return isLogin(request) && logins > 1
            ? { mayHaveArrived: false, cause: 'refused' }
            : transport.send(request, limits);
        },
      }))(adapter);
    },
  ],
  [
    'an expired session',
    'logs in twice',
    (adapter) =>
      withTransport((transport) => ({
        send: async (request, limits) => {
          if (isLogin(request)) await transport.send(request, limits);
          return transport.send(request, limits);
        },
      }))(adapter),
  ],
  [
    'however many',
    'logs in for each',
    (adapter, fresh) =>
      around(adapter, async (_run, context) => {
        const command = fresh().commands['sync-dossier'] as unknown as CollapsingCommand;
        const ended = await command.run([dossier(Math.floor(context.now() * 1000))], unstored(context));
        return ended.kind === 'undivided' ? ended.outcome : (ended.outcomes[0] ?? unknown('unreadable'));
      }),
  ],
  [
    'a second process',
    'keeps its session to itself',
    (adapter) => {
      const sessions = memorySessions();
      return around(adapter, (run, context) => run({ ...context, sessions }));
    },
  ],
  [
    'a system that forgets',
    'logs in for each call',
    (adapter, fresh) =>
      around(adapter, async (_run, context) => {
        const command = fresh().commands['sync-dossier'] as unknown as CollapsingCommand;
        const ended = await command.run([dossier(1)], unstored(context));
        return ended.kind === 'undivided' ? ended.outcome : (ended.outcomes[0] ?? unknown('unreadable'));
      }),
  ],
  [
    'a login answered no',
    'keeps asking',
    (adapter, fresh) =>
      around(adapter, async (_run, context) => {
        const command = fresh().commands['sync-dossier'] as unknown as CollapsingCommand;
        const ended = await command.run([dossier(1)], unstored(context));
        return ended.kind === 'undivided' ? ended.outcome : (ended.outcomes[0] ?? unknown('unreadable'));
      }),
  ],
  [
    'a login answered no',
    'takes it for a rejection',
    twisting(reasoned('login-refused', { kind: 'rejected', code: '-1', message: '', fields: [] })),
  ],
  [
    'the probe',
    'sends a dossier to see',
    (adapter) => ({
      ...adapter,
      probe: async (context) => {
        const command = adapter.commands['sync-dossier'] as unknown as CollapsingCommand;
        await command.run([dossier(1)], context);
        return completed('alive');
      },
    }),
  ],
  ['the probe', 'always says yes', (adapter) => ({ ...adapter, probe: async () => completed('alive') })],
  [
    'nothing throws',
    'throws for what the network does',
    (adapter) =>
      around(adapter, async (run, context) => {
        const outcome = await run(context);
        if (outcome.kind === 'unknown') throw new Error('socket hang up');
        return outcome;
      }),
  ],
  ['nothing throws', 'takes what it cannot read for a yes', twisting(kinded('drift', completed('fine')))],
  [
    'no secret',
    'keeps what it was sent',
    (adapter) =>
      around(adapter, async (run, context) =>
        run({
          ...context,
          transport: {
            send: async (request, limits) => {
              context.keep(textOf(request.body ?? new Uint8Array()));
              return context.transport.send(request, limits);
            },
          },
        }),
      ),
  ],
  [
    'no secret',
    'repeats their words as they are',
    (adapter) => {
      let said = '';
      return around(adapter, async (run, context) => {
        const outcome = await run({
          ...context,
          transport: {
            send: async (request, limits) => {
              const answer = await context.transport.send(request, limits);
              if ('body' in answer) said = textOf(answer.body);
              return answer;
            },
          },
        });
        return outcome.kind === 'completed' ? outcome : { kind: 'rejected', code: '', message: said, fields: [] };
      });
    },
  ],
  ['every command says', 'declares no recovery', withCommands(() => ({ recovery: undefined }))],
  [
    'every command says',
    'is not quiet long enough',
    withCommands((command) => ({ policy: { ...command.policy, quietMs: 1 } })),
  ],
  [
    'every command says',
    'has a batch for what may not be repeated',
    withCommands(() => ({ recovery: { kind: 'manual', why: 'x' } })),
  ],
  [
    'a message that comes twice',
    'knows a message by its code alone',
    withCallback((callback) => ({
      parse: async (request) => {
        const parsed = await callback.parse(request);
        return 'dedupeKey' in parsed ? { ...parsed, dedupeKey: parsed.ref } : parsed;
      },
    })),
  ],
  [
    'a message that comes twice',
    'knows a message by its bytes',
    withCallback((callback) => ({
      parse: async (request) => {
        const parsed = await callback.parse(request);
        return 'dedupeKey' in parsed ? { ...parsed, dedupeKey: textOf(request.body) } : parsed;
      },
    })),
  ],
  [
    'a message that cannot',
    'throws for broken JSON',
    withCallback((callback) => ({
      parse: async (request) => {
        JSON.parse(textOf(request.body));
        return callback.parse(request);
      },
    })),
  ],
  [
    'a message that cannot',
    'answers failure like success',
    withCallback((callback) => ({ reply: () => callback.reply('stored') })),
  ],
  [
    'a message that cannot',
    'declares no verifier',
    withCallback(() => ({ verifier: undefined as unknown as Tell['verifier'] })),
  ],
  ['a question is', 'understands nothing', withAsk({ parse: async () => drift('', 'x', 'y') })],
  ['a question is', 'says the same to everything', withAsk({ reply: () => jsonReply({ code: 0 }) })],
  [
    'a question that',
    'takes anything for a question',
    withAsk({ parse: async () => ({ type: 'bill', ref: 'x', data: 0 }) }),
  ],
  ['a question that', 'reads failure like an answer', withAsk({ reply: () => jsonReply({ code: 0 }) })],
  ['a question that', 'believes anybody', withAsk({ verifier: { kind: 'query' } as unknown as Ask['verifier'] })],
  ['a question that', 'takes all the time there is', withAsk({ timeoutMs: 0 })],
];

/** The acts' adapter with its confirmations answered by `answer`, which may ask as it did. */
const confirming = (
  answer: (ask: Asking, input: unknown, context: CallContext, command: ActCommand) => Promise<Outcome<Confirmation>>,
) =>
  withCommand('pay', (command) => {
    const { recovery } = command;
    if (command.kind !== 'act' || recovery.kind !== 'confirm') throw new TypeError('it is not confirmed');
    const confirm = (input: unknown, context: CallContext) =>
      answer(() => recovery.confirm(input, context), input, context, command);
    return { recovery: { kind: 'confirm', confirm } };
  });
type Asking = () => Promise<Outcome<Confirmation>>;

const readingBack = (answer: (ask: () => Promise<Outcome<ReadBack>>) => Promise<Outcome<ReadBack>>) =>
  withCommand('sync-dossier', (command) => {
    if (command.kind !== 'collapsing') throw new TypeError('it is not read back');
    const { recovery } = command;
    const readBack = (input: unknown, context: CallContext) =>
      answer(() => recovery.readBack?.(input, context) ?? Promise.reject(new TypeError('it is not read back')));
    return { recovery: { ...recovery, readBack } };
  });

const withCommand =
  (name: string, change: (command: CommandOperation) => object) =>
  (adapter: Adapter): Adapter => {
    const command = adapter.commands[name] as unknown as CommandOperation;
    const changed = { ...command, ...change(command) } as unknown as CollapsingCommand<never>;
    return { ...adapter, commands: { ...adapter.commands, [name]: changed } };
  };
const withNumbers =
  (change: (query: BatchQueryOperation) => Partial<BatchQueryOperation>) =>
  (adapter: Adapter): Adapter => {
    const query = adapter.queries.numbers as unknown as BatchQueryOperation;
    const numbers = { ...query, ...change(query) } as unknown as BatchQueryOperation<never>;
    return { ...adapter, queries: { ...adapter.queries, numbers } };
  };
const elseAsked =
  (kind: string, to: Confirmation) =>
  async (ask: Asking): Promise<Outcome<Confirmation>> => {
    const answer = await ask();
    return answer.kind === kind ? completed(to) : answer;
  };
const elseRead =
  (kind: Outcome['kind'], to: ReadBack) =>
  async (ask: () => Promise<Outcome<ReadBack>>): Promise<Outcome<ReadBack>> => {
    const answer = await ask();
    return answer.kind === kind ? completed(to) : answer;
  };
/** They are asked, and whatever they say that is `from` is told as `to`. */
const mistaking =
  (from: Confirmation['kind'], to: Confirmation) =>
  async (ask: Asking): Promise<Outcome<Confirmation>> => {
    const answer = await ask();
    return answer.kind === 'completed' && answer.result.kind === from ? completed(to) : answer;
  };
const misreading =
  (from: ReadBack, to: ReadBack) =>
  async (ask: () => Promise<Outcome<ReadBack>>): Promise<Outcome<ReadBack>> => {
    const answer = await ask();
    return answer.kind === 'completed' && answer.result === from ? completed(to) : answer;
  };
const receipt = { receipt: 'R-x' };

/** The same of recovery, with the rule by which it must be found: of the portal, or of the invented acts. */
const recoveryDefects: readonly [string, string, string, ConformanceOptions, Break][] = [
  [
    'every command and query',
    'has a command that the options do not name',
    'name every operation',
    inventedActs,
    (adapter) => ({ ...adapter, commands: { ...adapter.commands, refund: adapter.commands.pay as ActCommand<never> } }),
  ],
  [
    'every command and query',
    'has a query that the options do not name',
    'name every operation',
    inventedActs,
    (adapter) => ({ ...adapter, queries: { ...adapter.queries, more: numbersOf(adapter) } }),
  ],
  [
    'every command and query',
    'lacks a command that the options name',
    'name no other operation',
    inventedActs,
    (adapter) => {
      const { pay: _pay, ...commands } = adapter.commands;
      return { ...adapter, commands };
    },
  ],
  [
    'every command and query',
    'has forgotten how it is confirmed',
    'how it is recovered',
    inventedActs,
    withCommand('pay', () => ({ recovery: { kind: 'manual', why: 'x' } })),
  ],
  [
    'what may be repeated',
    'declares an act repeatable that is not',
    'sent twice it must have one effect',
    inventedActs,
    withCommand('pay', () => ({ recovery: { kind: 'repeatable', why: 'x' } })),
  ],
  [
    'what may be repeated',
    'gives each row a time of its own',
    'sent twice it must have one effect',
    good,
    withCommand('sync-progress', (command) => {
      if (command.kind !== 'appended') throw new TypeError('it is not appended');
      let sent = 0;
      const run = ([input]: readonly unknown[], context: CallContext) => {
        sent += 1;
        const { code, steps } = input as SyncProgressInput;
        const at = `2022-12-01T10:00:${String(sent).padStart(2, '0')}+07:00`;
        return command.run([{ code, steps: steps.map((step) => ({ ...step, at })) }], context);
      };
      return { run };
    }),
  ],
  [
    'confirm: what was done',
    'always says not-applied',
    'what was done is applied',
    inventedActs,
    confirming(async () => completed(notApplied)),
  ],
  [
    'confirm: what was done',
    'makes up a result',
    'the result of the call',
    inventedActs,
    confirming(mistaking('applied', applied(receipt))),
  ],
  [
    'confirm: what was done',
    'sends the command to see',
    'asking has no effect',
    inventedActs,
    confirming(async (ask, input, context, command) => {
      await command.run(input, context);
      return ask();
    }),
  ],
  [
    'confirm: after a lost reply',
    'always says not-applied',
    'what they did is applied or taken',
    inventedActs,
    confirming(async () => completed(notApplied)),
  ],
  [
    'confirm: after a lost reply',
    'sends the command again',
    'it was done once',
    inventedActs,
    confirming(async (ask, input, context, command) => {
      await command.run(input, context);
      return ask();
    }),
  ],
  [
    'confirm: what never took effect',
    'always says applied',
    'what never took effect is not-applied',
    inventedActs,
    confirming(async () => completed(applied(receipt))),
  ],
  [
    'confirm: what never took effect',
    'never can tell',
    'what never took effect is not-applied',
    inventedActs,
    confirming(async () => completed(cannotTell)),
  ],
  [
    'confirm: what never took effect',
    'sends what it is asked about afterwards',
    'asking does not send it',
    inventedActs,
    confirming(async (ask, input, context, command) => {
      const answer = await ask();
      await command.run(input, context);
      return answer;
    }),
  ],
  [
    'confirm: what they do late',
    'always says applied',
    'what is not done yet is not applied',
    inventedActs,
    confirming(async () => completed(applied(receipt))),
  ],
  [
    'confirm: what they do late',
    'remembers its first answer',
    'what they did is applied or taken',
    inventedActs,
    (adapter) => {
      const first = new Map<unknown, Outcome<Confirmation>>();
      return confirming(async (ask, input) => {
        const answer = first.get(input) ?? (await ask());
        first.set(input, answer);
        return answer;
      })(adapter);
    },
  ],
  ...(['unknown', 'drift', 'not-sent', 'rejected'] as const).map(
    (kind): [string, string, string, ConformanceOptions, Break] => [
      'confirm: a question that fails',
      `takes ${kind} for not-applied`,
      'is no answer to the question',
      inventedActs,
      confirming(elseAsked(kind, notApplied)),
    ],
  ),
  [
    'confirm: a question that fails',
    'takes an unknown for applied',
    'is no answer to the question',
    inventedActs,
    confirming(elseAsked('unknown', applied(receipt))),
  ],
  [
    'confirm: a question that fails',
    'throws where it hears nothing',
    'made the question throw',
    inventedActs,
    confirming(async (ask) => {
      const answer = await ask();
      if (answer.kind === 'unknown') throw new Error('socket hang up');
      return answer;
    }),
  ],
  [
    'readBack: what was sent',
    'always matches',
    'what was never sent is absent',
    good,
    readingBack(async () => completed('matches')),
  ],
  [
    'readBack: what was sent',
    'is always absent',
    'what was sent matches',
    good,
    readingBack(async () => completed('absent')),
  ],
  [
    'readBack: what was sent',
    'looks at existence alone',
    'what somebody else changed differs',
    good,
    readingBack(misreading('differs', 'matches')),
  ],
  [
    'readBack: after a lost reply',
    'never can tell',
    'what they did matches',
    good,
    readingBack(async () => completed('cannot-tell')),
  ],
  [
    'readBack: after a lost reply',
    'always matches',
    'what never arrived does not match',
    good,
    readingBack(async () => completed('matches')),
  ],
  ...(['unknown', 'drift', 'not-sent', 'rejected'] as const).flatMap((kind) =>
    (['absent', 'matches'] as const).map((word): [string, string, string, ConformanceOptions, Break] => [
      'readBack: a question that fails',
      `takes ${kind} for ${word}`,
      'is no answer to the question',
      good,
      readingBack(elseRead(kind, word)),
    ]),
  ),
  [
    'the answer to what',
    'names a query that does not exist',
    'the query that fetches the answer exists',
    inventedActs,
    withCommand('register', () => ({ later: { query: 'nowhere', scheduleMs: [1], forMs: 1 } })),
  ],
  [
    'the answer to what',
    'has another reference than theirs',
    'has not failed',
    inventedActs,
    withCommand('register', (command) => {
      if (command.kind !== 'act') throw new TypeError('it is no act');
      const run = async (input: unknown, context: CallContext) => {
        const outcome = await command.run(input, context);
        return outcome.kind === 'accepted' ? { kind: 'accepted', ref: `x${outcome.ref}` } : outcome;
      };
      return { run };
    }),
  ],
  [
    'the answer to what',
    'confirms under another reference than theirs',
    'has not failed',
    inventedActs,
    withCommand('register', (command) => {
      const { recovery } = command;
      if (recovery.kind !== 'confirm') throw new TypeError('it is not confirmed');
      const confirm = async (input: unknown, context: CallContext): Promise<Outcome<Confirmation>> => {
        const answer = await recovery.confirm(input, context);
        return answer.kind === 'completed' && answer.result.kind === 'taken' ? completed(taken('T-9')) : answer;
      };
      return { recovery: { kind: 'confirm', confirm } };
    }),
  ],
  [
    'a batch query',
    'answers in an order of its own',
    'one outcome each, in their order',
    inventedActs,
    withNumbers((query) => ({
      run: async (inputs, context) => {
        const ended = await query.run(inputs, context);
        return ended.kind === 'itemised' ? { ...ended, outcomes: ended.outcomes.toReversed() } : ended;
      },
    })),
  ],
  [
    'a batch query',
    'answers the first alone',
    'one outcome each, in their order',
    inventedActs,
    withNumbers((query) => ({ run: (inputs, context) => query.run(inputs.slice(0, 1), context) })),
  ],
  [
    '503 with Retry',
    'believes a 503 of what must not happen twice',
    'the outcome must be',
    inventedActs,
    (adapter) => around(adapter, (run, context) => run({ ...context, oneOff: false })),
  ],
];
function numbersOf(adapter: Adapter): BatchQueryOperation<never> {
  return adapter.queries.numbers as BatchQueryOperation<never>;
}

const checkNamed = (beginning: string): Check => {
  const found = checks.filter((check) => check.name.startsWith(beginning));
  if (found.length !== 1 || !found[0]) throw new Error(`${beginning} names ${found.length} checks`);
  return found[0];
};

conformance('invented-acts', inventedActs);

describe('the conformance suite finds an adapter that', () => {
  it.each(defects)(
    '%s: %s',
    async (beginning, _defect, broken) => {
      const check = checkNamed(beginning);
      const options = {
        ...good,
        create: (counterpart: Parameters<typeof good.create>[0]) =>
          broken(good.create(counterpart), () => good.create(counterpart)),
      };
      await expect(check.run(options)).rejects.toThrow();
    },
    20_000,
  );

  it.each(recoveryDefects)(
    '%s: %s',
    async (beginning, _defect, rule, options, broken) => {
      const create = (counterpart: Counterpart) =>
        broken(options.create(counterpart), () => options.create(counterpart));
      await expect(checkNamed(beginning).run({ ...options, create })).rejects.toThrow(rule);
    },
    20_000,
  );

  it.each(checks.filter((check) => !check.skip?.(good)))(
    'and not one that is merely wrapped: $name',
    (check) =>
      check.run({
        ...good,
        create: (counterpart) => twisting((outcome) => outcome)(good.create(counterpart)),
      }),
    20_000,
  );

  it('breaks any of its rules: no check is without a defect', () => {
    const covered = new Set([...defects, ...recoveryDefects].map(([beginning]) => checkNamed(beginning)));
    expect(checks.filter((check) => !covered.has(check)).map((check) => check.name)).toEqual([]);
  });
});
