import { certifiedPair } from '../vietcombank-ecom/keys.ts';

/** What the gateway and a province hold; made anew by every simulator. PEM texts. */
export interface Keys {
  readonly gatewaySecretKey: string;
  readonly gatewayCertificate: string;
  /** A province's, and its certificate as the gateway has it. */
  readonly senderSecretKey: string;
  readonly senderCertificate: string;
  /** Of somebody who is neither. */
  readonly strangerSecretKey: string;
  readonly strangerCertificate: string;
}

export function freshKeys(now: number): Keys {
  const gateway = certifiedPair('GIP (simulated)', now);
  const sender = certifiedPair('Province (simulated)', now);
  const stranger = certifiedPair('Stranger (simulated)', now);
  return {
    gatewaySecretKey: gateway.key,
    gatewayCertificate: gateway.certificate,
    senderSecretKey: sender.key,
    senderCertificate: sender.certificate,
    strangerSecretKey: stranger.key,
    strangerCertificate: stranger.certificate,
  };
}

const NAMES = [
  'gatewaySecretKey',
  'gatewayCertificate',
  'senderSecretKey',
  'senderCertificate',
  'strangerSecretKey',
  'strangerCertificate',
] as const satisfies readonly (keyof Keys)[];
const isWhole = (keys: Partial<Keys>): keys is Keys => NAMES.every((name) => keys[name] !== undefined);

/** Those given, and fresh ones for the rest. Making keys stops the process for a moment, so that none is made in vain. */
export const keysFrom = (given: Partial<Keys>, now: number): Keys =>
  isWhole(given) ? given : { ...freshKeys(now), ...given };
