import { type ControlHandlers, commonControls, parsedBody } from '../kit/control.ts';
import { bookRow, landRow, type Row, taxpayerOf } from './book.ts';
import { type NoticeOrder, noticeRow, type ProofOrder, pushNotice, pushProof } from './pushes.ts';
import type { TaxState } from './state.ts';

/** Fields that differ from those of an invented row. */
interface RowsBody {
  readonly rows?: readonly Row[];
  readonly fields?: Row;
}

/** The levers under `/_control/`: those of every simulated system, what the department knows, and what is pushed. */
export function taxControls(state: TaxState): ControlHandlers {
  const { book, settings } = state;
  return {
    ...commonControls(state, () => ({ dossiers: book.land.size, taxpayers: book.taxpayers.size })),
    /** What the department gives a province, and what that made itself: the keys of nobody. */
    'GET keys': () => ({
      USERNAME: settings.username,
      PASSWORD: settings.password,
      SIGNING_KEY: settings.senderSecretKey,
      SIGNING_CERT: settings.senderCertificate,
      TRUSTED_CERTS: settings.gatewayCertificate,
      SECURITY_KEY: settings.pushSecret,
    }),
    'GET book': () => book.all(),
    'PUT land': (request) => {
      const [, code = ''] = request.path;
      const rows = (parsedBody<RowsBody>(request).rows ?? [{}]).map((row) => landRow(code, row));
      book.land.set(code, rows);
      return { rows };
    },
    'PUT taxpayers': (request) => {
      const [, taxCode = ''] = request.path;
      const { rows = [], fields } = parsedBody<RowsBody>(request);
      const taxpayer = taxpayerOf(
        taxCode,
        rows.map((row) => bookRow(taxCode, row)),
        fields,
      );
      book.taxpayers.set(taxCode, taxpayer);
      return taxpayer;
    },
    'POST notices': async (request) => {
      const { dossiers, ...order } = parsedBody<NoticeOrder>(request);
      const whole = Object.entries(dossiers).map(([code, rows]) => [code, rows.map((row) => noticeRow(row))]);
      return { replies: await pushNotice(state, { ...order, dossiers: Object.fromEntries(whole) }) };
    },
    'POST proofs': async (request) => ({ replies: await pushProof(state, parsedBody<ProofOrder>(request)) }),
    'GET pushes': () => ({ pushes: state.pushes }),
  };
}
