import { DEFAULT_SETTINGS } from './settings.ts';
import { soapCall } from './soap.ts';

export interface IssueChanges {
  readonly total?: number;
  readonly password?: string;
}

/** ImportAndPublishInv of one receipt over 20,000 đồng, as text; it is posted to PublishService.asmx. */
export function issueCall(key: string, { total = 20_000, password = DEFAULT_SETTINGS.password }: IssueChanges = {}) {
  const xmlInvData = `<Invoices><Inv><key>${key}</key><Invoice><ArisingDate>01/06/2025</ArisingDate><Total>${total}</Total><Amount>${total}</Amount><PaymentStatus>1</PaymentStatus><Products><Product><ProdPrice>20000</ProdPrice></Product></Products></Invoice></Inv></Invoices>`;
  const { account: Account, username, servicePassword, pattern, serial } = DEFAULT_SETTINGS;
  const parts = { Account, ACpass: password, xmlInvData, username, password: servicePassword, pattern, serial };
  return soapCall('ImportAndPublishInv', parts);
}
