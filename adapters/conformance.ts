import { describe, it } from 'vitest';
import type {
  Adapter,
  Ask,
  Callback,
  InboundReply,
  InboundRequest,
  Outcome,
  Tell,
  WireFault,
  WireReply,
} from './adapter.ts';
import { textOf, utf8 } from './kit/bytes.ts';
import {
  type AskSample,
  type CallbackSample,
  type Check,
  type CommandUnderTest,
  type ConformanceOptions,
  type Counts,
  clock,
  forEach,
  type Harness,
  type Misbehaviour,
  misbehaviours,
  must,
  mustBe,
  mustSucceed,
  PATIENCE_MS,
  type TellSample,
  together,
  withHarness,
} from './kit/conformance-harness.ts';
import { askAbout, recoveryChecks } from './kit/conformance-recovery.ts';

/**
 * The suite that every adapter passes: against a real server that misbehaves in each way, an outcome is of the right
 * class, nothing throws, nothing is sent twice, no login storm follows and no secret gets out.
 */
export function conformance(name: string, options: ConformanceOptions): void {
  // Each check has a counterpart of its own and mostly waits for a deadline.
  describe.concurrent(`${name} conforms`, () => {
    for (const check of checks) {
      const reason = check.skip?.(options);
      if (reason === undefined) it(check.name, () => check.run(options), 20_000);
      else it.skip(`${check.name} (${reason})`, () => undefined);
    }
  });
}

const NOT_SENT = { kind: 'not-sent' };
const UNKNOWN = { kind: 'unknown' };
const TIMED_OUT = { ...UNKNOWN, reason: 'timeout' };
const SERVER_ERROR = { ...UNKNOWN, reason: 'server-error' };
const AFTER_SEVEN_SECONDS = { ...NOT_SENT, reason: 'unavailable', retryAfterMs: 7_000 };

const page = (status: number, headers: WireReply['headers'] = {}): WireReply => ({
  status,
  headers,
  body: utf8('<html><h1>Proxy</h1></html>'),
});
/** What can befall a login, and the reason that a person must read. */
const FAULTS_OF_A_LOGIN: readonly (readonly [WireFault | WireReply, Readonly<Record<string, unknown>>])[] = [
  [{ mayHaveArrived: false, cause: 'tls' }, { reason: 'tls' }],
  [{ mayHaveArrived: false, cause: 'dns' }, { reason: 'dns' }],
  [{ mayHaveArrived: false, cause: 'refused' }, { reason: 'connection-refused' }],
  [{ mayHaveArrived: false, cause: 'timeout' }, { reason: 'timeout' }],
  [{ mayHaveArrived: true, cause: 'timeout' }, { reason: 'timeout' }],
  [{ mayHaveArrived: true, cause: 'reset' }, { reason: 'connection-lost' }],
  [{ mayHaveArrived: true, cause: 'truncated' }, { reason: 'unreadable' }],
  [{ mayHaveArrived: true, cause: 'unknown-coding' }, { reason: 'unreadable' }],
  [page(200), { reason: 'unreadable' }],
  [page(404), { reason: 'client-error' }],
  [page(500), { reason: 'server-error' }],
  [page(504), { reason: 'server-error' }],
  [page(429, { 'retry-after': '11' }), { reason: 'rate-limited', retryAfterMs: 11_000 }],
  [page(503, { 'retry-after': '7' }), { reason: 'unavailable', retryAfterMs: 7_000 }],
];

const withoutSessions = (options: ConformanceOptions) => (options.sessions ? undefined : 'the system has no sessions');
const withoutItemRows = (options: ConformanceOptions) =>
  options.itemRows ? undefined : 'the system says nothing of single items';
const isTell = (sample: CallbackSample): sample is TellSample => sample.kind === 'tell';
const isAsk = (sample: CallbackSample): sample is AskSample => sample.kind === 'ask';
const withoutTells = (options: ConformanceOptions) =>
  options.callbacks.some(isTell) ? undefined : 'the system tells nothing';
