import { readFacts } from './csv.ts';

/** Facts beside this file: the 99 communes of the merged province and the 34 provinces of the portal (WIRE.md A7). */
export interface Commune {
  readonly gsoCode: string;
  readonly kind: 'ward' | 'commune';
  readonly name: string;
}
export interface Province {
  readonly code: string;
  readonly name: string;
}

export function communesOfBacNinh2026(): Commune[] {
  return readFacts<'gso_code' | 'kind' | 'name'>('communes-bac-ninh-2026.csv').map((row) => ({
    gsoCode: row.gso_code,
    kind: row.kind === 'ward' ? 'ward' : 'commune',
    name: row.name,
  }));
}

export function provinces2026(): Province[] {
  return readFacts<'code' | 'name'>('provinces-2026.csv').map(({ code, name }) => ({ code, name }));
}
