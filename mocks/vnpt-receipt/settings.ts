/** Who may speak, and under which series receipts are issued; all of it can be changed while it runs. */
export interface VnptSettings {
  account: string;
  password: string;
  username: string;
  servicePassword: string;
  pattern: string;
  serial: string;
}

export const DEFAULT_SETTINGS: Readonly<VnptSettings> = {
  account: 'can-bo',
  password: 'mat-khau-can-bo',
  username: 'dich-vu',
  servicePassword: 'mat-khau-dich-vu',
  pattern: '01BLP0-001',
  serial: 'AB-26E',
};
