import { describe, expect, it } from 'vitest';
import { portalConformance } from '../test/conformance/national-portal.ts';
import type {
  Adapter,
  Ask,
  BatchOutcome,
  BatchQueryOperation,
  CallContext,
  CollapsingCommand,
  CommandOperation,
  InboundRequest,
  Outcome,
  QueryOperation,
  Tell,
  Transport,
  WireRequest,
} from './adapter.ts';
import { completed, drift, notSent, unknown } from './adapter.ts';
import { checks } from './conformance.ts';
import { textOf } from './kit/bytes.ts';
import type { AskSample, Check, ConformanceOptions } from './kit/conformance-harness.ts';
import { recoveryChecks } from './kit/conformance-recovery.ts';
import { memorySessions } from './kit/memory-sessions.ts';
import { jsonReply } from './kit/reply.ts';

/**
 * The suite is proved by breaking a good adapter on each rule: a check that a broken adapter passes checks nothing.
 * Every check has at least one defect here that it alone must find; those of recovery have theirs in
 * `conformance-recovery.test.ts`.
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
  ['504', 'takes it for not acted', twisting(reasoned('server-error', notSent('unavailable')))],
  [
    '504',
    'sends again after an unknown',
    (adapter) =>
      around(adapter, async (run, context) => {
        const first = await run(context);
        if (first.kind === 'unknown') await run(context);
        return first;
      }),
  ],
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
        newest = Math.max(newest, context.wall());
        return context.wall() < newest - 60_000 ? notSent('login-failed') : run(context);
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
        const ended = await command.run([dossier(Math.floor(context.wall() * 1000))], unstored(context));
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
    'a fault inside the login',
    'calls every one a failed login',
    twisting((outcome) =>
      outcome.kind === 'not-sent' && outcome.during === 'login' ? { ...outcome, reason: 'login-failed' } : outcome,
    ),
  ],
  [
    'a fault inside the login',
    'does not say that it was the login',
    twisting((outcome) => (outcome.kind === 'not-sent' ? notSent('tls') : outcome)),
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

const checkNamed = (beginning: string): Check => {
  const found = checks.filter((check) => check.name.startsWith(beginning));
  if (found.length !== 1 || !found[0]) throw new Error(`${beginning} names ${found.length} checks`);
  return found[0];
};

describe.concurrent('the conformance suite finds an adapter that', () => {
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
    const covered = new Set([...recoveryChecks, ...defects.map(([beginning]) => checkNamed(beginning))]);
    expect(checks.filter((check) => !covered.has(check)).map((check) => check.name)).toEqual([]);
  });
});
