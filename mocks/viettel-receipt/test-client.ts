import { DEFAULT_SETTINGS } from './settings.ts';

export interface IssueChanges {
  readonly total?: number;
  readonly password?: string;
}

const { username, password: real, taxCode, template: templateCode, series: invoiceSeries } = DEFAULT_SETTINGS;

/** createInvoice of one receipt over 20,000 đồng: where it is posted below the provider's address, and what. */
export function issueCall(key: string, { total = 20_000, password = real }: IssueChanges = {}) {
  return {
    path: `/InvoiceAPI/InvoiceWS/createInvoice/${taxCode}`,
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    body: JSON.stringify({
      generalInvoiceInfo: {
        transactionUuid: key,
        invoiceIssuedDate: 1,
        currencyCode: 'VND',
        templateCode,
        invoiceSeries,
      },
      itemInfo: [{ itemTotalAmountWithoutTax: 20_000 }],
      summarizeInfo: { totalAmountWithTax: total },
    }),
  };
}
