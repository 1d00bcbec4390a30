import type { Adapter, CallContext, Confirmation, Outcome, ReadBack } from '../adapter.ts';
import {
  type Check,
  type CommandSample,
  type CommandUnderTest,
  type ConformanceOptions,
  forEach,
  type Harness,
  type Misbehaviour,
  misbehaviours,
  must,
  mustBe,
  mustSucceed,
  together,
  withHarness,
} from './conformance-harness.ts';

/**
 * What is done after an unknown outcome: repeating is harmless, or they are asked. An answer to such a question decides
 * whether something is sent a second time, so that each must be true, and none may be made up where they said nothing.
 */
export const recoveryChecks: readonly Check[] = [
  {
    name: 'every command and query of the adapter is named in the options, and no other',
    run: (options) =>
      withHarness(options, async ({ adapter }) => {
        mustNameTheSame(Object.keys(adapter.commands), Object.keys(options.commands));
        mustNameTheSame(Object.keys(adapter.queries), Object.keys(options.queries));
        for (const [name, sample] of Object.entries(options.commands)) {
          const { recovery, later } = declared(adapter, name);
          must(recovery === sample.recovery, 'the options say how it is recovered', `${name}: ${recovery}`);
          must(later === (sample.answeredLater === true), 'the options say whether it is answered later', name);
        }
        for (const [name, query] of Object.entries(adapter.queries)) {
          const several = options.queries[name]?.several?.length ?? 0;
          const enough = query.kind === 'query' || several >= query.policy.batchSize;
          must(enough, 'of a batch query the options have as many inputs as it takes', name);
        }
      }),
  },
  {
    name: 'what may be repeated leaves one effect when it is sent twice, a lost reply or a late act between or not',
    skip: without('no command may be repeated', isRepeatable),
    run: (options) =>
      withHarness(options, async ({ commands, counterpart }) => {
        for (const first of [undefined, 'lost-reply', 'acts-late'] as const) {
          await forEach(commands.filter(repeats), async (command) => {
            const input = await command.fresh();
            await counterpart.misbehave(first);
            await command.send(input);
            await counterpart.misbehave(undefined);
            mustSucceed(await command.send(input), command);
            await counterpart.lateActsDone();
            const effects = await command.effectsOf(input);
            must(effects === 1, 'sent twice it must have one effect', effects);
          });
        }
      }),
  },
  {
    name: 'confirm: what was done is applied with the result of the call, and asking has no effect',
    skip: without('no command is confirmed', isConfirmed),
    run: confirming(async (command, harness) => {
      const input = await command.fresh();
      const sent = await command.send(input);
      mustSucceed(sent, command);
      const before = await harness.counterpart.counts();
      for (let n = 0; n < 2; n++) {
        const answer = mustConfirm(await confirm(command, harness, input));
        if (sent.kind === 'accepted' && answer.kind === 'taken') {
          must(answer.ref === sent.ref, 'taken names the reference that they gave', answer);
        } else {
          must(answer.kind === 'applied', 'what was done is applied', answer);
          const { confirmedAs = (result: unknown) => result } = command.sample;
          const same =
            sent.kind !== 'completed' || JSON.stringify(confirmedAs(sent.result)) === JSON.stringify(answer.result);
          must(same, 'applied has the result of the call', answer);
        }
      }
      await confirm(command, harness, await command.fresh());
      const { effects } = await harness.counterpart.counts();
      must(effects === before.effects, 'asking has no effect', effects - before.effects);
    }),
  },
  {
    name: 'confirm: after a lost reply it is applied or taken, and asking does not do it again',
    skip: without('no command is confirmed', isConfirmed),
    run: confirming(async (command, harness) => {
      const input = await command.fresh();
      await harness.counterpart.misbehave('lost-reply');
      mustBe(await command.send(input), { kind: 'unknown' });
      await harness.counterpart.misbehave(undefined);
      for (let n = 0; n < 2; n++) mustHaveIt(mustConfirm(await confirm(command, harness, input)));
      must((await command.effectsOf(input)) === 1, 'it was done once', await command.effectsOf(input));
    }),
  },
  {
    name: 'confirm: what never took effect is not-applied, and asking does not send it',
    skip: without('no command is confirmed', isConfirmed),
    run: confirming(async (command, harness) => {
      const neverSent = await command.fresh();
      const cut = await command.fresh();
      await harness.counterpart.misbehave('reset');
      mustBe(await command.send(cut), { kind: 'unknown' });
      await harness.counterpart.misbehave(undefined);
      for (const input of [neverSent, cut]) {
        const answer = mustConfirm(await confirm(command, harness, input));
        const doubtful = answer.kind === 'cannot-tell' && command.sample.cannotDeny !== undefined;
        must(answer.kind === 'not-applied' || doubtful, 'what never took effect is not-applied', answer);
        must((await command.effectsOf(input)) === 0, 'asking does not send it', await command.effectsOf(input));
      }
    }),
  },
  {
    name: 'confirm: what they do late is not applied before it is done, and is afterwards',
    skip: without('no command is confirmed', isConfirmed),
    run: confirming(async (command, harness) => {
      const input = await command.fresh();
      await harness.counterpart.misbehave('acts-late');
      mustBe(await command.send(input), { kind: 'unknown' });
      await harness.counterpart.misbehave(undefined);
      const early = mustConfirm(await confirm(command, harness, input));
      const done = (await command.effectsOf(input)) > 0;
      must(done || early.kind !== 'applied', 'what is not done yet is not applied', early);
      await harness.counterpart.lateActsDone();
      mustHaveIt(mustConfirm(await confirm(command, harness, input)));
      must((await command.effectsOf(input)) === 1, 'it was done once', await command.effectsOf(input));
    }),
  },
  {
    name: 'confirm: a question that fails, or is refused, says nothing of what was sent',
    skip: without('no command is confirmed', isConfirmed),
    run: failing(isConfirmed, (command, harness, input) => confirm(command, harness, input)),
  },
  {
    name: 'readBack: what was sent matches, what was never sent is absent, what somebody else changed differs',
    skip: without('no command is read back', isReadBack),
    run: readingBack(async (command, harness) => {
      const input = await command.fresh();
      const neverSent = mustRead(await readBack(command, harness, await command.fresh()));
      must(['absent', 'cannot-tell'].includes(neverSent), 'what was never sent is absent', neverSent);
      mustSucceed(await command.send(input), command);
      const before = await harness.counterpart.counts();
      const sent = mustRead(await readBack(command, harness, input));
      must(sent === 'matches', 'what was sent matches', sent);
      const { effects } = await harness.counterpart.counts();
      must(effects === before.effects, 'asking has no effect', effects - before.effects);
      must(command.sample.move !== undefined, 'the options say how somebody else changes it', command.name);
      await command.sample.move(harness.counterpart, input);
      const moved = mustRead(await readBack(command, harness, input));
      must(moved === 'differs', 'what somebody else changed differs', moved);
    }),
  },
  {
    name: 'readBack: after a lost reply it matches, after a reset and before a late act it does not',
    skip: without('no command is read back', isReadBack),
    run: readingBack(async (command, harness) => {
      const after = async (how: Misbehaviour) => {
        const input = await command.fresh();
        await harness.counterpart.misbehave(how);
        mustBe(await command.send(input), { kind: 'unknown' });
        await harness.counterpart.misbehave(undefined);
        const read = mustRead(await readBack(command, harness, input));
        return { input, read, done: (await command.effectsOf(input)) > 0 };
      };
      const lost = await after('lost-reply');
      must(lost.read === 'matches', 'what they did matches', lost.read);
      const cut = await after('reset');
      must(cut.read !== 'matches' && !cut.done, 'what never arrived does not match, nor is it sent', cut);
      const late = await after('acts-late');
      must(late.done || late.read !== 'matches', 'what is not done yet does not match', late.read);
      await harness.counterpart.lateActsDone();
      const read = mustRead(await readBack(command, harness, late.input));
      must(read === 'matches', 'what they did late matches', read);
    }),
  },
  {
    name: 'readBack: a question that fails, or is refused, says nothing of what they show',
    skip: without('no command is read back', isReadBack),
    run: failing(isReadBack, (command, harness, input) => readBack(command, harness, input)),
  },
  {
    name: 'the answer to what was only accepted is fetched by the query that the command names, after a lost reply too',
    skip: without('no command is answered later', (sample) => sample.answeredLater === true),
    run: (options) =>
      withHarness(options, async (harness) => {
        const { commands, counterpart } = harness;
        await forEach(commands.filter(isLater), async (command) => {
          const refs = [await refOf(await command.sendFresh())];
          if (isConfirmed(command.sample)) {
            const input = await command.fresh();
            await counterpart.misbehave('lost-reply');
            mustBe(await command.send(input), { kind: 'unknown' });
            await counterpart.misbehave(undefined);
            const answer = mustConfirm(await confirm(command, harness, input));
            if (answer.kind === 'taken') refs.push(answer.ref);
          }
          const before = await counterpart.counts();
          for (const ref of refs) {
            const early = await askLater(command, harness, ref);
            must(['accepted', 'completed'].includes(early.kind), 'what they still work on has not failed', early);
          }
          must(counterpart.finish !== undefined, 'the counterpart can finish what it accepted', command.name);
          await counterpart.finish();
          for (const ref of refs) mustBe(await askLater(command, harness, ref), { kind: 'completed' });
          const { effects } = await counterpart.counts();
          must(effects === before.effects, 'asking has no effect', effects - before.effects);
        });
      }),
  },
  {
    name: 'a batch query tells each what it is told alone, in their order',
    skip: ({ queries }) =>
      Object.values(queries).some((sample) => sample.several) ? undefined : 'no query takes several inputs',
    run: (options) =>
      withHarness(options, async (harness) => {
        await forEach(harness.queries, async (query) => {
          const { operation, sample } = query;
          if (operation.kind !== 'batch-query') return;
          const inputs = (sample.several ?? []).slice(0, operation.policy.batchSize);
          const alone: Outcome[] = [];
          for (const input of inputs) alone.push(await query.ask({}, input));
          const apart = new Set(alone.map((outcome) => JSON.stringify(outcome))).size === inputs.length;
          must(apart, 'each input of the options has an answer of its own', alone);
          for (const order of [inputs, inputs.toReversed()]) {
            const ended = await operation.run(order, harness.context());
            must(ended.kind === 'itemised', 'a good call is itemised', ended);
            const expected = order === inputs ? alone : alone.toReversed();
            const same = JSON.stringify(ended.outcomes) === JSON.stringify(expected);
            must(same, 'one outcome each, in their order', ended);
          }
        });
      }),
  },
];

