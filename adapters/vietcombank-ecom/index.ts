import type { Adapter, AdapterDefinition } from '../adapter.ts';
import { askPayment } from './ask-payment.ts';
import { type EcomConfig, ecomConfig } from './config.ts';
import { openPayment } from './open-payment.ts';
import { lanes } from './policy.ts';
import { probe } from './probe.ts';
import { receiveNotice } from './receive-notice.ts';
import { refund } from './refund.ts';

const title = { vi: 'Vietcombank, thanh toán Internet Banking', en: 'Vietcombank, internet banking payments' };

/** The bank's own e-commerce service (WIRE-2 6.2a). */
export const vietcombankEcom: AdapterDefinition<EcomConfig> = {
  system: 'vietcombank-ecom',
  title,
  envPrefix: 'VIETCOMBANK_ECOM',
  config: ecomConfig,
  secrets: ['AES_KEY', 'SIGNING_KEY'],
  create: createVietcombankEcom,
};

function createVietcombankEcom(config: EcomConfig): Adapter {
  return {
    system: 'vietcombank-ecom',
    title,
    assumed: [
      'SOAP around the JSON text: 1.1, document style, namespace http://tempuri.org/, input, <operation>Result',
      'AES-256-CBC with an IV of sixteen zero bytes, nothing before the cipher text; the key in base64',
      'Inner names of verifyPayment (amount, currency, description, returnUrl) and of query (queryTranID)',
      'Inner names of refund (trans_id and VcbTranId of the payment, amount, description); source IB',
      'TransactionID of a call is its own reference, and what query and trans_id name; a question has one of its own',
      'TranStatus speaks in the codes of errCode; what balance means is not known, so that query tells no amount',
      'The address of the notice is registered with the bank; it is a POST, and answered by errCode 00 as JSON',
      'A reference that stands unpaid and is opened again: whatever they answer, it is asked about or refused',
    ],
    queries: { 'ask-payment': askPayment(config) },
    commands: { 'open-payment': openPayment(config), refund: refund(config) },
    callbacks: [receiveNotice(config)],
    lanes,
    probe: (context) => probe(config, context),
  };
}
