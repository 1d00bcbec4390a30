import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { handOpening } from '../actions/opening-breaks.ts';
import { type DeclaredMap, type DeclaredRule, mapsText, mapText, rulesText } from '../actions/show-declared.ts';
import { type GatewayClient, GatewayRefused } from '../client.ts';
import { withGateway } from '../connection.ts';
import { Failure, wrongUse } from '../failure.ts';
import { number, say, sayJson } from '../output.ts';
import { type Shown, shown } from '../shown.ts';

interface FileOptions extends Shown {
  readonly file?: string;
  readonly remove?: boolean;
}

const MAPS = '/v1/admin/statement-maps';
const RULES = '/v1/admin/reconciliation-rules';
const ROUND = '\n--json cho đúng nội dung mà --file nhận (what --json shows is what --file takes).';

/** What reconciliation is told as data: how files of a source are written, by which rules it matches, what was open before. */
export function declaredCommands(group: Command): void {
  all<DeclaredMap>(
    group.command('maps').description('Các nguồn đã khai báo cột (sources whose columns were declared)'),
    { path: MAPS, text: mapsText },
  );
  shown(
    group
      .command('map')
      .argument('<SOURCE>', 'tên nguồn, như ngan-hang-khac (name of the source)')
      .description('Xem hoặc khai báo cột của một nguồn (show or declare the columns of a source)')
      .option('--file <JSON>', 'tệp JSON khai báo cột; ghi đè khai báo cũ (declare them by this file)')
      .addHelpText('after', ROUND),
  ).action((source: string, options: FileOptions) =>
    withGateway(options, async (client) => {
      const path = `${MAPS}/${encodeURIComponent(source)}`;
      const { body } = await (options.file === undefined
        ? client
            .json<DeclaredMap>('GET', path)
            .catch(notFound(`Nguồn ${source} chưa khai báo cột`, 'no columns were declared for it'))
        : client.json<DeclaredMap>('PUT', path, fileOf(options.file)));
      if (options.json) sayJson(body.map);
      else say(mapText(body));
    }),
  );
  all<DeclaredRule>(
    group.command('rules').description('Các quy tắc khớp, theo thứ tự được hỏi (rules of matching, in their order)'),
    { path: RULES, text: rulesText },
  );
  shown(
    group
      .command('rule')
      .argument('<NAME>', 'tên quy tắc, như quyet-toan-qr (name of the rule)')
      .description('Xem, đặt hoặc gỡ một quy tắc khớp (show, put or remove a rule of matching)')
      .option('--file <JSON>', 'đặt quy tắc theo tệp JSON này (put the rule of this file)')
      .option(
        '--remove',
        'gỡ quy tắc đã đặt; quy tắc có sẵn cùng tên lại có hiệu lực (remove one that was put; the built-in one of its name counts again)',
      )
      .addHelpText('after', ROUND),
  ).action((name: string, options: FileOptions) =>
    withGateway(options, async (client) => {
      if (options.file !== undefined && options.remove === true)
        throw wrongUse('Chỉ một trong hai: --file hoặc --remove', 'either --file or --remove');
      if (options.remove === true) return remove(client, name, options.json);
      const rule = await (options.file === undefined ? one(client, name) : put(client, name, options.file));
      if (options.json) sayJson(rule.rule);
      else say(rulesText([rule]));
    }),
  );
  shown(
    group
      .command('opening')
      .argument(
        '<CSV>',
        'tệp CSV, cột date, kind, side, ours, theirs, dossierCode, documentNumber, reason (a CSV file)',
      )
      .description(
        'Nạp chênh lệch còn treo từ trước khi có cổng (what was open before the gateway began; the same again adds nothing)',
      ),
  ).action((file: string, options: Shown) =>
    withGateway(options, async (client) => {
      const done = await handOpening(client, file);
      if (options.json) sayJson(done);
      else say(`mới (new) ${number(done.opened)} · đã có (known) ${number(done.known)}`);
    }),
  );
}

/** Every item of a list that has one page. */
function all<Item>(
  command: Command,
  { path, text }: { readonly path: string; readonly text: (items: readonly Item[]) => string },
): void {
  shown(command).action((options: Shown) =>
    withGateway(options, async (client) => {
      const { body } = await client.json<{ items: Item[] }>('GET', path);
      if (options.json) sayJson(body.items);
      else say(text(body.items));
    }),
  );
}

const rulePath = (name: string): string => `${RULES}/${encodeURIComponent(name)}`;

async function one(client: GatewayClient, name: string): Promise<DeclaredRule> {
  const { body } = await client.json<{ items: DeclaredRule[] }>('GET', RULES);
  const found = body.items.find((each) => each.name === name);
  if (found === undefined) throw new Failure(`Không có quy tắc ${name}`, 'there is no such rule');
  return found;
}

async function put(client: GatewayClient, name: string, file: string): Promise<DeclaredRule> {
  return (await client.json<DeclaredRule>('PUT', rulePath(name), fileOf(file))).body;
}

async function remove(client: GatewayClient, name: string, isJson: boolean): Promise<void> {
  const nothing = notFound(
    `Không ai đặt quy tắc ${name}; quy tắc có sẵn không gỡ được`,
    'nobody put a rule of that name, and built-in ones cannot be removed',
  );
  await client.json('DELETE', rulePath(name)).catch(nothing);
  if (isJson) sayJson({ name, removed: true });
  else say(`${name}: đã gỡ (removed)`);
}

/** What a file says, for the gateway to judge. */
function fileOf(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(`${file} không phải JSON`, 'it is no JSON');
  }
}

const notFound =
  (vi: string, en: string) =>
  (error: unknown): never => {
    throw error instanceof GatewayRefused && error.code === 'not-found' ? new Failure(vi, en) : error;
  };
