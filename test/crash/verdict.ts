import type { DossierSummary } from '../../contracts/v1/dossier.ts';
import type { PortalState } from '../../mocks/national-portal/state.ts';
import { nationallyAt, type Tracked } from './province.ts';

export interface Violation {
  readonly invariant: 'I1' | 'I2' | 'I3' | 'I8';
  readonly what: string;
}

/** Compares, dossier by dossier, what was acknowledged, what the gateway holds and what the nation shows. */
export function judge(
  dossiers: readonly Tracked[],
  held: ReadonlyMap<string, DossierSummary>,
  portal: PortalState,
): Violation[] {
  const violations: Violation[] = [];
  const wrong = (invariant: Violation['invariant'], what: string): void => void violations.push({ invariant, what });

  for (const { serial, code, sent, acknowledged, unanswered } of dossiers) {
    if (sent === 0) continue;
    const ours = held.get(code);
    const theirs = portal.dossier(code);
    const newer = [...unanswered].filter((revision) => revision > acknowledged);
    if (acknowledged === 0 && ours === undefined) {
      if (theirs !== undefined) wrong('I2', `${code}: the nation shows what the gateway does not hold`);
      continue;
    }
    const revision = ours?.revision ?? 0;
    if (revision !== acknowledged && !newer.includes(revision)) {
      wrong('I1', `${code}: held is revision ${revision}, acknowledged ${acknowledged}, unanswered ${newer.join(' ')}`);
      continue;
    }
    if (ours?.delivery.state !== 'delivered' || ours.delivery.stepsWaiting > 0)
      wrong('I1', `${code}: the gateway says ${JSON.stringify(ours?.delivery)}`);
    if (theirs === undefined) {
      wrong('I1', `${code}: not shown nationally`);
      continue;
    }
    const expected = nationallyAt(serial, revision);
    if (theirs.history.at(-1)?.version !== revision || theirs.status !== expected.status)
      wrong('I3', `${code}: shown as revision ${theirs.history.at(-1)?.version}, held is ${revision}`);
    const shown = theirs.progress.map(({ at }) => at);
    if (shown.join() !== expected.steps.join())
      wrong('I1', `${code}: ${shown.length} steps shown, ${expected.steps.length} handed over, or out of order`);
    if (theirs.creates !== 1) wrong('I2', `${code}: created ${theirs.creates} times`);
    if (theirs.olderAfterNewer > 0) wrong('I3', `${code}: an older state followed a newer one`);
    if (theirs.overlaps > 0) wrong('I3', `${code}: two sends were open at once`);
  }

  const { counters } = portal;
  for (const name of ['overlaps', 'olderAfterNewer', 'duringLate', 'progressOutOfOrder'] as const)
    if (counters[name] > 0) wrong('I3', `the portal counted ${name}: ${counters[name]}`);
  if (counters.versionConflicts > 0) wrong('I3', `one version came with two contents: ${counters.versionConflicts}`);
  if (counters.violations > 0)
    wrong('I2', `records outside the wire's rules: ${JSON.stringify(portal.violations.slice(0, 3))}`);
  return violations;
}
