import { isNationalCode } from '../../contracts/domain/codes.ts';
import { nationalDossierContent } from '../../contracts/domain/national-dossier.ts';
import type { Vault } from '../crypto/vault.ts';
import { newId, type Platform } from '../platform.ts';
import type { InboundHandler } from '../room.ts';
import { storedContent } from './content.ts';
import { identityLike } from './identities.ts';
import { arrive, contentRow } from './statements.ts';

/** The messages that this room acts on. */
export const NATIONAL_DOSSIER = 'national-portal/national-dossier';

/** Takes in what the portal handed over: the dossier, the blind index of its people, the journal, the event. */
export function nationalDossierHandler(parts: { readonly vault: Vault; readonly platform: Platform }): InboundHandler {
  const { vault, platform } = parts;
  return async (message, token) => {
    const content = nationalDossierContent.parse(message.data);
    const [body = ''] = await vault.seal([
      {
        ...{ subject: message.subject, purpose: 'national_dossier.body', text: storedContent(content) },
        row: contentRow(message.ref, message.seq),
      },
    ]);
    const [hash = ''] = await vault.digest([body]);
    return arrive(
      {
        nationalCode: message.ref,
        inbound: message.id,
        seq: message.seq,
        subject: message.subject.id,
        procedure: codeOrNull(content.procedure?.code),
        agency: codeOrNull(content.agency?.code),
        receivedAt: message.receivedAt,
        ...{ body, hash, system: message.system },
        eventId: newId(platform, 'evt'),
        identityHashes: await vault.mac('identity', identityLike(content.content)),
      },
      token,
    );
  };
}

/** What stands in clear columns is a code, or nothing: whatever else was written in its place stays sealed (I6). */
function codeOrNull(text: string | undefined): string | null {
  return text !== undefined && isNationalCode(text) ? text : null;
}
