import { describe, expect, it } from 'vitest';
import { inventedActs } from '../test/conformance/invented-acts.ts';
import { portalConformance } from '../test/conformance/national-portal.ts';
import {
  type ActCommand,
  type Adapter,
  applied,
  type BatchQueryOperation,
  type CallContext,
  type CollapsingCommand,
  type CommandOperation,
  type Confirmation,
  cannotTell,
  completed,
  notApplied,
  type Outcome,
  type ReadBack,
  rejected,
  type Transport,
  taken,
} from './adapter.ts';
import { checks, conformance } from './conformance.ts';
import { textOf } from './kit/bytes.ts';
import type { Check, CommandSample, ConformanceOptions, Counterpart } from './kit/conformance-harness.ts';
import { recoveryChecks } from './kit/conformance-recovery.ts';
import type { SyncProgressInput } from './national-portal/sync-progress.ts';

/**
 * The rules about repeating and asking are proved as the others are (`conformance.test.ts`), on the acts of an invented
 * system and on what the portal repeats and reads back.
 */

type Break = (adapter: Adapter) => Adapter;

/** The acts' adapter with its confirmations answered by `answer`, which may ask as it did. */
const confirming = (answer: (ask: Asking, send: Sending, input: unknown) => Promise<Outcome<Confirmation>>) =>
  withCommand('pay', (command) => {
    const { recovery } = command;
    if (command.kind !== 'act' || recovery.kind !== 'confirm') throw new TypeError('it is not confirmed');
    const confirm = (input: unknown, context: CallContext) =>
      answer(
        () => recovery.confirm(input, context),
        () => command.run(input, context),
        input,
      );
    return { recovery: { kind: 'confirm', confirm } };
  });
type Asking = () => Promise<Outcome<Confirmation>>;
/** Sends the command itself, which no question may. */
type Sending = () => Promise<unknown>;
type Reading = () => Promise<Outcome<ReadBack>>;

/** The portal's adapter, the same of its read-back. */
const readingBack = (answer: (ask: Reading, send: Sending) => Promise<Outcome<ReadBack>>) =>
  withCommand('sync-dossier', (command) => {
    if (command.kind !== 'collapsing') throw new TypeError('it is not read back');
    const { recovery } = command;
    const readBack = (input: unknown, context: CallContext) =>
      answer(
        () => recovery.readBack?.(input, context) ?? Promise.reject(new TypeError('it is not read back')),
        () => command.run([input], context),
      );
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
  async (ask: Reading): Promise<Outcome<ReadBack>> => {
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
  async (ask: Reading): Promise<Outcome<ReadBack>> => {
    const answer = await ask();
    return answer.kind === 'completed' && answer.result === from ? completed(to) : answer;
  };
const receipt = { receipt: 'R-x' };
/** The acts' options, `pay` told of otherwise. */
const withPay = (changes: Partial<CommandSample>): ConformanceOptions => ({
  ...inventedActs,
  commands: { ...inventedActs.commands, pay: { ...inventedActs.commands.pay, ...changes } as CommandSample },
});

/** A check, by the beginning of its name; a defect; the rule by which that check must find it; and in whose adapter. */
const defects: readonly [string, string, string, ConformanceOptions, Break][] = [
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
    portalConformance,
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
    'makes up what is left of a result',
    'the result of the call',
    withPay({ confirmedAs: () => ({ receipt: null }) }),
    confirming(mistaking('applied', applied(receipt))),
  ],
  [
    'confirm: what was done',
    'sends the command to see',
    'asking has no effect',
    inventedActs,
    confirming(async (ask, send) => {
      await send();
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
    confirming(async (ask, send) => {
      await send();
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
    confirming(async (ask, send) => {
      const answer = await ask();
      await send();
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
      return confirming(async (ask, _send, input) => {
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
    'confirm: a question that fails',
    'sends the command where it hears nothing',
    'asking has no effect, whatever comes of it',
    inventedActs,
    confirming(async (ask, send) => {
      const answer = await ask();
      if (answer.kind === 'unknown') await send();
      return answer;
    }),
  ],
  [
    'readBack: what was sent',
    'sends it again to see',
    'asking has no effect',
    portalConformance,
    readingBack(async (ask, send) => {
      const read = await ask();
      if (read.kind === 'completed' && read.result === 'matches') await send();
      return read;
    }),
  ],
  [
    'readBack: what was sent',
    'always matches',
    'what was never sent is absent',
    portalConformance,
    readingBack(async () => completed('matches')),
  ],
  [
    'readBack: what was sent',
    'is always absent',
    'what was sent matches',
    portalConformance,
    readingBack(async () => completed('absent')),
  ],
  [
    'readBack: what was sent',
    'looks at existence alone',
    'what somebody else changed differs',
    portalConformance,
    readingBack(misreading('differs', 'matches')),
  ],
  [
    'readBack: after a lost reply',
    'never can tell',
    'what they did matches',
    portalConformance,
    readingBack(async () => completed('cannot-tell')),
  ],
  [
    'readBack: after a lost reply',
    'always matches',
    'what never arrived does not match',
    portalConformance,
    readingBack(async () => completed('matches')),
  ],
  ...(['unknown', 'drift', 'not-sent', 'rejected'] as const).flatMap((kind) =>
    (['absent', 'matches'] as const).map((word): [string, string, string, ConformanceOptions, Break] => [
      'readBack: a question that fails',
      `takes ${kind} for ${word}`,
      'is no answer to the question',
      portalConformance,
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
    'no secret',
    'repeats in a confirmation what they say',
    'no secret may be told',
    inventedActs,
    withCommand('pay', ({ recovery }) => {
      if (recovery.kind !== 'confirm') throw new TypeError('it is not confirmed');
      const confirm = async (input: unknown, context: CallContext) => {
        let said = '';
        const transport: Transport = {
          send: async (request, limits) => {
            const answer = await context.transport.send(request, limits);
            if ('body' in answer) said = textOf(answer.body);
            return answer;
          },
        };
        const answer = await recovery.confirm(input, { ...context, transport });
        return answer.kind === 'completed' ? answer : rejected('1', said);
      };
      return { recovery: { kind: 'confirm', confirm } };
    }),
  ],
  [
    '503 with Retry',
    'believes a 503 of what must not happen twice',
    'the outcome must be',
    inventedActs,
    withCommand('pay', (command) => {
      if (command.kind !== 'act') throw new TypeError('it is no act');
      return { run: (input: unknown, context: CallContext) => command.run(input, { ...context, oneOff: false }) };
    }),
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

describe.concurrent('the conformance suite finds an adapter that', () => {
  it.each(defects)(
    '%s: %s',
    async (beginning, _defect, rule, options, broken) => {
      const create = (counterpart: Counterpart) => broken(options.create(counterpart));
      await expect(checkNamed(beginning).run({ ...options, create })).rejects.toThrow(rule);
    },
    20_000,
  );

  it('and not one whose system cannot deny anything, where the options say so', async () => {
    const create = (counterpart: Counterpart) =>
      confirming(mistaking('not-applied', cannotTell))(inventedActs.create(counterpart));
    const options = { ...withPay({ cannotDeny: 'they show only what took effect' }), create };
    for (const check of recoveryChecks) if (!check.skip?.(options)) await check.run(options);
  }, 20_000);

  it('breaks any of its rules of recovery: no check is without a defect', () => {
    const covered = new Set(defects.map(([beginning]) => checkNamed(beginning)));
    expect(recoveryChecks.filter((check) => !covered.has(check)).map((check) => check.name)).toEqual([]);
  });
});
