import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { utf8 } from './bytes.ts';

/** MD5 of a text, lower-case hex: for wires that demand it. No runtime's Web Crypto has it; it proves little. */
export const md5Of = (text: string): string => bytesToHex(md5(utf8(text)));
