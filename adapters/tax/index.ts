import { type Adapter, type AdapterDefinition, completed } from '../adapter.ts';
import { taxCallbacks } from './callbacks.ts';
import { type TaxConfig, taxConfig } from './config.ts';
import { lanes } from './policy.ts';
import { askTaxpayer, queryDues, queryLandDues, queryTaxpayer } from './queries.ts';

const title = { vi: 'Thuế đất đai', en: 'Land taxes' };

/** The tax department: its gateway GIP, which is asked, and what the portal pushes of it (WIRE.md 3.1, 3.2, A5). */
export const tax: AdapterDefinition<TaxConfig> = {
  system: 'tax',
  title,
  envPrefix: 'TAX',
  config: taxConfig,
  secrets: ['PASSWORD', 'SIGNING_KEY', 'SECURITY_KEY'],
  create: createTax,
};

/** Nobody's tax code: no first two digits of one are zero. */
const NOBODYS = '0000000000';

function createTax(config: TaxConfig): Adapter {
  return {
    system: 'tax',
    title,
    assumed: [
      'Proofs are pushed to nhanchungtuthuedvcqg, or where notices are: service says which',
      'The names of the payer’s place in a proof: Tinh-, Huyen-, Xa- and DiaChiNguoiNopTien',
      'A repeated push is answered 1, one that is not taken -1; 0 is taken',
      'SOAPAction is empty; in_msg is in the namespace of the request',
      'TRAN_CODE of a question is its type (seen of 00046 alone); ORIGINAL_* stay empty; the words of NAME',
      'TRUYVAN of 00109 is MA_HS and SO, of 00003 MST; SO_TKHAI of 00046 may be empty',
      'What 00003 is answered: the shape of 00047 under any type',
      'A PHANHOI, whatever its code, is a refusal; no code is published',
      'TRANGTHAI of 00110 other than 01: nothing is owed where no row says so',
    ],
    // Without keys nothing is asked: the province only takes what the portal pushes.
    queries:
      config.signingKey === ''
        ? {}
        : {
            'query-land-dues': queryLandDues(config),
            'query-dues': queryDues(config),
            'query-taxpayer': queryTaxpayer(config),
          },
    commands: {},
    callbacks: taxCallbacks(config),
    lanes,
    /** Asks after nobody: a signed answer is a sign of life, and that their key is right. Why they refuse no code tells. */
    probe: async (context) => {
      if (config.signingKey === '') return completed('nothing is asked of it');
      const answer = await askTaxpayer(config, NOBODYS, context);
      return answer.kind === 'completed' || answer.kind === 'rejected' ? completed('answered') : answer;
    },
  };
}
