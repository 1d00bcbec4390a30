import { z } from 'zod';
import { raiseFrom } from '../../../src/chronicle/raise.ts';
import { openJson, sealJson, subjectKeys } from '../../../src/crypto/subject-keys.ts';
import type { SubjectKey } from '../../../src/crypto/vault.ts';
import { enqueueActs, sealAct } from '../../../src/delivery/acts/queued.ts';
import { actOperation } from '../../../src/delivery/acts/sealed-input.ts';
import { type RoomOperation, type SettledExchange, whereStamped } from '../../../src/delivery/operations.ts';
import { askSoon, closeWatch } from '../../../src/delivery/watches/watch-statements.ts';
import type { RoomWatch } from '../../../src/delivery/watches/watches.ts';
import { newId, type Platform } from '../../../src/platform.ts';
import type { InboundHandler, RoomParts } from '../../../src/room.ts';
import { problem } from '../../../src/routes/problem.ts';
import { type CommandRun, json, jsonBody, type Route, route } from '../../../src/routes/route.ts';
import { type Statement, sql } from '../../../src/store/engine.ts';
import type { TicketDone } from '../adapter/callbacks.ts';
import type { TicketResult } from '../adapter/fetch-results.ts';
import type { Registered, SubmitInput } from '../adapter/submit.ts';
import { practiceRegistered } from './event-types.ts';

/** Registrations: an act that is sent in the background, taken under their ticket, and decided later. */

const SYSTEM = 'practice';
const OUTCOME = 'practice_registration.outcome';
const watchOf = (ref: string) => ({ system: SYSTEM, query: 'fetch-results', ref });

export const registrationView = z
  .object({
    id: z.string(),
    permit: z.string(),
    reference: z.string(),
    exchange: z.string(),
    state: z.enum(['sending', 'uncertain', 'taken', 'unanswered', 'registered', 'refused', 'stated', 'lapsed']),
    ticket: z.string().nullable(),
    number: z.string().nullable(),
  })
  .meta({ id: 'PracticeRegistration' });
export type RegistrationView = z.infer<typeof registrationView>;

interface RegistrationRow {
  readonly id: string;
  readonly permit: string;
  readonly reference: string;
  readonly exchange: string;
  readonly state: RegistrationView['state'];
  readonly ticket: string | null;
  readonly subject: string;
  readonly outcome: string | null;
}

/** Done without their word is what a person stated: what came of it only the bureau knows. */
function stateAfter({ state, outcome }: SettledExchange): RegistrationView['state'] {
  switch (state) {
    case 'delivered':
      return outcome?.kind === 'accepted' ? 'taken' : outcome?.kind === 'completed' ? 'registered' : 'stated';
    case 'rejected':
      return 'refused';
    case 'uncertain':
      return 'uncertain';
    case 'cancelled':
    case 'dead':
      return 'lapsed';
    default:
      return 'sending';
  }
}

/**
 * Their decision, whichever way it came: what is decided stays so, and is told once. `only` is the stamp of the commit it
 * comes in.
 */
function decided(
  platform: Platform,
  row: { readonly by: 'reference' | 'exchange'; readonly value: string },
  change: {
    readonly state: RegistrationView['state'];
    readonly ticket?: string | undefined;
    readonly sealed: string | null;
  },
  only: { readonly table: Parameters<typeof whereStamped>[0]; readonly row: string },
  token: string,
): readonly Statement[] {
  const told = raiseFrom(
    practiceRegistered,
    {
      id: '?4',
      system: `'${SYSTEM}'`,
      ref: 'r.reference',
      data: `'{"registration":"' || r.id || '","permit":"' || r.permit || '"}'`,
      source: `from practice_registration r where r.${row.by} = ?3 and r.state not in ('registered', 'refused') and ${whereStamped(only.table)}`,
    },
    ...[only.row, token, row.value, newId(platform, 'evt')],
  );
  const written = sql(
    `update practice_registration set state = case when state in ('registered', 'refused') then state else ?4 end,
        ticket = coalesce(?5, ticket), outcome = case when state in ('registered', 'refused') then outcome else coalesce(?6, outcome) end, written_by = ?2
      where ${row.by} = ?3 and ${whereStamped(only.table)}`,
    ...[only.row, token, row.value, change.state, change.ticket ?? null, change.sealed],
  );
  return change.state === 'registered' ? [told, written] : [written];
}

