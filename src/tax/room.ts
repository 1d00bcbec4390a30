import { payableDossier } from '../dossiers/payable.ts';
import { alsoTold } from '../dossiers/views.ts';
import { createFiles } from '../files/files.ts';
import { newId } from '../platform.ts';
import { fill, type RoomDefinition } from '../room.ts';
import { answerWatch, questionOperation, slipOperation } from './answers.ts';
import { createAskTax } from './ask.ts';
import { createLayDues } from './change.ts';
import { createDocuments, lookAgain } from './documents.ts';
import { taxEvents } from './event-types.ts';
import { inTimeline } from './in-timeline.ts';
import { taxJournalled } from './journalled.ts';
import { noticeOf, proofOf } from './notices.ts';
import { ASK_TAX, FETCH_ANSWER } from './questions.ts';
import { taxRoutes } from './routes/tax.ts';
import { LAND_TAX } from './slip-rows.ts';
import { askAgain, SEND_SLIP, takeSlip } from './slips.ts';
import { taxSchema, taxTables } from './tables.ts';
import { createTaxViews } from './views.ts';

/** Land taxes of dossiers: what the tax department says is owed, what was paid, and what it is told and asked. */
export const tax: RoomDefinition = {
  name: 'tax',
  migrations: [taxSchema],
  journalled: taxJournalled,
  tables: taxTables,
  events: Object.values(taxEvents),
  scopes: {
    'tax:write': { roles: ['system'] },
    'tax:read': { roles: ['system', 'finance', 'operator', 'auditor'] },
  },
  tags: { tax: 'Thuế đất: land taxes of dossiers' },
  create: (parts) => {
    const { engine } = parts;
    const lay = createLayDues(parts);
    const files = createFiles(parts);
    const views = createTaxViews(parts);
    return {
      operations: new Map([
        [`${LAND_TAX}/${SEND_SLIP}`, slipOperation(parts)],
        [`${LAND_TAX}/${ASK_TAX}`, questionOperation(parts)],
      ]),
      watches: new Map([[`${LAND_TAX}/${FETCH_ANSWER}`, answerWatch(parts, lay)]]),
      handlers: new Map([
        ['tax/tax-notice', noticeOf(lay)],
        ['tax/tax-proof', proofOf(lay)],
      ]),
      // Without a place for documents nothing could be kept of what is fetched.
      loops: parts.fileStore === undefined ? [] : [createDocuments(parts, files)],
      begin: async () => {
        await engine.batch([lookAgain(newId(parts.platform, 't'))]);
      },
      fills: [fill(alsoTold, inTimeline(engine))],
      routes: taxRoutes({
        views,
        files,
        ask: createAskTax(parts),
        purposes: parts.purposes,
        async again(id, actor, remember) {
          const asked = await askAgain(parts, id, actor, remember);
          if (asked) parts.wake(`${LAND_TAX}/command`);
          return asked;
        },
        async take(request, actor, remember) {
          if (parts.systems.get(LAND_TAX)?.adapter === undefined) return 'system-not-configured';
          if ((await payableDossier(parts, request.dossierCode)) === undefined) return 'unknown-dossier';
          const slip = await takeSlip(parts, request, actor, remember);
          parts.wake(`${LAND_TAX}/command`);
          return slip;
        },
      }),
    };
  },
};
