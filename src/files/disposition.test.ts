import { expect, it } from 'vitest';
import { attachment } from './disposition.ts';

it('gives the name as it is and in ASCII', () => {
  expect(attachment('Biên lai Đỗ.pdf', 'fil_1')).toBe(
    `attachment; filename="Bien lai Do.pdf"; filename*=UTF-8''Bi%C3%AAn%20lai%20%C4%90%E1%BB%97.pdf`,
  );
  expect(attachment(null, 'fil_1')).toBe(`attachment; filename="fil_1"; filename*=UTF-8''fil_1`);
});

it('I7: no name ends the header, leads to another folder, hides its ending or is too long', () => {
  for (const name of [
    'a"; filename="x.exe',
    'a\r\nset-cookie: x=1',
    '../../etc/passwd',
    'C:\\x.pdf',
    'a\u202efdp.exe',
    '...',
    ' ',
    "it's (1)*.pdf",
    'x'.repeat(5000),
    '🧾'.repeat(500),
    'a\ud800b',
  ]) {
    const header = attachment(name, 'fil_1');
    expect(header, name).toMatch(
      /^attachment; filename="[ !#$&(-.0-9;=@A-Z[\]^_`a-z{}~+,]+"; filename\*=UTF-8''[\w.!~%-]+$/,
    );
    expect(header).not.toMatch(/%0[ad]|%2f|%5c|%e2%80%ae|="\./i);
    expect(header.length).toBeLessThan(2000);
    expect(() => new Headers({ 'content-disposition': header })).not.toThrow();
  }
});
