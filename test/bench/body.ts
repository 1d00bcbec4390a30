/** The body that every figure of the benchmark is measured with: about 2.5 KB, four steps, one attachment. */
export function benchBody(index: number): Record<string, unknown> {
  const number = String(index).padStart(8, '0');
  return {
    code: `H02.15.03-221201-${number}`,
    nationalCode: null,
    revision: 1,
    updatedAt: '2022-12-01T09:15:00+07:00',
    procedure: { code: '1.001193', name: 'Thủ tục đăng ký khai sinh', field: { code: 'G15-TP01', name: 'Hộ tịch' } },
    agency: { code: 'H02.15.03', name: 'UBND phường Trần Phú', level: 'commune' },
    channel: 'online',
    submittedVia: 'province',
    status: 'processing',
    summary: `Đăng ký khai sinh [v=1]`,
    applicant: {
      kind: 'citizen',
      name: `Nguyễn Văn Mẫu ${number}`,
      identities: [{ type: 'citizen-id', number: `0240${number}` }],
      phone: '0900000000',
      email: 'mau@example.vn',
      address: 'Phường Trần Phú',
      identityVerified: true,
    },
    submittedAt: '2022-12-01T08:00:00+07:00',
    receivedAt: '2022-12-01T08:30:00+07:00',
    dueAt: '2022-12-02T17:00:00+07:00',
    returnMethod: 'office',
    steps: [0, 1, 2, 3].map((step) => ({
      at: `2022-12-01T08:3${step}:00+07:00`,
      actor: 'Trần Thị Thử',
      position: 'Công chức',
      unit: 'Bộ phận Một cửa',
      status: step === 0 ? 'accepted' : 'processing',
      note: 'Tiếp nhận hồ sơ',
      startedAt: '2022-12-01T08:30:00+07:00',
      dueAt: '2022-12-01T11:30:00+07:00',
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
