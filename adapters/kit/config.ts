import { z } from 'zod';

/** The address of a system, without a secret in it; `meant` says which address is wanted. */
export const httpAddress = (meant = 'must be an http(s) address') =>
  z.url({ protocol: /^https?$/, error: meant }).refine((text) => {
    const url = URL.parse(text);
    return url !== null && url.username === '' && url.password === '';
  }, 'must hold no user name or password');

/** A comma list, such as of addresses or CIDR blocks; without one it is empty. */
export const commaList = z
  .string()
  .optional()
  .transform((text) =>
    (text ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  );

/** An address below that of a system, whether or not theirs ends in a slash. */
export function below(base: string, path: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  return url;
}
