import type { DossierSnapshot } from '../../../contracts/domain/dossier.ts';
import { memoryKeyringStore, openKeyring } from '../../../src/crypto/keyring.ts';
import type { SubjectKey, Vault } from '../../../src/crypto/vault.ts';
import { DECEMBER_2022, fixedPlatform } from '../../../src/crypto/vault-suite.ts';
import { webVault } from '../../../src/crypto/vault-web.ts';

export async function vaultOfVectors(): Promise<Vault> {
  const platform = fixedPlatform(DECEMBER_2022);
  const masterKey = Uint8Array.from({ length: 32 }, (_, index) => index);
  return webVault(await openKeyring({ masterKey, store: memoryKeyringStore(), platform }), platform);
}
export const VECTOR_SUBJECT: SubjectKey = { id: 'sub_golden', salt: 'AAECAwQFBgcICQoLDA0ODw==', epoch: 202212 };

/**
 * Contents as the first program sealed and digested them, before bodies had a number: under the master key 00 01 … 1f,
 * the subject `sub_golden` and nonces of 2a. What is held today is of this kind. They are never made anew: a change here
 * means that dossiers are sent again though nothing changed, or can no longer be read.
 */
export const STORED_BEFORE_NUMBERS: readonly {
  readonly name: string;
  readonly snapshot: DossierSnapshot;
  readonly text: string;
  readonly mac: string;
  readonly body: string;
}[] = [
  {
    name: 'full',
    snapshot: {
      code: 'H02.15.03-221201-0001',
      nationalCode: '000.00.15.H02-221201-0001',
      revision: 3,
      updatedAt: '2022-12-05T09:15:00+07:00',
      procedure: { code: '1.001193', name: 'Khai sinh', field: { code: 'TP', name: 'Hộ tịch' } },
      agency: { code: 'H02.15.03', name: 'UBND phường', level: 'commune' },
      channel: 'online',
      submittedVia: 'national-portal',
      status: 'supplementing',
      summary: 'Lời ","note":null',
      receiptNumber: 'BN1',
      note: 'ghi chú',
      applicant: {
        kind: 'citizen',
        name: 'Nguyễn Văn Mẫu',
        identities: [{ type: 'citizen-id', number: '024000000000' }],
        phone: '0900000000',
        fax: '0240000000',
        email: 'mau@example.vn',
        address: 'Phố Mẫu',
        nationalAccountId: 'tk-1',
        identityVerified: false,
      },
      submittedAt: '2022-12-01T09:15:00+07:00',
      receivedAt: '2022-12-01T09:15:00+07:00',
      dueAt: '2022-12-09T09:15:00+07:00',
      finishedAt: '2022-12-02T09:15:00+07:00',
      returnedAt: '2022-12-02T09:15:00+07:00',
      refusedAt: '2022-12-02T09:15:00+07:00',
      closedAt: '2022-12-02T09:15:00+07:00',
      returnMethod: 'post',
      returnNote: 'qua bưu điện',
      steps: [
        {
          at: '2022-12-01T09:15:00+07:00',
          actor: 'Cán bộ Mẫu',
          position: 'Chuyên viên',
          unit: 'Một cửa',
          status: 'processing',
          note: 'chuyển',
          startedAt: '2022-12-01T09:15:00+07:00',
          dueAt: '2022-12-02T09:15:00+07:00',
        },
      ],
      fees: [{ kind: 'fee', code: 'P1', name: 'Phí', amount: { amount: 8000, currency: 'VND' }, paidBy: 'online' }],
      attachments: [
        {
          id: 'a1',
          name: 'Tờ khai',
          componentCode: 'TP1',
          url: 'https://example.vn/a1',
          digitised: true,
          reuse: 'reused',
          fromNationalStore: false,
          replacesResultCode: 'KQ1',
          deleted: false,
        },
      ],
      otherDocuments: [{ name: 'Đơn', copies: 1, kind: 'copy' }],
      results: [{ id: 'r1', name: 'Giấy khai sinh', componentCode: 'KQ', code: 'KQ.1', url: 'https://example.vn/r1' }],
      supplements: [
        {
          id: 's1',
          requestedBy: 'Cán bộ Mẫu',
          content: 'bổ sung',
          requestedAt: '2022-12-02T09:15:00+07:00',
          receivedBy: 'Cán bộ Mẫu',
          receivedNote: 'đủ',
          receivedAt: '2022-12-03T09:15:00+07:00',
          fulfilled: true,
          documents: [{ name: 'Đơn', copies: 1, kind: 'copy' }],
          fees: [
            { kind: 'charge', code: 'P1', name: 'Phí', amount: { amount: 8000, currency: 'VND' }, paidBy: 'online' },
          ],
          previousDueAt: '2022-12-08T09:15:00+07:00',
          newDueAt: '2022-12-09T09:15:00+07:00',
        },
      ],
      connectedDatabases: ['dan-cu'],
    },
    text: '{"code":"H02.15.03-221201-0001","nationalCode":"000.00.15.H02-221201-0001","procedure":{"code":"1.001193","name":"Khai sinh","field":{"code":"TP","name":"Hộ tịch"}},"agency":{"code":"H02.15.03","name":"UBND phường","level":"commune"},"channel":"online","submittedVia":"national-portal","status":"supplementing","summary":"Lời \\",\\"note\\":null","receiptNumber":"BN1","note":"ghi chú","applicant":{"kind":"citizen","name":"Nguyễn Văn Mẫu","identities":[{"type":"citizen-id","number":"024000000000"}],"phone":"0900000000","fax":"0240000000","email":"mau@example.vn","address":"Phố Mẫu","nationalAccountId":"tk-1","identityVerified":false},"submittedAt":"2022-12-01T09:15:00+07:00","receivedAt":"2022-12-01T09:15:00+07:00","dueAt":"2022-12-09T09:15:00+07:00","finishedAt":"2022-12-02T09:15:00+07:00","returnedAt":"2022-12-02T09:15:00+07:00","refusedAt":"2022-12-02T09:15:00+07:00","closedAt":"2022-12-02T09:15:00+07:00","returnMethod":"post","returnNote":"qua bưu điện","steps":[{"at":"2022-12-01T09:15:00+07:00","actor":"Cán bộ Mẫu","position":"Chuyên viên","unit":"Một cửa","status":"processing","note":"chuyển","startedAt":"2022-12-01T09:15:00+07:00","dueAt":"2022-12-02T09:15:00+07:00"}],"fees":[{"kind":"fee","code":"P1","name":"Phí","amount":{"amount":8000,"currency":"VND"},"paidBy":"online"}],"attachments":[{"id":"a1","name":"Tờ khai","componentCode":"TP1","url":"https://example.vn/a1","digitised":true,"reuse":"reused","fromNationalStore":false,"replacesResultCode":"KQ1","deleted":false}],"otherDocuments":[{"name":"Đơn","copies":1,"kind":"copy"}],"results":[{"id":"r1","name":"Giấy khai sinh","componentCode":"KQ","code":"KQ.1","url":"https://example.vn/r1"}],"supplements":[{"id":"s1","requestedBy":"Cán bộ Mẫu","content":"bổ sung","requestedAt":"2022-12-02T09:15:00+07:00","receivedBy":"Cán bộ Mẫu","receivedNote":"đủ","receivedAt":"2022-12-03T09:15:00+07:00","fulfilled":true,"documents":[{"name":"Đơn","copies":1,"kind":"copy"}],"fees":[{"kind":"charge","code":"P1","name":"Phí","amount":{"amount":8000,"currency":"VND"},"paidBy":"online"}],"previousDueAt":"2022-12-08T09:15:00+07:00","newDueAt":"2022-12-09T09:15:00+07:00"}],"connectedDatabases":["dan-cu"]}',
    mac: 'xcivDBKeYo28TvCzFH8v0PZlhdWQ4SEnBQ8tX3tifdo',
    body: 'ASoqKioqKioqKioqKvHLUrpbWAGGQcccYSGjQddVq7iT1sGVlkX8bAIYcPDWi/pswv3jB8hh7Zu+UP3Y7Rv8+f9VygKBYg5HK5K2J5kaZuJEsZd4nbejlS5Jj6MWyEatRzzhhuTDkvtqi6hnxhV5JoFSNu6Cn67bNitkk82jG2QFBSiUVFtU33RME9iolcPXQ0sQj80P6I6qUZGJA2e7q5BnSIv0pqio6MZ43X8SsACSSEkB2Sltd6tNrBAzU6GP+H+6M+tRfhzAP9RnhjnBYW6uYCH70oLbVZ0mxnlOppg16FwW7B47tSLOCH3dsjABqwYQK6uXHADOoiSCip8+7PNZFOh2Pk9xPsvYwf0QIxS23DOOaRlYrSrqzijXMDfthLsjVYzhK3tOCx2l4GMnbS7mlo5aDMj4WNt1PKdyx/CoX5nXBDXDUvOtvLS0JhmE2xywKDlkYM3IOZuZwW7cI/cY5v4sMLO0i7xSAw7yW7mjJoHvtgNTSBxmc+kpUR5k9tIaD7QSD6sDgbqnBD7iThurx06T9+cuk0OfCAYvMSQenuP1gL8k8snA6S+NaDUvyd+pt2HPogPgLo+YkViCzWGsQ62+NtgcshVW9K7/1Ov1DnqNAY/n1bOb1TZaP2k5WfXrJn98JzhpU3D+X56ak0dhPreberqrZBa2KauD2thPSpcD1WEffjx8NM9XtzAoM9lzvVR0rUTVNUfWFgyi0E7vHdF5IRb/0mG1uo2vGR7MG4IBhbiJhZsFD0gqpT3F6cWB0zaWRDO7A8nHy253k/QBHPzIB28jX7Uh+5g2aJCT6FhRJEs/9KgrXP9vOK975Zd4MwzcfcxWSqlAKVPVj1hM/8u+gZzWW3KDiwwoeCyLRH+U3PSVrbeCDIMZHv1tjhsdJ9oitIVFZZqAvFj0MtP1100rGXSvb4BB6Zsyf9upTmelaQLRQsjWf0LeUzrNM7TAiUQSiSGRU13bdhyaZNDiTvxFm5dmajFx48+QlzmX5U5FmhbW0pkvuON7+Fqf2WsMpUGTRVC5D0M4f2KgYGWDTIq5aXIJNeM/oQ0qccxiV994H6m6X+buVJzLwOy986uvbx6Isga+fmIr+gwj8zM9aeBx0CBT7brZ+bu5vZF7vpzS6WDyA6JvAGS1ItOKUWbbFlKXF6dLICDdZGrw2r0xM5jaXXHh2FvH2qu7LTixcAmxsNnoDI2DEohbSZ2k1mEAf93KqsaRiOsmXC+8eYhBGxJYhaEa9/pFCJaJYPYbZagfWKukYyk0O0RTp+6Yw0QO444vBy6S8dbX6lAEasAqets/zqvigdlEUyoPjhxOkttntaLmY47jP/0xftPbwfh6GNAIMPzPxvIdS7UKaRHDYoSTZ1Qo8TyE6g+IAhv2pPhRgSTnazkmrLX++3CM+Iykw993p/FzP4VRIcIrW7jpg3b/lfQ2tu3qqU94nYQ0FeCAa16OiIEnndws4kOVWlzSUvgmiNRT5DrCEYb3A/jq+x85jgYQVZ+d546faLPegaL7jsVA21m4XCno9GTgsC271K/an0LGdHnk5ZkhbBfaSCBj4FUObXWZjNqvex8fvpbgod79p+ou2vzojlUJZ4U42Pesm02nz0EKp8P4kDJJNkC9LfTOijJeQlQE7oLUnPRfu0gMqxhPlIbEgsgkqqsrcby78TvJBbUBk/8B9VAiD/k/6KpmXmaTGL3SaKX4XheOcdzMHasCVfcMLdjo/Xd8pD8pMWWYLwmVnuPNHipMqMOxZrsW+yBsTaIRTWtH9eKcmRbaoIOrjdAhb0uqTch2T3oFgSct09sWeziUM8OqLCyfJ+nGGIQuoeKgauHbtebMlXlmt28jGOXpfLTxPMyzVxWYZFOhrCNRch69QoFApvF/47jrL1E8yIFx+tJL8TFS2nLoVy63Hw74n7fOHr6SVM16eoFdQ04EVm62W5CZ++MB9gBz1cfgJ6jtEengq/LfLdNwCt9GGvFeB84bodmhxOgNoEa6Gtdtq2zysULVhPBAyoAGFWTJ+gVi4g5YBEWGFU/jgRF0YaddkZzsVKR0uWc4N1YmaTolxMRsVtbPepbfLIkVoxGb5sbDIA2PeMIws0THY/n3CvG7tkCGlR+6HOfgUpnNnJ+u/IcJmGdvaQSGHt7bpKx4y/7PeyiSqiGASMMce80awGIaGd26MVoSw+rZrBvlv4TCS3v+BUvSQ5gsRfwDZhq6sXvW/cB8Vzh0xUAWPjfr1Hniv0EsZs+Y3xrp/G1XvKOCxntSuJ33ghSc9hMuoXczLdv/x/Slp41YtsfMOzZ63xPTEggwu84lBCOjrZGehmfWxs54a6x7Mz27Awc3R2NnbAzWZRqNZ/oPr/SIRxi2TtqD4ynfccMuzb5ejkHjqK3EwpxmvG19HOkuIMixyV4+mZL21SjspNp1HsBdLQB6z800M5qfVmm+g5x3i7lfK8LBiK9zXcPEFxmIywL+5+OvjmRaQweMK7QKFyQAZUNPhy1G1Npj/9rssnAQUaZbUi1Sroj3a6QblhQVjaiqjV9l3trPbvp8af2nNXCeb2tbOTr0ukCfom5CEScaWnBmCNRbZF4CZ1mYq0JTQSi4Zq4BKvLHjUy1Ia6aXDzG51vJmm/W8BTpQcm1z5ZryisQnpa1alxWrM8efudjM1ea1sS4UWC+Xtsmgt06IZ4+bUT2sdPHDtJ8lMfJrTh1zYTD607Fz3ppCJvBdiQK2cA3qnkT4Dr4sl8EUfli5tmI5vWoKGBK8ibmlK0TySweg/7PxwYt5K8HszKIg3FCySr3fwKhsLb95mZZq2HGDV8IEMKlIBFQetDs6T26ftGfZGvvWx7VuSOCaS+X5gVqgeiBSefX/DAHspyqN7UsfD2CnrTgdZca4uHoFGLkmIQ+TI3Efai0G+8kjD/RurXw4aJD3Mccq3Rt7vtVp+8r+UBQ6wWepPKYozU6QpY9Q/7/yIjQiPn9fcwVn04Y3QM9uzY02ZHkXEwp0o0YLsY0/QE1K4pXzzT7jlPJlc1E0EA=',
  },
  {
    name: 'bare',
    snapshot: {
      code: 'H02.15.03-221201-0002',
      updatedAt: '2022-12-05T09:15:00+07:00',
      procedure: { code: '1.001193', name: null, field: null },
      agency: { code: 'H02.15.03' },
      channel: 'counter',
      status: 'accepted',
      note: null,
      receivedAt: '2022-12-01T09:15:00+07:00',
      applicant: { kind: 'organisation', name: 'Hội Mẫu', identities: [], phone: null },
      supplements: [{ id: 's1', documents: [], fulfilled: null }],
      fees: [],
    },
    text: '{"code":"H02.15.03-221201-0002","procedure":{"code":"1.001193"},"agency":{"code":"H02.15.03"},"channel":"counter","status":"accepted","applicant":{"kind":"organisation","name":"Hội Mẫu"},"receivedAt":"2022-12-01T09:15:00+07:00","supplements":[{"id":"s1"}]}',
    mac: 'F2a6Nury937BMGORsMF7IOxW9hX3eHW0WlXNrRj6NG8',
    body: 'ASoqKioqKioqKioqKvHLUrpbWAGGQcccYSGjQddVq7iT1sGVlkX8bAIYc/DWi+R/2ffpDdx/y9bgTv2BoE+p6+tHywKAZxE+IpO5aIcJNbUQ8sQxj7z6m29WmalXlwCQBWvtjarPwacsk6Z/h0w2eN8Ga/WLn+GWLSR9k527FQ0eECDAUkEYjXQBUt2kgNvWBVNHj88Q/IfhCNKzJ2et8txtTICyvrDCZg+GnGWaeOqFSQQShilteK1Fp1FwU9MVYYW8d8OS/pX9LZtllX6KMjjlOmbx8pucTYU2owkyz4l3raqXWZWf4XTZHm+B/HZT/RQaK+TaAhjLvC3FmtZy++gaQN1ocAQvPp6U3qVcO2vnFNEs/I5YrjwotUwmWaWZqA==',
  },
];
