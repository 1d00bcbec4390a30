/**
 * Bytes of one dossier as it is handed over. The largest of a published year (mocks/year, 690,989 dossiers) has about
 * 4,200; one with every list at its longest, each entry as long as the longest of that year, has 731,001. The bound
 * leaves that one room for nearly half as much again (docs/operations.md, "Loading dossiers and registers").
 */
export const DOSSIER_BYTES = 1024 * 1024;
