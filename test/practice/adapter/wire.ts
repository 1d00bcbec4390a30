import { z } from 'zod';

/** The bureau's JSON: names and shapes, and nothing else. */

/** `POST /api/{service}`. */
export const service = {
  login: 'login',
  lookup: 'lookup',
  openPage: 'open-page',
  findPage: 'find-page',
  submit: 'submit',
  findSubmission: 'find-submission',
  results: 'results',
} as const;
export type Service = (typeof service)[keyof typeof service];

/** Around every answer: `data` of a yes, `code` and `text` of a no. */
export const envelope = z.object({
  ok: z.boolean(),
  data: z.unknown().optional(),
  code: z.string().optional(),
  text: z.string().optional(),
});
export type Envelope = z.output<typeof envelope>;

/** Code of a no that speaks of the session; it stands under HTTP 401. */
export const SESSION_CODE = 'SESSION';

const code = z.string().min(1).max(50);
const found = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.discriminatedUnion('found', [
    z.object({ found: z.literal('yes'), ...shape }),
    z.object({ found: z.literal('no') }),
    z.object({ found: z.literal('unknown') }),
  ]);

export const session = z.object({ token: z.string().min(1) });
export const permitFound = z.discriminatedUnion('known', [
  z.object({
    known: z.literal('yes'),
    permit: z.string(),
    state: z.enum(['issued', 'pending', 'withdrawn']),
    fee: z.int().min(0),
  }),
  z.object({ known: z.literal('no') }),
]);
export const pageOpened = z.object({ page: z.url(), number: code });
export const pageFound = found({ page: z.url(), number: code });
export const ticketTaken = z.object({ ticket: code });
export const submissionFound = found({
  ticket: code,
  state: z.enum(['pending', 'done', 'refused']),
  number: code.optional(),
});

/** One row a ticket; each is read alone, so that a strange one spoils no other. */
export const resultRows = z.object({ results: z.array(z.looseObject({ ticket: z.string() })) });
export const resultRow = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending') }),
  z.object({ state: z.literal('done'), number: code }),
  z.object({ state: z.literal('refused'), code: z.string(), text: z.string() }),
  z.object({ state: z.literal('unknown') }),
]);

/** What the bureau tells: a ticket is decided. Signed in `x-bureau-signature: sha256=HEX`. */
export const SIGNATURE_HEADER = 'x-bureau-signature';
export const ticketTold = z.discriminatedUnion('state', [
  z.object({ ticket: code, ref: code, state: z.literal('done'), number: code }),
  z.object({ ticket: code, ref: code, state: z.literal('refused'), code: z.string(), text: z.string() }),
]);