function isRepeatable({ recovery }: CommandSample): boolean {
  return recovery === 'repeatable' || recovery === 'read-back';
}
function isConfirmed({ recovery }: CommandSample): boolean {
  return recovery === 'confirm';
}
function isReadBack({ recovery }: CommandSample): boolean {
  return recovery === 'read-back';
}
const isLater = ({ sample }: CommandUnderTest) => sample.answeredLater === true;
/** What the engine goes by is what the adapter declares. */
const repeats = ({ operation }: CommandUnderTest) => operation.recovery.kind === 'repeatable';

function without(reason: string, has: (sample: CommandSample) => boolean) {
  return ({ commands }: ConformanceOptions) => (Object.values(commands).some(has) ? undefined : reason);
}

function mustNameTheSame(ofAdapter: readonly string[], ofOptions: readonly string[]): void {
  const missing = ofAdapter.filter((name) => !ofOptions.includes(name));
  must(missing.length === 0, 'the options name every operation', missing);
  const foreign = ofOptions.filter((name) => !ofAdapter.includes(name));
  must(foreign.length === 0, 'the options name no other operation', foreign);
}

function declared(adapter: Adapter, name: string): { readonly recovery: string; readonly later: boolean } {
  const command = adapter.commands[name];
  const recovery = command?.recovery.kind ?? 'none';
  const later = command?.kind === 'act' && command.later !== undefined;
  const readsBack = command?.kind === 'collapsing' && command.recovery.readBack !== undefined;
  return { recovery: readsBack ? 'read-back' : recovery, later };
}

