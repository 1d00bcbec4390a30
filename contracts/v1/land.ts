import { z } from 'zod';
import { dossierCode } from '../domain/codes.ts';
import { landState } from '../domain/land-state.ts';
import { words } from '../domain/text.ts';
import { instant } from '../domain/time.ts';

const text = (max: number) => words(max);
const count = z.int().min(0).max(1_000);

const paper = z.strictObject({
  name: text(500),
  originals: count.default(0),
  copies: count.default(0),
  file: z
    .strictObject({
      name: text(300),
      base64: z
        .string()
        .max(700_000, { abort: true })
        .regex(/^[A-Za-z0-9+/]{4,}={0,2}$/, 'must be base64')
        .meta({ contentEncoding: 'base64' }),
    })
    .nullish(),
});
const papers = z.array(paper).max(50).default([]);

export const landDossierRequest = z
  .strictObject({
    dossierCode,
    atProvince: z.boolean().default(true),
    provinceId: text(20),
    districtId: text(20).nullish(),
    communeId: text(20),
    receivedBy: text(200),
    receivedAt: instant,
    dueAt: instant,
    propertyAddress: text(1000).nullish(),
    applicant: z.strictObject({
      name: text(300),
      identityNumber: text(20).nullish(),
      address: text(1000).nullish(),
      phone: text(40).nullish(),
      email: text(254).nullish(),
    }),
    process: z.strictObject({ code: text(60), name: text(300) }),
    parcels: z
      .array(
        z.strictObject({
          number: text(20),
          mapSheet: text(20),
          areaM2: z.number().min(0).max(1e9).nullish(),
          address: text(1000).nullish(),
        }),
      )
      .max(100)
      .default([]),
    papers,
  })
  .meta({ id: 'LandDossierRequest' });

export const landSupplementRequest = z
  .strictObject({ dueAt: instant, note: text(1000).nullish(), papers })
  .meta({ id: 'LandSupplementRequest' });
export const landReturnedRequest = z.strictObject({ returnedAt: instant }).meta({ id: 'LandReturnedRequest' });
export const landWrongResultRequest = z
  .strictObject({ content: text(2000), papers })
  .meta({ id: 'LandWrongResultRequest' });

const act = z.enum(['receive-dossier', 'supplement-dossier', 'dossier-returned', 'wrong-result']);
const actState = z.enum(['sending', 'done', 'refused', 'uncertain', 'not-sent']);

export const landView = z
  .object({
    dossierCode,
    state: landState,
    saidAt: instant.nullable().meta({ description: 'When what it stands by happened, as they say' }),
    timesReturnedAsWrong: z.int().meta({ description: 'How often the tax department returned it as wrong' }),
    timesRedone: z.int().meta({ description: 'How often its result was to be done again' }),
    acts: z.array(
      z.object({
        id: z.string(),
        act,
        state: actState,
        exchange: z.string(),
        cause: z.string().nullable(),
        at: instant,
      }),
    ),
    said: z.array(
      z.object({
        id: z.string().meta({ description: 'Of the message, at `/v1/inbound/{id}`' }),
        what: z.string(),
        at: instant.nullable(),
        receivedAt: instant,
      }),
    ),
  })
  .meta({ id: 'LandDossier' });
