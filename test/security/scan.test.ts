import { expect, test } from 'vitest';
import { findLeaks } from './scan.ts';

const name = { what: 'a name', text: 'Nguyễn Văn Mẫu 0001' };
const place = (bytes: Buffer | string) => [{ name: 'here', bytes: Buffer.from(bytes) }];

test.each<[string, Buffer | string]>([
  ['as it is', 'x Nguyễn Văn Mẫu 0001 y'],
  ['decomposed', 'x Nguyễn Văn Mẫu 0001 y'.normalize('NFD')],
  ['upper case', 'NGUYỄN VĂN MẪU 0001'],
  ['upper case without marks', 'x;NGUYEN VAN MAU 0001'],
  ['JSON escapes', '"Nguy\\u1ec5n V\\u0103n M\\u1eabu 0001"'],
  ['in a URL', `?q=${encodeURIComponent('Nguyễn Văn Mẫu 0001')}`],
  ['UTF-16', Buffer.from('Nguyễn Văn Mẫu 0001', 'utf16le')],
  ['base64, offset 0', Buffer.from('Nguyễn Văn Mẫu 0001"}').toString('base64')],
  ['base64, offset 1', Buffer.from('{Nguyễn Văn Mẫu 0001"}').toString('base64')],
  ['base64, offset 2', Buffer.from('{"Nguyễn Văn Mẫu 0001"}').toString('base64')],
])('I6: the scan finds a name written %s', (form, bytes) => {
  expect(findLeaks([name], place(bytes)).map((leak) => leak.form)).toContain(form);
});

test('I6: the scan finds a number inside a word, and nothing where nothing is', () => {
  const number = { what: 'an identity number', text: '024000000001' };
  expect(findLeaks([number], place('cccd024000000001.pdf'))).toHaveLength(1);
  expect(findLeaks([number, name], place('024000000002 Nguyễn Văn Mẫu 0002'))).toEqual([]);
});
