import { identityNumber, originOf } from './codes.ts';

/** Steps of a body of the first revision; each further revision brings one more. */
export const STEPS = 4;

/**
 * The body that every figure of the benchmark is measured with: about 2.5 KB, four steps, one attachment. Always the same
 * for an index; codes and applicants lie scattered as in life. A second revision, as a history has it, is a step longer.
 */
export function benchBody(index: number, revision: 1 | 2 = 1): Record<string, unknown> {
  const number = String(index).padStart(8, '0');
  const { code, unit, date, nextDate } = originOf(index);
  return {
    code,
    nationalCode: null,
    revision,
    updatedAt: `${date}T${revision === 1 ? '09' : '15'}:15:00+07:00`,
    procedure: { code: '1.001193', name: 'Thủ tục đăng ký khai sinh', field: { code: 'G15-TP01', name: 'Hộ tịch' } },
    agency: { code: unit.code, name: unit.name, level: unit.level },
    channel: 'online',
    submittedVia: 'province',
    status: 'processing',
    summary: `Đăng ký khai sinh [v=${revision}]`,
    applicant: {
      kind: 'citizen',
      name: `Nguyễn Văn Mẫu ${number}`,
      identities: [{ type: 'citizen-id', number: identityNumber(index) }],
      phone: '0900000000',
      email: 'mau@example.vn',
      address: 'Phường Trần Phú',
      identityVerified: true,
    },
    submittedAt: `${date}T08:00:00+07:00`,
    receivedAt: `${date}T08:30:00+07:00`,
    dueAt: `${nextDate}T17:00:00+07:00`,
    returnMethod: 'office',
    steps: Array.from({ length: STEPS + revision - 1 }, (_, step) => ({
      at: `${date}T08:3${step}:00+07:00`,
      actor: 'Trần Thị Thử',
      position: 'Công chức',
      unit: 'Bộ phận Một cửa',
      status: step === 0 ? 'accepted' : 'processing',
      note: 'Tiếp nhận hồ sơ',
      startedAt: `${date}T08:30:00+07:00`,
      dueAt: `${date}T11:30:00+07:00`,
    })),
    fees: [
      {
        kind: 'charge',
        code: 'LP01',
        name: 'Lệ phí hộ tịch',
        amount: { amount: 8000, currency: 'VND' },
        paidBy: 'online',
      },
    ],
    attachments: [
      {
        id: 'a1',
        name: 'to-khai.pdf',
        componentCode: 'GT01',
        url: 'https://example.vn/a1',
        digitised: true,
        reuse: 'none',
        fromNationalStore: false,
        deleted: false,
      },
    ],
    otherDocuments: [{ name: 'Bản chính giấy chứng sinh', copies: 1, kind: 'original' }],
    results: [],
    supplements: [],
    connectedDatabases: [],
  };
}
