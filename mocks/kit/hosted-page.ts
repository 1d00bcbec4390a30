import type { Reply } from './delivery.ts';

/** A payment page as a payer sees it: what is to be paid, and what can be pressed. */
export interface HostedPage {
  readonly title: string;
  /** Said above everything else. */
  readonly note?: string;
  readonly rows: readonly (readonly [term: string, value: string])[];
  /** Each posts `act=<value>` to the page itself. */
  readonly buttons: readonly (readonly [act: string, label: string])[];
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (value: string): string => value.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);

export const dong = (amountVnd: number): string => `${amountVnd.toLocaleString('vi-VN')} đồng`;

/** No script, no asset of another host. The form's answer leads to the partner, hence no `form-action`. */
const headers = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'cache-control': 'no-store',
} as const;

const document = (title: string, content: string): string => `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 36rem; margin: 2rem auto; padding: 0 1rem; }
dt { color: #555; } dd { margin: 0 0 .5rem; font-weight: bold; }
button { display: block; width: 100%; margin: .5rem 0; padding: .6rem; font: inherit; }
</style>
</head>
<body>
<h1>${title}</h1>
${content}
</body>
</html>
`;

const html = (title: string, content: string, status: number): Reply => ({
  status,
  contentType: 'text/html;charset=UTF-8',
  body: document(title, content),
  headers,
});

export function hostedPage({ title, note = '', rows, buttons }: HostedPage, status = 200): Reply {
  return html(
    title,
    `${note === '' ? '' : `<p role="alert">${escaped(note)}</p>\n`}<dl>
${rows.map(([term, value]) => `<dt>${term}</dt><dd>${escaped(value)}</dd>`).join('\n')}
</dl>
<form method="post">
${buttons.map(([act, label]) => `<button name="act" value="${act}">${label}</button>`).join('\n')}
</form>`,
    status,
  );
}

export const noPage = (title: string): Reply => html(title, '<p>Không tìm thấy giao dịch.</p>', 404);

export const sentBack = (url: string): Reply => ({
  status: 303,
  contentType: 'text/plain;charset=UTF-8',
  body: '',
  headers: { location: url, 'cache-control': 'no-store' },
});
