import { type Adapter, type AdapterDefinition, completed } from '../adapter.ts';
import type { Answer } from '../kit/coded-answer.ts';
import { askTax } from './ask-tax.ts';
import { type LandTaxConfig, landTaxConfig } from './config.ts';
import { fetchBody, fetchTaxAnswer } from './fetch-tax-answer.ts';
import { lanes } from './policy.ts';
import { sendSlip } from './send-slip.ts';
import { converse } from './service.ts';
import { ASK_TYPE } from './wire.ts';

const title = { vi: 'Liên thông đất đai – thuế', en: 'Land office to tax department' };

/** Transfer slips of land dossiers to the tax department, and questions about what is owed (WIRE-2 3.4a). */
export const landTax: AdapterDefinition<LandTaxConfig> = {
  system: 'land-tax',
  title,
  envPrefix: 'LAND_TAX',
  config: landTaxConfig,
  secrets: ['TOKEN', 'SIGNING_KEY'],
  // One land office signs for both.
  borrows: {
    SIGNING_KEY: 'TAX_SIGNING_KEY',
    SIGNING_CERT: 'TAX_SIGNING_CERT',
  },
  create: createLandTax,
};

/** No message's. */
const NOBODYS = '00000000-0000-0000-0000-000000000000';

function createLandTax(config: LandTaxConfig): Adapter {
  return {
    system: 'land-tax',
    title,
    assumed: [
      'Authorization: Bearer and the token; messages and questions after answers are posted to one address',
      'ResultCode 1 is a yes, 0 without a ReturnValue a "no"; every other code decides nothing',
      'An answer is fetched by { MESSAGE_CODE: the GUID, MESSAGE_TYPE }; ReturnValue is its XML, or empty while there is none',
      'The default namespace; HEADER with MESSAGE_CODE (empty), MESSAGE_TYPE and SENDER_CODE',
      'The fields inside TT_NSD, TT_THUADAT, TT_NHA, TT_CHUYENNHUONG and TT_MIENGIAM; a group that says nothing is empty, and so are NVTC and the rest of TT_CHUNG',
      'NGAY_DUYET as yyyy-MM-dd HH:mm:ss, DK_GHINO_NVTC 1 or 0; a question has MA_HS, MA_GCN and SO_PHIEU of TT_CHUNG',
      'ERROR_CODE 1 to 4 refuse a question; MA_KETQUA 1 to 9, 1 and 2, 1 to 5 are not yet; unlisted codes decide nothing',
      'Fields of an answer may stand anywhere under ROW, in any namespace, each once; SEQ_ID or SEQ_REFID is ours or both are empty',
      'We sign by SHA-256; SHA-1 is taken of theirs',
    ],
    queries: { 'fetch-tax-answer': fetchTaxAnswer(config) },
    commands: { 'send-slip': sendSlip(config), 'ask-tax': askTax(config) },
    callbacks: [],
    lanes,
    /** Asks after an answer that does not exist: whatever they say of it is a sign of life. */
    probe: (context) => {
      const say = fetchBody({ guid: NOBODYS, type: ASK_TYPE.dossier });
      return converse<Answer<string>>(config, context, say, () => completed('answered'));
    },
  };
}
