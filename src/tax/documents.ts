import { isFault, type Transport } from '../../adapters/adapter.ts';
import { openJson, subjectKeys } from '../crypto/subject-keys.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import type { Files } from '../files/files.ts';
import { createLoop, type Loop } from '../loop.ts';
import { newId } from '../platform.ts';
import type { OriginRule, RoomParts } from '../room.ts';
import { Refused } from '../routes/problem.ts';
import { type Statement, sql } from '../store/engine.ts';
import { PROOF_CONTENT, type ProofContent } from './contents.ts';
import type { DocumentState } from './statements.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LOOK_EVERY_MS = 30_000;
const LEASE_MS = 120_000;
const AT_ONCE = 4;
const TIMEOUT_MS = 30_000;
/** Waits after each try: 1, 5, 15 and 60 minutes, then every six hours up to three days. */
const WAITS_MS: readonly number[] = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, ...Array<number>(11).fill(6 * HOUR)];

/** Whether the document of a proof is to be fetched: its address was told, and the gateway may call it. */
export function documentOf(url: string | null, mayCall: OriginRule): DocumentState {
  if (url === null) return 'none';
  return mayCall(url) === false ? 'not-allowed' : 'due';
}

interface DueDocument {
  readonly id: string;
  readonly tries: number;
  readonly subject: string;
  readonly content: string;
}
const dueDocuments = (limit: number): Statement =>
  sql(
    `select p.id, p.document_tries as tries, p.content, p.subject from tax_proof p
      where p.document = 'due' and p.document_due <= {now} order by p.document_due, p.id limit cast(?1 as bigint)`,
    limit,
  );
/** Over what was seen: where somebody else fetched it meanwhile, nothing is written. */
const SEEN = `document = 'due' and document_tries = cast(?2 as bigint)`;
const keep = ({ id, tries }: DueDocument, file: string, token: string): Statement =>
  sql(
    `update tax_proof set document = 'kept', file = ?3, document_tries = document_tries + 1, written_by = ?4 where id = ?1 and ${SEEN}
        and not exists (select 1 from subject u where u.id = tax_proof.subject and u.salt is null)`,
    ...[id, tries, file, token],
  );
const postpone = ({ id, tries }: DueDocument, waitMs: number, token: string): Statement =>
  sql(
    `update tax_proof set document_due = {now} + cast(?3 as bigint), document_tries = document_tries + 1, written_by = ?4 where id = ?1 and ${SEEN}`,
    ...[id, tries, waitMs, token],
  );
const giveUp = ({ id, tries }: DueDocument, token: string): Statement =>
  sql(
    `update tax_proof set document = 'given-up', document_tries = document_tries + 1, written_by = ?3 where id = ?1 and ${SEEN}`,
    ...[id, tries, token],
  );

const forbid = ({ id, tries }: DueDocument, token: string): Statement =>
  sql(`update tax_proof set document = 'not-allowed', written_by = ?3 where id = ?1 and ${SEEN}`, id, tries, token);

/** For a start: what was not allowed may be now, since ALLOWED_ORIGINS may be another. */
export const lookAgain = (token: string): Statement =>
  sql(
    `update tax_proof set document = 'due', document_due = {now}, written_by = ?1 where document = 'not-allowed'`,
    token,
  );

type Parts = Pick<
  RoomParts,
  'engine' | 'platform' | 'vault' | 'transport' | 'publicTransport' | 'mayCall' | 'owner' | 'failed' | 'log'
>;

/** Fetches the documents of payments that the portal proves, and keeps them under the persons of the dossier's taxes. */
export function createDocuments(parts: Parts, files: Pick<Files, 'keepFile'>): Loop {
  const { engine, platform, vault, log } = parts;
  const failed = parts.failed('documents of tax payments could not be fetched');
  const look = () => engine.all<DueDocument>(dueDocuments(AT_ONCE));
  const write = (statement: (token: string) => Statement): Promise<unknown> =>
    engine.batch([statement(newId(platform, 't'))]);

  async function triedInVain(due: DueDocument): Promise<unknown> {
    const waitMs = WAITS_MS[due.tries];
    if (waitMs !== undefined) return write((token) => postpone(due, waitMs, token));
    log.error('the document of a tax payment is given up: it did not come in days', { reason: due.id });
    return write((token) => giveUp(due, token));
  }

  async function fetch(due: DueDocument, signal: AbortSignal): Promise<unknown> {
    const subject = (await subjectKeys(engine, [due.subject])).get(due.subject);
    const content = await openJson<ProofContent>(vault, subject, PROOF_CONTENT, due.id, due.content);
    const url = content?.documentUrl;
    if (subject === undefined || url == null) return write((token) => giveUp(due, token));
    const allowed = parts.mayCall(url);
    if (allowed === false) {
      log.warn('the document of a tax payment may not be fetched: ALLOWED_ORIGINS does not name its address', {
        reason: due.id,
      });
      return write((token) => forbid(due, token));
    }
    const pdf = await pdfAt(url, allowed === 'listed' ? parts.transport : parts.publicTransport, signal);
    if (signal.aborted) return undefined;
    return pdf === undefined ? triedInVain(due) : kept(due, subject, pdf);
  }

  async function kept(due: DueDocument, subject: SubjectKey, bytes: Uint8Array): Promise<unknown> {
    const token = newId(platform, 't');
    const file = await files.keepFile(
      { subject, name: `chung-tu-${due.id}.pdf`, contentType: 'application/pdf', bytes, actor: 'tax-documents' },
      { table: 'tax_proof', column: 'id', row: due.id, token },
    );
    return engine.batch([keep(due, file.id, token), ...file.statements]);
  }

  /** Undefined where no PDF came. */
  async function pdfAt(url: string, transport: Transport, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const reply = await transport.send(
      { method: 'GET', url, headers: { accept: 'application/pdf' } },
      { signal, timeoutMs: TIMEOUT_MS },
    );
    return !isFault(reply) && reply.status === 200 && isPdf(reply.body) ? reply.body : undefined;
  }

  return createLoop({
    name: 'tax-documents',
    platform,
    lease: { engine, owner: parts.owner, forMs: LEASE_MS },
    firstAfterMs: LOOK_EVERY_MS,
    turn: async ({ mine, stopping }) => {
      if ((await look()).length === 0 || !(await mine())) return LOOK_EVERY_MS;
      const rows = await look();
      for (const due of rows)
        await fetch(due, stopping).catch((error: unknown) => {
          // The files tell it already; it passes.
          if (!(error instanceof Refused)) failed(error);
          return triedInVain(due);
        });
      return rows.length === AT_ONCE && !stopping.aborted ? 0 : LOOK_EVERY_MS;
    },
    failed,
  });
}

const isPdf = (bytes: Uint8Array): boolean => new TextDecoder().decode(bytes.subarray(0, 5)) === '%PDF-';
