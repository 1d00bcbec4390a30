const POLYNOMIAL = 0x1021;
const encoder = new TextEncoder();

/**
 * CRC-16/CCITT-FALSE of a text (its UTF-8 bytes), four upper-case hex digits: polynomial 0x1021, beginning with 0xFFFF,
 * neither reflected nor turned at the end (WIRE.md 6.1).
 */
export function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of encoder.encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ POLYNOMIAL) & 0xffff : crc << 1;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
