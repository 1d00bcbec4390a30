import type { NationalDossierContent } from '../../contracts/domain/national-dossier.ts';
import { inFormat, ofFormat, UnknownFormat } from '../crypto/stored-format.ts';

/** The format that bodies are written in. 0, without a number, had the same members. */
const FORMAT = 1;

export const storedContent = (content: NationalDossierContent): string => inFormat(FORMAT, JSON.stringify(content));

/** Reads every format that bodies were ever stored in; throws `UnknownFormat` for one that came after. */
export function readContent(stored: string): NationalDossierContent {
  const { format, content } = ofFormat(stored);
  if (format !== 0 && format !== FORMAT) throw new UnknownFormat('a dossier of the portal', format);
  return content as NationalDossierContent;
}
