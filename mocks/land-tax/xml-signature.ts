import { SignedXml } from 'xml-crypto';
import { certifiedPair } from '../vietcombank-ecom/keys.ts';
import type { LandTaxSettings } from './settings.ts';

/**
 * XMLDSig over BODY by its id (WIRE-2 3.4a), by another implementation than the adapter's: both cannot share one
 * misreading.
 */
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const ALGORITHMS = {
  sha1: ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#sha1'],
  sha256: ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2001/04/xmlenc#sha256'],
} as const;

/** Whether the land side signed the BODY of this document, and there is one signature and one such BODY. */
export function isSignedBy(certificate: string, xml: string): boolean {
  const signatures = xml.match(/<Signature\b[\s\S]*?<\/Signature>/g) ?? [];
  if (signatures.length !== 1 || (xml.match(/<BODY\b/g) ?? []).length !== 1) return false;
  if (!/<DATA\b[^>]*>[\s\S]*<BODY id="body">[\s\S]*<\/BODY><SECURITY><Signature/.test(xml)) return false;
  try {
    const verifier = new SignedXml({ publicCert: certificate });
    verifier.loadSignature(signatures[0] ?? '');
    return verifier.checkSignature(xml) && verifier.getSignedReferences().length === 1;
  } catch {
    return false;
  }
}

/** An answer as the settings want it signed. */
export function signedAnswer(settings: LandTaxSettings, xml: string): string {
  switch (settings.answersAs) {
    case 'unsigned':
      return xml;
    case 'signed':
      return signed(xml, settings.taxSecretKey, settings.taxCertificate, settings.hash);
    case 'foreign-key': {
      const { key, certificate } = certifiedPair('Nobody (simulated)', Date.now());
      return signed(xml, key, certificate, settings.hash);
    }
    case 'wrapped': {
      const good = signed(xml, settings.taxSecretKey, settings.taxCertificate, settings.hash);
      const [body = ''] = /<BODY[\s\S]*<\/BODY>/.exec(good) ?? [];
      const forged = altered(body).replace(' id="body"', '');
      return good.replace(body, forged).replace('</HEADER>', `${body}</HEADER>`);
    }
    case 'altered':
      return altered(signed(xml, settings.taxSecretKey, settings.taxCertificate, settings.hash));
  }
}

/** Nothing remains to be paid. */
const altered = (xml: string): string => xml.replace(/(<\w*CON_PNOP>)\d+/g, '$10');

function signed(xml: string, key: string, certificate: string, hash: 'sha1' | 'sha256'): string {
  const [signatureAlgorithm, digestAlgorithm] = ALGORITHMS[hash];
  const base64 = certificate.replace(/-----[A-Z ]+-----|\s/g, '');
  const signer = new SignedXml({
    privateKey: key,
    publicCert: certificate,
    signatureAlgorithm,
    canonicalizationAlgorithm: C14N,
    getKeyInfoContent: () =>
      `<X509Data><X509SubjectName>CN=Tax side (simulated)</X509SubjectName><X509Certificate>${base64}</X509Certificate></X509Data>`,
  });
  signer.addReference({
    xpath: "/*/*[local-name(.)='BODY']",
    transforms: [ENVELOPED, C14N],
    digestAlgorithm,
  });
  signer.computeSignature(xml, { location: { reference: "/*/*[local-name(.)='SECURITY']", action: 'append' } });
  return signer.getSignedXml();
}
