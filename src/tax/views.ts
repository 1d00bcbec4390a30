import { revealed } from '../crypto/revealed.ts';
import { openJson, subjectKeys } from '../crypto/subject-keys.ts';
import type { RoomParts } from '../room.ts';
import { DUE_CONTENT, type DueContent, PROOF_CONTENT, type ProofContent } from './contents.ts';
import { type QuestionRow, questionsOf } from './questions.ts';
import { type SlipRow, slipById } from './slip-rows.ts';
import { type DueRow, duesOf, type ProofRow, proofById, proofsOf } from './statements.ts';

/** A due with what was written about it; null where that was erased. */
export interface Due {
  readonly row: DueRow;
  readonly content: DueContent | null;
}
export interface Proof {
  readonly row: ProofRow;
  readonly content: ProofContent | null;
}
export interface Slip {
  readonly row: SlipRow;
  readonly questions: readonly QuestionRow[];
  /** What its questions brought. */
  readonly dues: readonly Due[];
}

export interface TaxViews {
  /** `seenBy`: persons will be shown to somebody, which stands in the journal first. */
  dues(dossier: string, seenBy?: { readonly actor: string; readonly purpose: string }): Promise<readonly Due[]>;
  proofs(dossier: string): Promise<readonly Proof[]>;
  proof(id: string): Promise<ProofRow | undefined>;
  slip(id: string): Promise<Slip | undefined>;
}

export function createTaxViews(parts: Pick<RoomParts, 'engine' | 'platform' | 'vault'>): TaxViews {
  const { engine, platform, vault } = parts;

  async function opened(rows: readonly DueRow[]): Promise<readonly Due[]> {
    const keys = await subjectKeys(
      engine,
      rows.map(({ subject }) => subject),
    );
    return Promise.all(
      rows.map(async (row) => ({
        row,
        content: await openJson<DueContent>(vault, keys.get(row.subject), DUE_CONTENT, row.id, row.content),
      })),
    );
  }

  return {
    async dues(dossier, seenBy) {
      const rows = await engine.all<DueRow>(duesOf([dossier]));
      if (seenBy !== undefined && rows.length > 0)
        await engine.batch([revealed(platform, { ref: `tax-of:${dossier}`, ...seenBy })]);
      return opened(rows);
    },
    async proofs(dossier) {
      const rows = await engine.all<ProofRow>(proofsOf([dossier]));
      const keys = await subjectKeys(
        engine,
        rows.map(({ subject }) => subject),
      );
      return Promise.all(
        rows.map(async (row) => ({
          row,
          content: await openJson<ProofContent>(vault, keys.get(row.subject), PROOF_CONTENT, row.id, row.content),
        })),
      );
    },
    proof: async (id) => (await engine.all<ProofRow>(proofById(id)))[0],
    async slip(id) {
      const [row] = await engine.all<SlipRow>(slipById(id));
      if (row === undefined) return undefined;
      const questions = await engine.all<QuestionRow>(questionsOf(id));
      const brought = new Set(questions.map((question) => question.id));
      const dues = (await engine.all<DueRow>(duesOf([row.dossier]))).filter(({ notice }) => brought.has(notice));
      return { row, questions, dues: await opened(dues) };
    },
  };
}
