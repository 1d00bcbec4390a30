import type { LandTaxSettings } from './settings.ts';
import { signedAnswer } from './xml-signature.ts';

/** A slip or a question, not signed. */
export const written = (type: string, id: string, refersTo = 'slip-1'): string =>
  `<DATA xmlns="urn:x"><HEADER/><BODY id="body"><ROW><SYSTEM_INFO><MSG_TYPE>${type}</MSG_TYPE><SEQ_ID>${id}</SEQ_ID><SEQ_REFID>${refersTo}</SEQ_REFID></SYSTEM_INFO><TT_CHUNG><MA_HS>HS-1</MA_HS><MA_GCN>GCN-1</MA_GCN><SO_PHIEU>PC-1</SO_PHIEU></TT_CHUNG></ROW></BODY><SECURITY/></DATA>`;

/** As the land side signs. */
export const signedByLand = (settings: LandTaxSettings, xml: string): string =>
  signedAnswer(
    {
      ...settings,
      answersAs: 'signed',
      taxSecretKey: settings.landSecretKey,
      taxCertificate: settings.landCertificate,
    },
    xml,
  );
