/** It stands in the clear wherever a payment is named: a code, and no blank or name in it. */
const REFERENCE = /^[A-Za-z0-9._:/-]{1,100}$/;

export const isReference = (text: string): boolean => REFERENCE.test(text);
