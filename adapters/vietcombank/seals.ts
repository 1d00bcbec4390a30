import { DELIMITER } from '../kit/delimiter.ts';
import { digestOf } from '../kit/json.ts';
import { md5Of } from '../kit/md5.ts';
import { COVERED, type Covered, type FunctionName } from './wire.ts';

/** Lower-case hex of the values with the passcode last, a delimiter between: SHA-256 for the list, MD5 for all else, no HMAC. */
export async function checksum<Name extends FunctionName>(
  name: Name,
  values: Covered<Name>,
  passcode: string,
): Promise<string> {
  const texts: Readonly<Record<string, string>> = values;
  const text = [...COVERED[name].map((field) => texts[field] ?? ''), passcode].join(DELIMITER);
  return name === 'GetListOrder' ? digestOf(text) : md5Of(text);
}
