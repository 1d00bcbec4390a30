import { type Command, Option } from 'commander';
import { type PrincipalKind, type Role, role } from '../../../../../contracts/domain/role.ts';
import { instant } from '../../../../../contracts/domain/time.ts';
import { type KeyView, type NewKey, newKey } from '../../../../../contracts/v1/access.ts';
import { positiveNumber } from '../arguments.ts';
import { type RemoteOptions, remote, withGateway } from '../connection.ts';
import { wrongUse } from '../failure.ts';
import { complain, say, sayJson, table } from '../output.ts';

interface CreateOptions extends RemoteOptions {
  readonly name?: string;
  readonly kind: PrincipalKind;
  readonly role?: Role;
  readonly principal?: string;
  readonly account?: string;
  readonly test: boolean;
  readonly expires?: string;
  readonly rate?: number;
  readonly offline: boolean;
  readonly json: boolean;
}

export function keyCommands(program: Command): void {
  const keys = program.command('keys').description('Khóa của hệ thống và của người (keys of systems and people)');
  masterKeyCommand(keys);
  remote(
    keys
      .command('create')
      .description('Tạo khóa, chỉ hiện một lần (make a key, shown once)')
      .option('--name <NAME>', 'tên tài khoản hoặc hệ thống mới (name of the new account or system)')
      .addOption(
        new Option('--kind <KIND>', 'hệ thống hay người (system or person)')
          .choices(['system', 'person'])
          .default('system'),
      )
      .addOption(new Option('--role <ROLE>', 'vai trò (role)').choices(role.options))
      .option('--principal <ID>', 'thêm khóa cho chủ thể đã có (a further key of a known principal)')
      .option(
        '--account <SUB>',
        '`sub` của token mà người này đăng nhập; gắn một lần (the `sub` of the tokens that this person signs in with; bound once)',
      )
      .option('--test', 'chỉ dùng với hệ thống giả lập (works with simulators only)', false)
      .option('--expires <TIME>', 'hết hạn lúc, RFC 3339 (end of its life)')
      .option('--rate <N>', 'số yêu cầu mỗi giây (requests a second)', positiveNumber)
      .option(
        '--offline',
        'ghi thẳng vào kho khi không có máy chủ nào chạy (write to the store itself while no server runs)',
        false,
      )
      .option('--json', 'kết quả dạng JSON (as JSON)', false),
  ).action(create);
  remote(
    keys.command('list').description('Liệt kê khóa (list keys)').option('--json', 'dạng JSON (as JSON)', false),
  ).action(list);
  remote(
    keys
      .command('revoke')
      .argument('<ID>', 'mã khóa (id of the key)')
      .description('Thu hồi khóa (revoke a key for good)'),
  ).action((id: string, options: RemoteOptions) =>
    withGateway(options, async (client) => {
      const { body } = await client.json<KeyView>('DELETE', `/v1/admin/keys/${encodeURIComponent(id)}`);
      say(`Đã thu hồi (revoked): ${body.id}, ${body.principal.name}, …${body.hint}`);
    }),
  );
}

/** Apart from the keys of people: the key that all others hang on. */
function masterKeyCommand(keys: Command): void {
  keys
    .command('rotate-master')
    .description(
      'Đổi MASTER_KEY khi máy chủ đã dừng; MASTER_KEY là khóa đang dùng (change MASTER_KEY while no server runs; MASTER_KEY holds the present one)',
    )
    .requiredOption('--new-key-file <FILE>', 'tệp chứa khóa mới, base64 của 32 byte (file with the new key)')
    .action(async ({ newKeyFile }: { newKeyFile: string }) =>
      (await import('../actions/change-master.ts')).changeMasterKey(newKeyFile),
    );
}

async function create(options: CreateOptions): Promise<void> {
  const command = commandOf(options);
  const made: { readonly key: string | null; readonly id: string } = options.offline
    ? await (await import('../offline-key.ts')).makeKeyOffline(command)
    : await withGateway(
        options,
        async (client) => (await client.json<KeyView & { key: string }>('POST', '/v1/admin/keys', command)).body,
      );
  if (options.json) sayJson(made);
  else {
    complain(`Khóa ${made.id}, chỉ hiện lần này, hãy cất ngay (shown this once, keep it now):`);
    say(made.key ?? '');
  }
}

function commandOf(options: CreateOptions): NewKey {
  const { name, kind, role: wanted, principal, account } = options;
  if ((principal === undefined) === (name === undefined))
    throw wrongUse('Cần --name và --role, hoặc --principal', 'give --name and --role, or --principal');
  if (principal === undefined && wanted === undefined) throw wrongUse('Thiếu --role', '--role is missing');
  if (principal === undefined && kind !== 'person' && account !== undefined)
    throw wrongUse('--account là của người: thêm --kind person', '--account is a person’s: add --kind person');
  if (options.expires !== undefined && !instant.safeParse(options.expires).success)
    throw wrongUse('--expires phải theo RFC 3339', '--expires must be like 2026-12-31T17:00:00+07:00');
  const parsed = newKey.safeParse({
    principal: principal === undefined ? { kind, name, role: wanted, account } : { id: principal, account },
    test: options.test,
    expiresAt: options.expires,
    ratePerSecond: options.rate,
  });
  if (!parsed.success)
    throw wrongUse('Tham số không hợp lệ', parsed.error.issues.map(({ message }) => message).join('; '));
  return parsed.data;
}

async function list(options: RemoteOptions & { json: boolean }): Promise<void> {
  const keys = await withGateway(options, async (client) => {
    const all: KeyView[] = [];
    for await (const key of client.items<KeyView>('/v1/admin/keys')) all.push(key);
    return all;
  });
  if (options.json) return sayJson(keys);
  say(
    table(
      [
        'MÃ (id)',
        'CHỦ THỂ (principal)',
        'LOẠI (kind)',
        'VAI TRÒ (role)',
        'KHÓA',
        'TẠO LÚC (made)',
        'TRẠNG THÁI (state)',
      ],
      keys.map((key) => [
        key.id,
        [key.principal.name, key.principal.id, key.principal.account].filter((each) => each !== null).join(' '),
        key.principal.kind,
        key.principal.role,
        `…${key.hint}${key.test ? ' (test)' : ''}`,
        key.createdAt,
        key.revokedAt !== null
          ? `đã thu hồi (revoked) ${key.revokedAt}`
          : key.expiresAt !== null
            ? `hết hạn (expires) ${key.expiresAt}`
            : 'hiệu lực (live)',
      ]),
    ),
  );
}
