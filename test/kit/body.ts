import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';

/** A small whole snapshot: `revision` stands in its marker, by which the simulated portal knows what is older. */
export function smallDossier(code: string, revision: number, status: DossierSnapshot['status'] = 'processing') {
  return {
    code,
    revision,
    updatedAt: `2022-12-01T09:${String(revision % 60).padStart(2, '0')}:00+07:00`,
    procedure: { code: '1.001193', name: 'Thủ tục đăng ký khai sinh', field: { code: 'G15-TP01', name: 'Hộ tịch' } },
    agency: { code: 'H02.15.03', name: 'UBND phường Trần Phú', level: 'commune' },
    channel: 'counter',
    status,
    summary: `Đăng ký khai sinh [v=${revision}]`,
    applicant: {
      kind: 'citizen',
      name: 'Nguyễn Văn Mẫu',
      identities: [{ type: 'citizen-id', number: '024000000000' }],
    },
    receivedAt: '2022-12-01T08:30:00+07:00',
  } satisfies DossierSnapshot;
}
