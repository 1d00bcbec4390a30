import { DatabaseSync } from 'node:sqlite';
import { FORMAT_VERSION } from '../../src/crypto/format.ts';
import type { Tables } from '../../src/store/tables.ts';

/** People in tests are invented and look it (CONTRIBUTING.md): a name, a number, a phone, an address of mail. */
const PERSON = /Nguyễn Văn|Trần Thị Thử|\b024\d{9}\b|\b0900\d{6}\b|@example\.vn/;

/**
 * What a store holds otherwise than its tables are declared: plain text in a column that is to be sealed, and a person in
 * one that is to name none. It finds what the test that filled the store has written, and no more.
 */
export function atRest(file: string, tables: Tables): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Object.entries(tables).flatMap(([table, { sealed, ...rest }]) => {
      const values = (column: string): string[] =>
        database
          .prepare(`select distinct ${column} as value from ${table} where ${column} is not null`)
          .all()
          .map(({ value }) => String(value));
      const open = Object.keys(sealed ?? {}).filter((column) => !values(column).every(isSealed));
      const others = [rest.clear, rest.words, rest.secret, rest.numbers, rest.wall, rest.steady].flatMap(
        (columns) => columns ?? [],
      );
      const naming = others.filter((column) => values(column).some((value) => PERSON.test(value)));
      return [
        ...open.map((column) => `${table}.${column} is declared as sealed, and plain text stands in it`),
        ...naming.map((column) => `${table}.${column} is declared to name no person, and somebody stands in it`),
      ];
    });
  } finally {
    database.close();
  }
}

/** The format of src/crypto/format.ts: base64 of a version, a nonce, a ciphertext and its tag. */
function isSealed(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes[0] === FORMAT_VERSION && bytes.length > 28 && bytes.toString('base64') === text;
}
