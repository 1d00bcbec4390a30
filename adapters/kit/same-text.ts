/** Whether two texts are equal, in a time that tells nothing of where they differ; only their lengths may show. */
export function isSameText(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let different = 0;
  for (let at = 0; at < one.length; at += 1) different |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return different === 0;
}