const withoutAsks = (options: ConformanceOptions) =>
  options.callbacks.some(isAsk) ? undefined : 'the system asks nothing';

interface Judged {
  readonly outcome: Outcome;
  readonly command: CommandUnderTest;
  readonly harness: Harness;
  readonly before: Counts;
}

/** Every command, after a good call that has opened a session, under a misbehaviour; then the queries, as far as told. */
function under(
  how: Misbehaviour,
  judge: (judged: Judged) => Promise<void> | void,
  ofQueries?: Readonly<Record<string, unknown>>,
): Check['run'] {
  return (options) =>
    withHarness(options, async (harness) => {
      const { counterpart } = harness;
      await forEach(harness.commands, async (command) => {
        await counterpart.misbehave(undefined);
        mustSucceed(await command.sendFresh(), command);
        const input = await command.fresh();
        const before = await counterpart.counts();
        await counterpart.misbehave(how);
        harness.kept.length = 0;
        const started = clock();
        const outcome = await command.send(input);
        must(clock() - started < PATIENCE_MS, 'a call must end within its timeout', clock() - started);
        await judge({ outcome, command, harness, before });
      });
      if (ofQueries === undefined) return;
      // Of a system that takes no command nothing has made it misbehave yet.
      await counterpart.misbehave(how);
      await together(harness.queries, async (query) => mustBe(await query.ask(), ofQueries));
    });
}

/** A refusal with words is theirs and final: no new login looks for another answer, and nothing is sent again. */
async function refusedInTheirWords({ outcome, harness, before }: Judged): Promise<void> {
  mustBe(outcome, { kind: 'rejected' });
  must('message' in outcome && outcome.message !== '' && outcome.code !== '', 'code and words are theirs', outcome);
  mustBeKept(harness);
  const { calls, logins } = await harness.counterpart.counts();
  must(calls === before.calls + 1, 'it must have been sent once', calls - before.calls);
  must(logins === before.logins, 'no new login', logins - before.logins);
}

/** One good call of the first command, which opens a session. */
async function firstSucceeds(harness: Harness): Promise<void> {
  const outcome = await harness.command();
  must(['completed', 'accepted'].includes(outcome.kind), 'a good call succeeds', outcome);
}

function mustBeKept({ kept }: Harness): void {
  must(kept.length > 0, 'their answer must be kept raw', kept);
}

