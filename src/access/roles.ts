import type { Role } from '../../contracts/domain/role.ts';
import type { Scope, Scopes } from '../principal.ts';

/** What each role may do, by what the rooms declare. */
export function scopesByRole(scopes: Scopes): (role: Role) => ReadonlySet<Scope> {
  const all = new Set(Object.keys(scopes));
  const byRole = new Map<Role, Set<Scope>>();
  for (const [scope, grant] of Object.entries(scopes))
    for (const role of 'roles' in grant ? grant.roles : [])
      byRole.set(role, (byRole.get(role) ?? new Set()).add(scope));
  return (role) => (role === 'administrator' ? all : (byRole.get(role) ?? NONE));
}
const NONE: ReadonlySet<Scope> = new Set();

/** Requests a second where the key names no rate. A system in a hurry is bounded by the store, not by this. */
export const defaultRatePerSecond: Readonly<Record<Role, number>> = {
  system: 20_000,
  finance: 100,
  operator: 200,
  auditor: 100,
  administrator: 20_000,
};