type Parts = Pick<RoomParts, 'engine' | 'vault' | 'platform'>;

export function registrationOperation({ engine, vault, platform }: Parts): RoomOperation {
  return actOperation({ engine, vault }, async (settled, token) => {
    const keys = await subjectKeys(
      engine,
      settled.map(({ subject }) => subject),
    );
    const statements = await Promise.all(
      settled.map(async (each) => {
        const { stream, key, subject, outcome } = each;
        const done = outcome?.kind === 'completed' ? (outcome.result as Registered) : undefined;
        return decided(
          platform,
          { by: 'reference', value: key },
          {
            state: stateAfter(each),
            ticket: outcome?.kind === 'accepted' ? outcome.ref : undefined,
            sealed: await sealJson(vault, keys.get(subject ?? ''), OUTCOME, key, done),
          },
          { table: 'stream', row: stream },
          token,
        );
      }),
    );
    return {
      statements: statements.flat(),
      tookHold: { table: 'practice_registration', column: 'reference', rowOf: ({ key }) => key },
    };
  });
}

/** Those that were begun, by their reference or their exchange. */
async function begunBy(engine: RoomParts['engine'], column: 'reference' | 'exchange', values: readonly string[]) {
  const rows = await engine.all<{ value: string; reference: string; subject: string }>(
    sql(
      `select ${column} as value, reference, subject from practice_registration where ${column} in (select j.value from json_each(?1) j)`,
      JSON.stringify(values),
    ),
  );
  const keys = await subjectKeys(
    engine,
    rows.map(({ subject }) => subject),
  );
  return new Map(rows.map(({ value, reference, subject }) => [value, { reference, subject: keys.get(subject) }]));
}

/** Its reference names the row where it is sealed. */
const sealOutcome = async (
  vault: RoomParts['vault'],
  begun: { readonly reference: string; readonly subject: SubjectKey | undefined } | undefined,
  result: TicketResult,
): Promise<string | null> =>
  begun === undefined ? null : sealJson(vault, begun.subject, OUTCOME, begun.reference, result);

const stateOf = (result: TicketResult): RegistrationView['state'] =>
  result.kind === 'done' ? 'registered' : result.kind === 'refused' ? 'refused' : 'taken';

/** Answers to the question what became of a ticket. */
export function ticketWatch({ engine, vault, platform }: Parts): RoomWatch {
  return {
    answered: async (answers, token) => {
      const final = answers.flatMap((each) => {
        const result = each.outcome.kind === 'completed' ? (each.outcome.result as TicketResult) : undefined;
        return result === undefined || result.kind === 'pending' ? [] : [{ ...each, result }];
      });
      const begun = await begunBy(
        engine,
        'exchange',
        final.map(({ exchange }) => exchange ?? ''),
      );
      const statements = await Promise.all(
        final.map(async ({ watch, ref, exchange, result }) =>
          decided(
            platform,
            { by: 'exchange', value: exchange ?? '' },
            {
              state: stateOf(result),
              ticket: ref,
              sealed: await sealOutcome(vault, begun.get(exchange ?? ''), result),
            },
            { table: 'watch', row: watch },
            token,
          ),
        ),
      );
      return {
        closed: new Set(final.map(({ watch }) => watch)),
        statements: statements.flat(),
      };
    },
    // The time is over: a person is told by the gateway; whoever looks here sees it too.
    unanswered: async (watches, token) =>
      watches.flatMap(({ watch, exchange }) =>
        decided(
          platform,
          { by: 'exchange', value: exchange ?? '' },
          { state: 'unanswered', sealed: null },
          { table: 'watch', row: watch },
          token,
        ),
      ),
  };
}

/** They tell by themselves: signed, so that it is believed. It may come before we know that they took it. */
export function ticketDoneHandler({ engine, vault, platform }: Parts): InboundHandler {
  return async (message, token) => {
    const { reference, ticket, result } = message.data as TicketDone;
    const begun = await begunBy(engine, 'reference', [reference]);
    const only = { table: 'inbound', column: 'id', row: message.id } as const;
    return [
      ...decided(
        platform,
        { by: 'reference', value: reference },
        {
          state: stateOf(result),
          ticket,
          sealed: await sealOutcome(vault, begun.get(reference), result),
        },
        only,
        token,
      ),
      closeWatch(watchOf(ticket), only, token),
    ];
  };
}