export const checks: readonly Check[] = [
  ...recoveryChecks,
  {
    name: 'a good call is completed, with one effect',
    run: (options) =>
      withHarness(options, async (harness) => {
        await forEach(harness.commands, async (command) => {
          const input = await command.fresh();
          must(
            (await command.effectsOf(input)) === 0,
            'before it is sent there is nothing',
            await command.effectsOf(input),
          );
          const before = await harness.counterpart.counts();
          mustSucceed(await command.send(input), command);
          const { effects } = await harness.counterpart.counts();
          must(effects === before.effects + 1, 'one command must have one effect', effects - before.effects);
          must(
            (await command.effectsOf(input)) === 1,
            'the effect is that of the input',
            await command.effectsOf(input),
          );
        });
        const before = await harness.counterpart.counts();
        await together(harness.queries, async (query) => mustBe(await query.ask(), { kind: 'completed' }));
        const { effects } = await harness.counterpart.counts();
        must(effects === before.effects, 'a query must have no effect', effects - before.effects);
      }),
  },
  {
    name: 'silence is unknown by timeout, for a query too (I2)',
    run: under('silence', ({ outcome }) => mustBe(outcome, TIMED_OUT), TIMED_OUT),
  },
  {
    name: 'a reset after the request left is unknown (I2)',
    run: under('reset', ({ outcome }) => mustBe(outcome, { ...UNKNOWN, reason: 'connection-lost' })),
  },
  {
    name: 'a reply lost after they acted is unknown, and the command is not sent a second time (I2)',
    run: under('lost-reply', async ({ outcome, harness, before }) => {
      mustBe(outcome, UNKNOWN);
      const { effects, calls } = await harness.counterpart.counts();
      must(effects === before.effects + 1, 'they must have acted once', effects - before.effects);
      must(calls === before.calls + 1, 'it must have been sent once', calls - before.calls);
    }),
  },
  {
    name: 'a body that drips beyond the deadline is unknown (I2)',
    run: under('slow-body', ({ outcome }) => mustBe(outcome, TIMED_OUT)),
  },
  {
    name: 'a truncated answer is unknown, never a result (I2)',
    run: under('truncated', ({ outcome }) => mustBe(outcome, UNKNOWN)),
  },
  {
    name: 'a malformed answer is unknown, and kept raw',
    run: under('malformed', ({ outcome, harness }) => {
      mustBe(outcome, UNKNOWN);
      mustBeKept(harness);
    }),
  },
  {
    name: 'an answer outside the wire schema is drift that says where, and kept raw; for a query too',
    run: under(
      'off-schema',
      ({ outcome, harness }) => {
        mustBe(outcome, { kind: 'drift' });
        must('path' in outcome && /^(\/|$)/.test(outcome.path), 'drift must name a JSON pointer', outcome);
        mustBeKept(harness);
      },
      { kind: 'drift' },
    ),
  },
  {
    name: '429 is not sent, with their Retry-After',
    run: under('status-429', ({ outcome }) =>
      mustBe(outcome, { ...NOT_SENT, reason: 'rate-limited', retryAfterMs: 11_000 }),
    ),
  },
  {
    name: '503 with Retry-After is not sent, with that wait; of what must not happen twice it is unknown (I2)',
    run: under(
      'status-503-retry-after',
      ({ outcome, command }) => mustBe(outcome, command.oneOff ? SERVER_ERROR : AFTER_SEVEN_SECONDS),
      AFTER_SEVEN_SECONDS,
    ),
  },
  {
    name: '503 without Retry-After is unknown (I2)',
    run: under('status-503', ({ outcome }) => mustBe(outcome, SERVER_ERROR)),
  },
  {
    name: '504 of a system that acts afterwards is unknown, and the command is not sent a second time (I2)',
    run: under('acts-late', async ({ outcome, harness, before }) => {
      mustBe(outcome, SERVER_ERROR);
      await harness.counterpart.lateActsDone();
      const { effects, calls } = await harness.counterpart.counts();
      must(effects === before.effects + 1, 'they must have acted once', effects - before.effects);
      must(calls === before.calls + 1, 'it must have been sent once', calls - before.calls);
    }),
  },
  {
    name: '500 is unknown (I2)',
    run: under('status-500', ({ outcome }) => mustBe(outcome, SERVER_ERROR)),
  },
  {
    name: 'a business refusal under a 4xx is rejected in their words, and the session is kept; for a query too',
    run: under('refused-under-4xx', refusedInTheirWords, { kind: 'rejected' }),
  },
  {
    name: 'a business refusal under a 5xx is rejected in their words, and the session is kept; for a query too',
    run: under('refused-under-5xx', refusedInTheirWords, { kind: 'rejected' }),
  },
  {
    name: 'success beside words of a fault is believed in neither: unknown or drift, and kept raw (I2)',
    run: under('success-with-failure', ({ outcome, harness }) => {
      must(['unknown', 'drift'].includes(outcome.kind), 'neither a yes nor a no may be made of it', outcome);
      mustBeKept(harness);
    }),
  },
  {
    name: 'an item refused in a row of its own is not done, whatever the call says',
    skip: withoutItemRows,
    run: under('item-refused', ({ outcome, harness }) => {
      must(['rejected', 'drift'].includes(outcome.kind), 'the row must be heard', outcome);
      must(outcome.kind !== 'drift' || harness.kept.length > 0, 'what cannot be judged is kept raw', harness.kept);
    }),
  },
  {
    name: 'a row of another item refuses none of ours',
    skip: withoutItemRows,
    run: under('row-of-another', ({ outcome }) =>
      must(outcome.kind !== 'rejected', 'only its own row refuses an item', outcome),
    ),
  },
  {
    name: 'a Retry-After date is measured by their clock, not by ours',
    run: under('skewed-retry-after', ({ outcome, command }) => {
      if (command.oneOff) return mustBe(outcome, SERVER_ERROR);
      mustBe(outcome, { ...NOT_SENT, reason: 'unavailable' });
      const wait = 'retryAfterMs' in outcome ? (outcome.retryAfterMs ?? -1) : -1;
      must(wait > 28_000 && wait < 32_000, 'thirty seconds by their clock are thirty seconds', wait);
    }),
  },
  {
    name: 'a jump of our clock harms no call',
    run: (options) =>
      withHarness(options, async (harness) => {
        for (const skewMs of [0, 7_200_000, -7_200_000, 0]) {
          harness.skewMs = skewMs;
          await forEach(harness.commands, async (command) => mustSucceed(await command.sendFresh(), command));
        }
      }),
  },
  {
    name: 'a refused connection is not sent (I2)',
    run: (options) =>
      withHarness(options, async (harness) => {
        const inputs = new Map<string, unknown>();
        for (const command of harness.commands) inputs.set(command.name, await command.fresh());
        await harness.counterpart.vanish();
        await forEach(harness.commands, async (command) =>
          mustBe(await command.send(inputs.get(command.name)), NOT_SENT),
        );
        await forEach(harness.queries, async (query) => mustBe(await query.ask(), NOT_SENT));
      }),
  },
  {
    name: 'what is cancelled beforehand is not sent (I2, I3)',
    run: (options) =>
      withHarness(options, async (harness) => {
        await firstSucceeds(harness);
        const before = await harness.counterpart.counts();
        const signal = AbortSignal.abort();
        await forEach(harness.commands, async (command) => mustBe(await command.sendFresh({ signal }), NOT_SENT));
        await forEach(harness.queries, async (query) => mustBe(await query.ask({ signal }), NOT_SENT));
        const { calls } = await harness.counterpart.counts();
        must(calls === before.calls, 'nothing must reach them', calls - before.calls);
      }),
  },
  {
    name: 'what is cancelled under way is unknown, at once (I3)',
    run: (options) =>
      withHarness(options, async (harness) => {
        await firstSucceeds(harness);
        await harness.counterpart.misbehave('silence');
        const givenUp = () => ({ signal: AbortSignal.timeout(100), timeoutMs: 2_000 });
        const started = clock();
        await together(harness.commands, async (command) => mustBe(await command.sendFresh(givenUp()), UNKNOWN));
        await together(harness.queries, async (query) => mustBe(await query.ask(givenUp()), UNKNOWN));
        must(clock() - started < PATIENCE_MS, 'an aborted call must end', clock() - started);
      }),
  },
  {
    name: 'an expired session costs one login and one repeat, and the call succeeds',
    skip: withoutSessions,
    run: (options) =>
      withHarness(options, async (harness) => {
        await firstSucceeds(harness);
        const before = await harness.counterpart.counts();
        await harness.counterpart.expireSessions();
        await firstSucceeds(harness);
        const { logins, effects } = await harness.counterpart.counts();
        must(logins === before.logins + 1, 'one new login', logins - before.logins);
        must(effects === before.effects + 1, 'one effect', effects - before.effects);
      }),
  },
  {
    name: 'however many calls wait for a session, one login is made, and it is kept',
    skip: withoutSessions,
    run: (options) =>
      withHarness(options, async (harness) => {
        const eight = () => Promise.all(Array.from({ length: 8 }, () => firstSucceeds(harness)));
        await eight();
        await eight();
        must((await harness.counterpart.counts()).logins === 1, 'one login', await harness.counterpart.counts());
        await harness.counterpart.expireSessions();
        await eight();
        must((await harness.counterpart.counts()).logins === 2, 'one more login', await harness.counterpart.counts());
      }),
  },
  {
    name: 'a second process uses the session that the first opened, or renewed',
    skip: withoutSessions,
    run: (options) =>
      withHarness(options, async (harness) => {
        const second = harness.secondProcess();
        const both = () => Promise.all([harness.query(), second.query()]);
        for (const outcome of await both()) mustBe(outcome, { kind: 'completed' });
        must((await harness.counterpart.counts()).logins === 1, 'one login', await harness.counterpart.counts());
        await harness.counterpart.expireSessions();
        mustBe(await harness.query(), { kind: 'completed' });
        mustBe(await second.query(), { kind: 'completed' });
        mustBe(await harness.secondProcess().query(), { kind: 'completed' });
        must((await harness.counterpart.counts()).logins === 2, 'one more login', await harness.counterpart.counts());
      }),
  },
  {
    name: 'a system that forgets its sessions meets no storm of logins',
    skip: withoutSessions,
    run: (options) =>
      withHarness(options, async (harness) => {
        await harness.counterpart.misbehave('sessions-forgotten');
        for (let n = 0; n < 30; n++) mustBe(await harness.command(), NOT_SENT);
        const { logins, effects } = await harness.counterpart.counts();
        must(logins <= 4, 'a few logins for thirty calls', logins);
        must(effects === 0, 'no effect', effects);
      }),
  },
  {
    name: 'a fault inside the login is reported as what it was, and nothing is sent after it',
    skip: withoutSessions,
    run: (options) =>
      withHarness(options, async (harness) => {
        for (const [answer, expected] of FAULTS_OF_A_LOGIN) {
          const asked = { transport: { send: async () => answer } };
          const during = { ...NOT_SENT, during: 'login', ...expected };
          for (const command of harness.commands) mustBe(await command.sendFresh(asked), during);
          for (const query of harness.queries) mustBe(await query.ask(asked), during);
          mustBe(await harness.adapter.probe(harness.context(asked)), during);
        }
        const { calls, logins } = await harness.counterpart.counts();
        must(calls === 0 && logins === 0, 'nothing went another way', { calls, logins });
      }),
  },
  {
    name: 'a login answered no is not sent, and is not asked for again and again (no account is locked)',
    skip: withoutSessions,
    run: (options) =>
      withHarness(options, async (harness) => {
        await harness.counterpart.misbehave('logins-refused');
        mustBe(await harness.command(), { ...NOT_SENT, reason: 'login-refused' });
        let told = 1;
        for (let n = 1; n < 10; n++) {
          const outcome = await harness.command();
          mustBe(outcome, NOT_SENT);
          if (outcome.kind === 'not-sent' && outcome.reason === 'login-refused' && !outcome.heard) told += 1;
        }
        const { logins, calls } = await harness.counterpart.counts();
        must(told <= logins, 'one answer "no" is one refusal, however many calls hear of it', told);
        must(logins <= 2, 'two logins at most', logins);
        must(calls === 0, 'no call without a session', calls);
      }),
  },
  {
    name: 'the probe has no effect, and tells a refused connection',
    run: (options) =>
      withHarness(options, async (harness) => {
        mustBe(await harness.adapter.probe(harness.context()), { kind: 'completed' });
        must((await harness.counterpart.counts()).effects === 0, 'a probe changes nothing', null);
        await harness.counterpart.vanish();
        mustBe(await harness.adapter.probe(harness.context()), NOT_SENT);
      }),
  },
  {
    name: 'nothing throws, whatever happens',
    run: (options) =>
      withHarness(options, async (harness) => {
        const toCommands: Misbehaviour[] = options.itemRows ? ['item-refused'] : [];
        if (options.sessions) toCommands.push('sessions-forgotten');
        const unsuccessful = async (how: Misbehaviour, work: Promise<Outcome>) => {
          const outcome = await work.catch((error: unknown) => {
            throw new Error(`${how} made the adapter throw: ${String(error)}`);
          });
          must(!['completed', 'accepted'].includes(outcome.kind), `${how} must not look like success`, outcome);
        };
        for (const how of [...misbehaviours, ...toCommands]) {
          await harness.counterpart.misbehave(how);
          await together(harness.commands, (command) => unsuccessful(how, command.sendFresh()));
          if (toCommands.includes(how)) continue;
          await together(harness.queries, (query) => unsuccessful(how, query.ask()));
        }
      }),
  },
  {
    name: 'no secret stands in an outcome or in what is kept, even when they repeat what they were sent (I6)',
    run: (options) =>
      withHarness(options, async (harness) => {
        const told: unknown[] = [await harness.command()];
        for (const status of [200, 400, 500]) {
          const echo = harness.echo(status);
          for (const command of harness.commands) {
            const input = await command.fresh();
            told.push(await command.send(input, echo), await askAbout(command, harness, input, echo));
          }
          for (const query of harness.queries) told.push(await query.ask(echo));
        }
        await harness.counterpart.misbehave('logins-refused');
        await harness.counterpart.expireSessions();
        told.push(await harness.command());
        const text = JSON.stringify([told, harness.kept]);
        // Without sessions, what is called a token names a thing of theirs and opens nothing.
        const tokens = options.sessions ? harness.tokens : [];
        const found = [...options.secrets, ...tokens].filter((secret) => text.includes(secret));
        must(!options.sessions || harness.tokens.size > 0, 'a session was handed out', harness.tokens.size);
        must(found.length === 0, 'no secret may be told', `${found.length} found`);
      }),
  },
  {
    name: 'every command says how it can be recovered, and every policy can be kept',
    run: (options) =>
      withHarness(options, async ({ adapter }) => {
        for (const command of Object.values(adapter.commands)) {
          must(['repeatable', 'confirm', 'manual'].includes(command.recovery?.kind), 'recovery', command.name);
          must(command.policy.quietMs >= command.policy.timeoutMs, 'the quiet time outlasts a request', command.name);
          must(
            command.kind === 'act' || command.recovery.kind === 'repeatable',
            'only an act may be other than repeatable',
            command.name,
          );
        }
        for (const { name, policy } of [...Object.values(adapter.commands), ...Object.values(adapter.queries)]) {
          must(policy.timeoutMs > 0 && policy.inlineTries >= 1 && policy.batchSize >= 1, 'policy', name);
          must(policy.scheduleMs.length > 0 && policy.giveUpAgeMs > 0, 'schedule', name);
          must(
            policy.scheduleMs.every((wait) => wait > 0),
            'every wait is longer than nothing',
            name,
          );
        }
      }),
  },
  {
    name: 'a message that comes twice has one key, and another has another',
    skip: withoutTells,
    run: (options) =>
      eachTell(options, async (callback, sample) => {
        const keyOf = async (request: InboundRequest) => {
          const parsed = await callback.parse(request);
          must('dedupeKey' in parsed && parsed.ref !== '', 'a good message is understood', sample.path);
          return parsed.dedupeKey;
        };
        const key = await keyOf(sample.message);
        must((await keyOf(sample.message)) === key, 'a repeat has the same key', sample.path);
        must((await keyOf(sample.same)) === key, 'a repeat written differently has the same key', sample.path);
        must((await keyOf(sample.other)) !== key, 'other content has another key', sample.path);
      }),
  },
  {
    name: 'a message that cannot be understood is drift, and every answer can be given (I7)',
    skip: withoutTells,
    run: (options) =>
      eachTell(options, async (callback, sample) => {
        const verifiers = ['signature', 'shared-key', 'peer', 'query'];
        must(verifiers.includes(callback.verifier?.kind), 'a verifier', sample.path);
        await understandsNoneOf(callback, sample.broken);
        const answers = (['stored', 'duplicate', 'refused', 'failed'] as const).map((each) => callback.reply(each));
        mustTellApart(answers, 0, 3);
      }),
  },
  {
    name: 'a question is understood, and its answer carries what the room says',
    skip: withoutAsks,
    run: (options) =>
      eachAsk(options, async (callback, sample) => {
        const question = await callback.parse(sample.question);
        must('type' in question && question.type !== '', 'a good question is understood', sample.path);
        must(question.ref !== '', 'a question says what it concerns', sample.path);
        const replies = sample.answers.map((answer) => callback.reply({ kind: 'answered', question, answer }));
        mustTellApart(replies, 0, 1);
      }),
  },
  {
    name: 'a question that cannot be understood is drift, its sender is proved, and failure can be told (I7)',
    skip: withoutAsks,
    run: (options) =>
      eachAsk(options, async (callback, sample) => {
        const proofs = ['signature', 'shared-key', 'peer'];
        must(proofs.includes(callback.verifier?.kind), 'what it gives away goes to a proved sender', sample.path);
        must(callback.timeoutMs > 0, 'a bound on the time', sample.path);
        await understandsNoneOf(callback, sample.broken);
        const question = await callback.parse(sample.question);
        must('type' in question, 'a good question is understood', sample.path);
        const [answer] = sample.answers;
        const answered = callback.reply({ kind: 'answered', question, answer });
        const replies = [answered, callback.reply({ kind: 'refused' }), callback.reply({ kind: 'failed' })];
        mustTellApart(replies, 0, 1);
        mustTellApart(replies, 0, 2);
      }),
  },
];

