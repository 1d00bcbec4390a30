import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTaxOffice, type TaxOffice } from '../../test/kit/tax-office.ts';
import type { Loop } from '../loop.ts';
import type { RoomParts } from '../room.ts';
import { tax } from './room.ts';

let office: TaxOffice;
let portal: Server;
let asked = 0;
let answers: { readonly status: number; readonly body: string };
let origin: string;
let parts: RoomParts;
beforeAll(async () => {
  portal = createServer((_request, response) => {
    asked += 1;
    response.writeHead(answers.status, { 'content-type': 'application/pdf' }).end(answers.body);
  });
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
  const probe = {
    name: 'probe',
    create: (given: RoomParts) => {
      parts = given;
      return {};
    },
  };
  office = await openTaxOffice({ ALLOWED_ORIGINS: origin }, [probe]);
});
afterAll(async () => {
  await office.close();
  portal.close();
});

interface Receipt {
  readonly id: string;
  readonly document: string;
}
const receipts = async (code: string) =>
  (await office.call<{ items: Receipt[] }>('GET', `/v1/tax/receipts?dossierCode=${code}`)).body.items;
async function provenAt(code: string, url: string): Promise<Receipt | undefined> {
  await office.dossier(code);
  await office.proof(code, {}, { changes: { UrlFileChungTu: url } });
  await office.until(async () => (await receipts(code)).length === 1);
  return (await receipts(code))[0];
}
/** The loop as the room makes it, of a process of its own: that of the office itself first looks after these tests. */
function documents(): Loop {
  const loop = tax.create({ ...parts, owner: 'another' }).loops?.find(({ name }) => name === 'tax-documents');
  if (loop === undefined) throw new Error('the room fetches no documents');
  return loop;
}
const due = () => office.rows(`select 1 from tax_proof where document = 'due'`);

it('the document of a payment is fetched, kept, and handed out for a purpose', async () => {
  answers = { status: 200, body: '%PDF-1.4 chung tu' };
  const code = 'H02.15.07-221205-0001';
  const receipt = await provenAt(code, `${origin}/1.pdf`);
  expect(receipt?.document).toBe('due');
  await documents().tick();
  expect((await receipts(code))[0]?.document).toBe('kept');
  const path = `/v1/tax/receipts/${receipt?.id}/document`;
  expect((await office.call('GET', path)).status).toBe(400);
  const pdf = await office.call<string>('GET', `${path}?reveal=kiem-tra`);
  expect([pdf.status, pdf.headers.get('content-type'), pdf.body]).toEqual([
    ...[200, 'application/pdf', '%PDF-1.4 chung tu'],
  ]);
  expect((await office.call('GET', '/v1/tax/receipts/txp_0/document?reveal=kiem-tra')).status).toBe(404);
});

it('what is no PDF is asked for again, and what may not be called is not', async () => {
  answers = { status: 200, body: '<html>' };
  const code = 'H02.15.07-221205-0002';
  const before = asked;
  const receipt = await provenAt(code, `${origin}/2.pdf`);
  await documents().tick();
  expect([asked, (await receipts(code))[0]?.document]).toEqual([before + 1, 'due']);
  const none = await office.call<{ why: string }>('GET', `/v1/tax/receipts/${receipt?.id}/document?reveal=kiem-tra`);
  expect([none.status, none.body.why]).toEqual([409, 'due']);
  await office.rows(`update tax_proof set document_due = 0 where document = 'due'`);
  answers = { status: 200, body: '%PDF-1.4' };
  await documents().tick();
  expect(await due()).toEqual([]);
  const other = await provenAt('H02.15.07-221205-0003', 'https://not-listed.example/3.pdf');
  expect(other?.document).toBe('not-allowed');
});
