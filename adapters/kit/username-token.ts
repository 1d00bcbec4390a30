import { base64Of } from './base64.ts';
import { utf8 } from './bytes.ts';
import { xmlText } from './xml.ts';

const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

interface UsernameToken {
  readonly username: string;
  readonly password: string;
  /** Random, never used again: 16 bytes are usual. */
  readonly nonce: Uint8Array;
  /** Epoch milliseconds. */
  readonly created: number;
}

/** Base64(SHA-1(nonce + created + password)), nonce as bytes (UsernameToken Profile 1.0, 3.1). SHA-1 is theirs. */
export async function passwordDigest(nonce: Uint8Array, created: string, password: string): Promise<string> {
  const hashed = Uint8Array.from([...nonce, ...utf8(created + password)]);
  return base64Of(new Uint8Array(await crypto.subtle.digest('SHA-1', hashed)));
}

/** A WS-Security header block for `soapCall`. The receiver has to understand it. */
export async function usernameToken({ username, password, nonce, created }: UsernameToken): Promise<string> {
  const at = new Date(created).toISOString();
  const digest = await passwordDigest(nonce, at, password);
  return `<wsse:Security xmlns:wsse="${OASIS}-wssecurity-secext-1.0.xsd" xmlns:wsu="${OASIS}-wssecurity-utility-1.0.xsd" soap:mustUnderstand="1"><wsse:UsernameToken><wsse:Username>${xmlText(username)}</wsse:Username><wsse:Password Type="${OASIS}-username-token-profile-1.0#PasswordDigest">${digest}</wsse:Password><wsse:Nonce EncodingType="${OASIS}-soap-message-security-1.0#Base64Binary">${base64Of(nonce)}</wsse:Nonce><wsu:Created>${at}</wsu:Created></wsse:UsernameToken></wsse:Security>`;
}
