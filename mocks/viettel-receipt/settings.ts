/** Who may speak, and under which template and series receipts are issued; all of it can be changed while it runs. */
export interface ViettelSettings {
  username: string;
  password: string;
  taxCode: string;
  template: string;
  series: string;
  /** How success is written; both are published. */
  successAs: 'null' | 'empty';
  /** Whether a business error comes in the answer itself or under HTTP 400. */
  errorsAs: 'body' | 'status';
}

export const DEFAULT_SETTINGS: Readonly<ViettelSettings> = {
  username: 'tai-khoan',
  password: 'mat-khau-viettel',
  taxCode: '0100000000',
  template: '01BLP/001',
  series: 'K26TBL',
  successAs: 'null',
  errorsAs: 'body',
};
