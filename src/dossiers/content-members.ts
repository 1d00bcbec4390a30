import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';

/** A place for every member that a value may have, however deep; `true` where it is written as it is. */
type Members<Value> = { readonly [Name in keyof Value]-?: Place<NonNullable<Value[Name]>> };
type Place<Value> = Value extends readonly (infer Item)[] ? Place<Item> : Value extends object ? Members<Value> : true;

const document = { name: true, copies: true, kind: true } as const;
const fee = {
  kind: true,
  code: true,
  name: true,
  amount: { amount: true, currency: true },
  paidBy: true,
} as const;

/**
 * Every member of a dossier's content in the order in which it is stored and compared. The order is for ever: digests
 * of everything held are made over it. A new member goes anywhere, and changes no digest of a content without it; the
 * type sees to it that none is forgotten.
 */
export const CONTENT_MEMBERS: Members<Omit<DossierSnapshot, 'revision' | 'updatedAt'>> = {
  code: true,
  nationalCode: true,
  procedure: { code: true, name: true, field: { code: true, name: true } },
  agency: { code: true, name: true, level: true },
  channel: true,
  submittedVia: true,
  status: true,
  summary: true,
  receiptNumber: true,
  note: true,
  applicant: {
    kind: true,
    name: true,
    identities: { type: true, number: true },
    phone: true,
    fax: true,
    email: true,
    address: true,
    nationalAccountId: true,
    identityVerified: true,
  },
  submittedAt: true,
  receivedAt: true,
  dueAt: true,
  finishedAt: true,
  returnedAt: true,
  refusedAt: true,
  closedAt: true,
  returnMethod: true,
  returnNote: true,
  steps: {
    at: true,
    actor: true,
    position: true,
    unit: true,
    status: true,
    note: true,
    startedAt: true,
    dueAt: true,
  },
  fees: fee,
  attachments: {
    id: true,
    name: true,
    componentCode: true,
    url: true,
    digitised: true,
    reuse: true,
    fromNationalStore: true,
    replacesResultCode: true,
    deleted: true,
  },
  otherDocuments: document,
  results: { id: true, name: true, componentCode: true, code: true, url: true },
  supplements: {
    id: true,
    requestedBy: true,
    content: true,
    requestedAt: true,
    receivedBy: true,
    receivedNote: true,
    receivedAt: true,
    fulfilled: true,
    documents: document,
    fees: fee,
    previousDueAt: true,
    newDueAt: true,
  },
  connectedDatabases: true,
};
