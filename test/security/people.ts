import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import type { Needle } from './scan.ts';

/**
 * A made body with personal data in every place where the province may write some: titles, notes, papers, steps. The
 * day's own bodies keep people to the applicant.
 */
export function full(body: DossierSnapshot, serial: number): DossierSnapshot {
  const { name, identities = [] } = body.applicant;
  const shown = String(serial).padStart(4, '0');
  return {
    ...body,
    summary: `Giải quyết hồ sơ của ${name}`,
    note: `Liên hệ ${body.applicant.phone}`,
    returnNote: `Trả cho ${name}`,
    applicant: { ...body.applicant, address: `Số nhà ${shown} đường Thử Nghiệm`, fax: `0209${shown}000` },
    steps: (body.steps ?? []).map((step) => ({
      ...step,
      actor: `Trần Thị Thử ${shown}`,
      note: `Đã gọi cho ${name} số ${body.applicant.phone}`,
    })),
    attachments: (body.attachments ?? []).map((paper) => ({
      ...paper,
      name: `CCCD ${identities[0]?.number ?? shown}.pdf`,
    })),
    results: (body.results ?? []).map((result) => ({ ...result, name: `Giấy khai sinh của ${name}` })),
    supplements: (body.supplements ?? []).map((each) => ({ ...each, content: `Mời ${name} bổ sung giấy tờ` })),
  };
}

/** Everything in a body that tells who somebody is. */
export function personalIn(body: DossierSnapshot): Needle[] {
  const { applicant, steps = [] } = body;
  const found: [string, string | null | undefined][] = [
    ['the name of an applicant', applicant.name],
    ['the phone number of an applicant', applicant.phone],
    ['the fax number of an applicant', applicant.fax],
    ['the email address of an applicant', applicant.email],
    ['the address of an applicant', applicant.address],
    ['the national account of an applicant', applicant.nationalAccountId],
    ...(applicant.identities ?? []).map(({ type, number }): [string, string] => [
      `the ${type} number of an applicant`,
      number,
    ]),
    ...steps.map(({ actor }): [string, string | null | undefined] => ['the name of an official', actor]),
  ];
  return found.flatMap(([what, text]) => (text == null || text === '' ? [] : [{ what, text }]));
}

/** A person who occurs only in what goes wrong: in refused bodies, in what the portal says, in refused callbacks. */
export interface Stranger {
  readonly name: string;
  readonly number: string;
  readonly phone: string;
  readonly email: string;
}
export const stranger = (n: number): Stranger => ({
  name: `Lê Thị Thí Nghiệm ${String(n).padStart(2, '0')}`,
  number: `0240009999${String(n).padStart(2, '0')}`,
  phone: `09009999${String(n).padStart(2, '0')}`,
  email: `thi-nghiem-${String(n).padStart(2, '0')}@example.vn`,
});
export const strangerNeedles = (n: number, where: string): Needle[] =>
  Object.entries(stranger(n)).map(([field, text]) => ({ what: `the ${field} of somebody in ${where}`, text }));
