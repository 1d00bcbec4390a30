import { passwordDigest, sealed } from './seal.ts';
import type { TaxSettings } from './settings.ts';
import { fieldsOf, type Node } from './xml.ts';

let asked = 0;

/** Question 00109 about the dues of a dossier's payer, with its token, as the province that `settings` knows signs it. */
export function landQuestion(settings: TaxSettings, dossier: string, document: string): string {
  asked += 1;
  const header = fieldsOf({ VERSION: '1.0', SENDER_CODE: 'DVCQG', MSG_ID: `DVCQG${asked}` });
  const question: Node = [
    ['TYPE', '00109'],
    ['NAME', 'Truy vấn sổ thuế đất'],
    ['TRUYVAN', fieldsOf({ MA_HS: dossier, SO: document })],
  ];
  const sender = {
    ...settings,
    gatewaySecretKey: settings.senderSecretKey,
    gatewayCertificate: settings.senderCertificate,
  };
  const message = sealed(header, [['ROW', question]], sender, 'good');
  const created = new Date().toISOString();
  const nonce = Buffer.from(`nonce-${asked}`).toString('base64');
  const token = tokenOf(settings, nonce, created);
  return `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Header>${token}</S:Header><S:Body><q:xuLyTruyVanMsg xmlns:q="http://gip.request.com/"><in_msg><![CDATA[${message}]]></in_msg></q:xuLyTruyVanMsg></S:Body></S:Envelope>`;
}

const tokenOf = ({ username, password }: TaxSettings, nonce: string, created: string): string =>
  `<Username>${username}</Username><Password>${passwordDigest(nonce, created, password)}</Password><Nonce>${nonce}</Nonce><Created>${created}</Created>`;