/** Anybody may say "look at this": nothing in it is believed. What is watched is asked about now. */
export function lookAtHandler({ engine, wakeWatches }: Pick<RoomParts, 'engine' | 'wakeWatches'>): InboundHandler {
  return async (message, token) => {
    const [row] = await engine.all<{ ticket: string | null }>(
      sql(`select ticket from practice_registration where reference = ?1 and state = 'taken'`, message.ref),
    );
    if (row?.ticket == null) return [];
    wakeWatches();
    return [askSoon(watchOf(row.ticket), 0, { table: 'inbound', column: 'id', row: message.id }, token)];
  };
}

export function registrationRoutes(parts: RoomParts): readonly Route[] {
  const { engine, vault, platform } = parts;

  async function find(id: string): Promise<RegistrationView | undefined> {
    const [row] = await engine.all<RegistrationRow>(
      sql(
        'select id, permit, reference, exchange, state, ticket, subject, outcome from practice_registration where id = ?1',
        id,
      ),
    );
    if (row === undefined) return undefined;
    const { subject, outcome, ...view } = row;
    const keys = await subjectKeys(engine, [subject]);
    const known = await openJson<{ readonly number?: string }>(
      vault,
      keys.get(subject),
      OUTCOME,
      view.reference,
      outcome,
    );
    return { ...view, number: known?.number ?? null };
  }

  async function submit(input: Omit<SubmitInput, 'reference'>, actor: string, remember: CommandRun['remember']) {
    const id = newId(platform, 'pr');
    const reference = newId(platform, 'LT');
    const token = newId(platform, 't');
    const subject = { ...vault.newSubject(), kind: 'practice' };
    const plan = { system: SYSTEM, operation: 'submit', reference, input: { ...input, reference }, subject, actor };
    const act = await sealAct(parts, plan);
    await engine.batch([
      sql(
        `insert into practice_registration (id, permit, reference, exchange, state, subject, created_at, written_by)
         values (?1, ?2, ?3, ?4, 'sending', ?5, {at}, ?6)`,
        ...[id, input.permit, reference, act.exchange, subject.id, token],
      ),
      ...enqueueActs({
        acts: [{ ...act, stampedRow: id }],
        stampedBy: { table: 'practice_registration', column: 'id' },
        token,
      }),
      remember(id, { table: 'practice_registration', column: 'id', row: id, token }),
    ]);
    parts.wake(`${SYSTEM}/command`);
    return id;
  }

  return [
    route(
      {
        method: 'post',
        path: '/v1/practice/registrations',
        operationId: 'submitPracticeRegistration',
        scope: 'exchanges:act',
        idempotent: true,
        summary: 'Hand in a registration',
        description: 'It is on disk when it answers, and sent in the background.',
        tags: ['practice'],
        body: jsonBody(
          z.strictObject({
            permit: z.string().regex(/^GP\.\d{4}$/),
            holder: z.strictObject({ name: z.string().max(200) }),
          }),
        ),
        responses: { 202: json(registrationView, 'Taken: on disk, and on its way') },
      },
      async ({ body, principal, command }) => {
        const id = command.resource ?? (await submit(body, principal.id, command.remember));
        const view = await find(id);
        if (view === undefined) throw new Error('a registration vanished after it was made');
        return { status: 202, body: view, headers: { location: `/v1/practice/registrations/${id}` } };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/practice/registrations/{id}',
        operationId: 'getPracticeRegistration',
        scope: 'exchanges:read',
        summary: 'See a registration',
        description: 'As it stands now.',
        tags: ['practice'],
        params: z.strictObject({ id: z.string() }),
        responses: { 200: json(registrationView, 'The registration') },
        problems: ['not-found'],
      },
      async ({ params }) => {
        const view = await find(params.id);
        return view === undefined ? problem('not-found') : { status: 200, body: view };
      },
    ),
  ];
}
