import { sealedBytes } from '../crypto/format.ts';
import { utf8Bytes } from '../store/limits.ts';
import type { Handed, Judged } from './acceptance.ts';

/** Bytes of what each statement says of a dossier beside its content: codes twice, ids, the names of members. */
const A_DOSSIER_BYTES = 3_000;
/** A hash, the subject and the dossier's code, for each identity paper. */
const AN_IDENTITY_BYTES = 1_000;
/** A step's key among the dossier's own and in its exchange, with its part of that exchange's other members. */
const A_STEP_BYTES = 150;

/**
 * Bytes that a dossier adds to the longest text of its batch, at most: to the sealed bodies, or to what stands in clear,
 * which the content bounds. What is held of it is not known yet.
 */
export function bytesOf({ command: { snapshot }, content }: Handed): number {
  return (
    A_DOSSIER_BYTES +
    sealedBytes(utf8Bytes(content)) +
    AN_IDENTITY_BYTES * (snapshot.applicant.identities ?? []).length +
    A_STEP_BYTES * (snapshot.steps ?? []).length
  );
}

/** The same with the keys of the steps that are held: they are written anew with each version, in quotes within quotes. */
export const bytesWithHeld = (judged: Judged): number => bytesOf(judged) + 2 * (judged.held?.step_keys.length ?? 0);
