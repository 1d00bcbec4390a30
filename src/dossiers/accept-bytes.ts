import { sealedBytes } from '../crypto/format.ts';
import type { Handed, Judged } from './acceptance.ts';

/** What a sealed body has beside it: the dossier's code, the names of members. */
const BESIDE_A_BODY_BYTES = 500;
/** What each other statement says of a dossier beside what its content bounds: ids, hashes, who asked, the names of members. */
const IN_CLEAR_BYTES = 2_000;
/** A hash, the subject and the dossier's code, for each identity paper. */
const AN_IDENTITY_BYTES = 500;
/** A step's key among the dossier's own and in its exchange, with its part of that exchange's other members. */
const A_STEP_BYTES = 150;

/**
 * Bytes that a dossier adds to the longest text of its batch's statements, at most: either of the sealed bodies, or of
 * what stands in clear, which the content bounds. `stepKeyBytes`: of the keys of steps that are held, 0 while that is
 * not known.
 */
export function bytesOf({ command: { snapshot }, contentBytes }: Handed, stepKeyBytes = 0): number {
  return Math.max(
    BESIDE_A_BODY_BYTES + sealedBytes(contentBytes),
    IN_CLEAR_BYTES +
      contentBytes +
      AN_IDENTITY_BYTES * (snapshot.applicant.identities ?? []).length +
      A_STEP_BYTES * (snapshot.steps ?? []).length +
      stepKeyBytes,
  );
}

/** The same with the keys of the steps that are held: they are written anew with each version, in quotes within quotes. */
export const bytesWithHeld = (judged: Judged): number => bytesOf(judged, 2 * (judged.held?.step_keys.length ?? 0));