const eachTell = (
  options: ConformanceOptions,
  look: (tell: Tell, sample: TellSample) => Promise<void>,
): Promise<void> =>
  withHarness(options, async ({ adapter }) => {
    for (const sample of options.callbacks.filter(isTell)) {
      const callback = callbackOf(adapter, sample.path, sample.message);
      must(callback.kind === 'tell', 'it is a tell', sample.path);
      await look(callback, sample);
    }
  });

const eachAsk = (options: ConformanceOptions, look: (ask: Ask, sample: AskSample) => Promise<void>): Promise<void> =>
  withHarness(options, async ({ adapter }) => {
    for (const sample of options.callbacks.filter(isAsk)) {
      const callback = callbackOf(adapter, sample.path, sample.question);
      must(callback.kind === 'ask', 'it is an ask', sample.path);
      await look(callback, sample);
    }
  });

/** The callback that takes such a request. */
function callbackOf(adapter: Adapter, path: string, { method }: InboundRequest): Callback {
  const found = adapter.callbacks.find((each) => each.path === path && each.methods.includes(method));
  must(found !== undefined, 'the callback exists', `${method} ${path}`);
  must(found.maximumBytes > 0, 'a bound', path);
  return found;
}

async function understandsNoneOf(callback: Callback, broken: readonly InboundRequest[]): Promise<void> {
  for (const request of broken) {
    const parsed = await callback.parse(request);
    must('kind' in parsed && parsed.kind === 'drift', 'what is broken is drift', parsed);
  }
}

/** Every result has an answer, and these two do not read alike. */
function mustTellApart(replies: readonly InboundReply[], one: number, other: number): void {
  must(
    replies.every((reply) => reply.status >= 200 && reply.body instanceof Uint8Array),
    'every result has an answer',
    replies,
  );
  const read = (reply: InboundReply | undefined) => textOf(reply?.body ?? new Uint8Array());
  must(read(replies[one]) !== read(replies[other]), 'what differs does not read alike', replies);
}
