/** Errors of the language and of SQLite speak of program text and schema; others may quote the data they fell over. */
const PLAIN_WORDS = new Set(['TypeError', 'RangeError', 'ReferenceError', 'StoreUnavailable', 'ConfigError']);

/** Its code, where it has one: a word of the program that threw it. */
export function errorCode(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** Its message where that cannot quote data, with quotes masked; else undefined (I6). */
export function errorMessage(error: Error): string | undefined {
  const plain = PLAIN_WORDS.has(error.name) || errorCode(error) === 'ERR_SQLITE_ERROR';
  return plain ? error.message.replace(/(["'`])(?:(?!\1).)*\1/g, '$1…$1').slice(0, 300) : undefined;
}

/** What a line of the log may say of an error: name and code, and its message where that cannot quote data (I6). */
export function errorWords(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const name = [error.name, errorCode(error)].filter((word) => word !== undefined).join(' ');
  const message = errorMessage(error);
  return message === undefined ? name : `${name}: ${message}`;
}
