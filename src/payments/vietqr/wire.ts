/** Fixed words of a VietQR text (WIRE.md 6.1). */
export const FORMAT = '01';
export const STATIC = '11';
export const DYNAMIC = '12';
/** NAPAS among the makers of EMVCo texts. */
export const NAPAS = 'A000000727';
export const TO_ACCOUNT = 'QRIBFTTA';
export const SERVICES = [TO_ACCOUNT, 'QRIBFTTC', 'QRPUSH', 'QRCASH'] as const;
export type Service = (typeof SERVICES)[number];
/** VND by its ISO 4217 number. */
export const CURRENCY = '704';
export const COUNTRY = 'VN';

/** A bank's number at NAPAS, such as 970436 of Vietcombank. */
export const BANK_BIN = /^[0-9]{6}$/;
export const ACCOUNT_LENGTH = 19;
export const ACCOUNT = /^[0-9A-Za-z]+$/;
/** Whole đồng, at most thirteen characters. */
export const AMOUNT = /^[1-9][0-9]{0,12}$/;
/** Longer purposes are cut by banks (WIRE.md 6.1: in practice). */
export const PURPOSE_LENGTH = 25;
/** The tag and length of the checksum, which is counted over them too. */
export const CHECKSUM = '6304';
