const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of a base64 text, with its padding and without blanks; undefined for what is none. */
export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> | undefined =>
  BASE64.test(base64) ? Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)) : undefined;

export const base64Of = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
