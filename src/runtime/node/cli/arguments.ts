import { InvalidArgumentError } from 'commander';

/** Parsers of arguments: a wrong one ends the command with exit status 2 and names the option. */

export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('cần một số cổng từ 0 đến 65535 (a port number).');
  return port;
}

export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`cần một số nguyên từ ${least} đến ${most} (a whole number in that range).`);
    return value;
  };

export const positiveNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('cần một số dương (a positive number).');
  return value;
};

/** For an option that may be given several times. */
export const gather = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  text,
];