type Work = (command: CommandUnderTest, harness: Harness) => Promise<void>;

function confirming(work: Work): Check['run'] {
  return ofThose(isConfirmed, work);
}
function readingBack(work: Work): Check['run'] {
  return ofThose(isReadBack, work);
}
function ofThose(which: (sample: CommandSample) => boolean, work: Work): Check['run'] {
  return (options) =>
    withHarness(options, (harness) =>
      forEach(
        harness.commands.filter(({ sample }) => which(sample)),
        (command) => work(command, harness),
      ),
    );
}

type Question = (command: CommandUnderTest, harness: Harness, input: unknown) => Promise<Outcome<unknown>>;

/** Of what was done and of what was not: under a fault the question has no answer, neither yes nor no, and never throws. */
function failing(which: (sample: CommandSample) => boolean, ask: Question): Check['run'] {
  return (options) =>
    withHarness(options, async (harness) => {
      const { counterpart } = harness;
      const asked: { readonly name: string; readonly command: CommandUnderTest; readonly input: unknown }[] = [];
      await forEach(
        harness.commands.filter(({ sample }) => which(sample)),
        async (command) => {
          const done = await command.fresh();
          mustSucceed(await command.send(done), command);
          const neverSent = await command.fresh();
          asked.push({ name: `${command.name}, done`, command, input: done });
          asked.push({ name: `${command.name}, never sent`, command, input: neverSent });
        },
      );
      const before = await counterpart.counts();
      const saysNothing = async (how: Misbehaviour | 'refused connections') => {
        const refused = how === 'refused-under-4xx' || how === 'refused-under-5xx';
        await together(asked, async ({ command, input }) => {
          const outcome = await ask(command, harness, input).catch((error: unknown) => {
            throw new Error(`${how} made the question throw: ${String(error)}`);
          });
          const nothing =
            ['unknown', 'drift', 'not-sent'].includes(outcome.kind) ||
            (refused && outcome.kind === 'rejected') ||
            (outcome.kind === 'completed' && wordOf(outcome.result) === 'cannot-tell');
          must(nothing, `${how} is no answer to the question`, outcome);
        });
      };
      for (const how of misbehaviours) {
        await counterpart.misbehave(how);
        await saysNothing(how);
      }
      await counterpart.misbehave(undefined);
      await counterpart.lateActsDone();
      const { effects } = await counterpart.counts();
      must(effects === before.effects, 'asking has no effect, whatever comes of it', effects - before.effects);
      await counterpart.vanish();
      await saysNothing('refused connections');
    });
}

