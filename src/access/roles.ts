import type { PrincipalKind, Role } from '../../contracts/v1/access.ts';

/** Every right that a route can ask for. A route names one of these, or says that it is public or a peer's. */
export const scopes = [
  'dossiers:read',
  'dossiers:write',
  'dossiers:override',
  'national-dossiers:read',
  'national-dossiers:ack',
  'inbound:read',
  'exchanges:read',
  'exchanges:act',
  'replays:read',
  'replays:write',
  'replays:approve',
  'events:read',
  'subscriptions:read',
  'subscriptions:write',
  'systems:read',
  'systems:act',
  'catalogue:read',
  'journal:read',
  'metrics:read',
  'reveal',
  'admin:keys',
  'admin:units',
  'admin:subjects',
] as const;
export type Scope = (typeof scopes)[number];

/**
 * What each role may do. The administrator may do everything, so that one key is enough to begin with; four-eyes acts
 * still need two people, which no role replaces.
 */
export const roleScopes: Readonly<Record<Role, ReadonlySet<Scope>>> = {
  system: new Set<Scope>([
    'dossiers:read',
    'dossiers:write',
    'national-dossiers:read',
    'national-dossiers:ack',
    'exchanges:read',
    'events:read',
    'subscriptions:read',
    'subscriptions:write',
    'systems:read',
    'catalogue:read',
  ]),
  finance: new Set<Scope>(['dossiers:read', 'exchanges:read', 'events:read', 'systems:read', 'catalogue:read']),
  operator: new Set<Scope>([
    'dossiers:read',
    'dossiers:override',
    'national-dossiers:read',
    'inbound:read',
    'exchanges:read',
    'exchanges:act',
    'replays:read',
    'replays:write',
    'replays:approve',
    'events:read',
    'subscriptions:read',
    'subscriptions:write',
    'systems:read',
    'systems:act',
    'catalogue:read',
    'metrics:read',
    'reveal',
  ]),
  auditor: new Set<Scope>([
    'dossiers:read',
    'national-dossiers:read',
    'inbound:read',
    'exchanges:read',
    'replays:read',
    'events:read',
    'subscriptions:read',
    'systems:read',
    'catalogue:read',
    'journal:read',
    'metrics:read',
    'reveal',
  ]),
  administrator: new Set<Scope>(scopes),
};

/** Requests a second where the key names no rate. A system in a hurry is bounded by the store, not by this. */
export const defaultRatePerSecond: Readonly<Record<Role, number>> = {
  system: 20_000,
  finance: 100,
  operator: 200,
  auditor: 100,
  administrator: 20_000,
};

/** Who asks. */
export interface Principal {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  /** The key it came with (`key_…`), or `jwt`, or `admin-key`. */
  readonly credential: string;
  readonly test: boolean;
  readonly ratePerSecond: number;
}
