import type { AdapterDefinition } from '../../adapters/adapter.ts';
import { landSystem } from '../../adapters/land-system/index.ts';
import { landTax } from '../../adapters/land-tax/index.ts';
import { nationalPortal } from '../../adapters/national-portal/index.ts';
import { paymentPlatform } from '../../adapters/payment-platform/index.ts';
import { receipts } from '../../adapters/receipts/index.ts';
import { tax } from '../../adapters/tax/index.ts';
import { vietcombank } from '../../adapters/vietcombank/index.ts';
import { vietcombankEcom } from '../../adapters/vietcombank-ecom/index.ts';
import type { PolicyOverride } from '../delivery/rules/policy.ts';
import { createSystems, type SystemEntry, type Systems } from '../delivery/systems.ts';

/** The one list of adapters. A new system is one line here and one folder in `adapters/`. */
export const definitions: readonly AdapterDefinition<never>[] = [
  nationalPortal as AdapterDefinition<never>,
  paymentPlatform as AdapterDefinition<never>,
  vietcombank as AdapterDefinition<never>,
  vietcombankEcom as AdapterDefinition<never>,
  tax as AdapterDefinition<never>,
  landTax as AdapterDefinition<never>,
  landSystem as AdapterDefinition<never>,
  receipts as AdapterDefinition<never>,
];

/** What the environment says of one system. Without `values` it is not configured. */
export interface SystemSettings {
  readonly system: string;
  /** Its own variables, prefix removed, already parsed by its schema. */
  readonly values: unknown;
  readonly override: PolicyOverride;
}

/**
 * `inner` are systems of the gateway's own that delivery serves as well, such as the receivers of events; `more` are
 * adapters besides those that the list names.
 */
export function configureSystems(
  settings: readonly SystemSettings[],
  inner: readonly SystemEntry[] = [],
  more: readonly AdapterDefinition<never>[] = [],
): Systems {
  return createSystems([
    ...[...definitions, ...more].map((definition) => {
      const own = settings.find((each) => each.system === definition.system);
      return {
        name: definition.system,
        title: definition.title,
        ...(own === undefined ? {} : { adapter: definition.create(own.values as never), override: own.override }),
      };
    }),
    ...inner,
  ]);
}