/** The one word of an answer: a read-back is one, a confirmation has one. */
function wordOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'kind' in answer ? answer.kind : answer;
}

/** What is asked about an earlier send, as the engine asks it; undefined of a command about which nothing can be asked. */
export async function askAbout(
  { operation }: CommandUnderTest,
  harness: Harness,
  input: unknown,
  changes: Partial<CallContext> = {},
): Promise<Outcome | undefined> {
  const context = harness.context(changes);
  if (operation.recovery.kind === 'confirm') return operation.recovery.confirm(input, context);
  return operation.kind === 'collapsing' ? operation.recovery.readBack?.(input, context) : undefined;
}

function confirm({ name, operation }: CommandUnderTest, harness: Harness, input: unknown) {
  must(operation.recovery.kind === 'confirm', 'it can be confirmed', name);
  return operation.recovery.confirm(input, harness.context());
}
async function readBack({ name, operation }: CommandUnderTest, harness: Harness, input: unknown) {
  const answer = operation.kind === 'collapsing' && (await operation.recovery.readBack?.(input, harness.context()));
  must(typeof answer === 'object', 'it can be read back', name);
  return answer;
}

function mustConfirm(outcome: Outcome<Confirmation>): Confirmation {
  must(outcome.kind === 'completed', 'a good question is answered', outcome);
  return outcome.result;
}
function mustHaveIt(answer: Confirmation): void {
  must(['applied', 'taken'].includes(answer.kind), 'what they did is applied or taken', answer);
}
function mustRead(outcome: Outcome<ReadBack>): ReadBack {
  must(outcome.kind === 'completed', 'a good question is answered', outcome);
  return outcome.result;
}

function refOf(outcome: Outcome): string {
  must(outcome.kind === 'accepted' && outcome.ref !== '', 'they accept it under a reference', outcome);
  return outcome.ref;
}

/** Asks as a watch does: the query that the command names, with their reference. */
function askLater({ operation }: CommandUnderTest, { queries }: Harness, ref: string): Promise<Outcome> {
  const name = operation.kind === 'act' ? operation.later?.query : undefined;
  const query = queries.find((each) => each.name === name);
  must(query !== undefined, 'the query that fetches the answer exists', name);
  return query.ask({}, ref);
}
