import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Name resolution that refuses a name when any of its addresses may not be reached, so that a public name cannot lead
 * into the province's own network. The addresses that were looked at are the ones that are connected to.
 */
export function lookupAmong(
  mayReach: (address: string) => boolean,
  resolve: (
    name: string,
    options: LookupOptions & { all: true },
    done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ) => void = lookup,
): LookupFunction {
  return (name, options, done) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) done(error, '', 0);
      else if (first === undefined || addresses.some(({ address }) => !mayReach(address)))
        done(
          Object.assign(new Error('the name leads to an address that may not be reached'), { code: 'ENOTFOUND' }),
          '',
          0,
        );
      else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
