import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { Beneficiary } from '../../../../../contracts/v1/beneficiary.ts';
import type { FeeEntry } from '../../../../../contracts/v1/fee.ts';
import type { registerImported } from '../../../../../contracts/v1/register.ts';
import type { ProcedureEntry, Unit } from '../../../../../contracts/v1/unit.ts';
import { type RemoteOptions, remote, withGateway } from '../connection.ts';
import { number, say, sayJson, table } from '../output.ts';

interface ImportOptions extends RemoteOptions {
  readonly dryRun: boolean;
  readonly validFrom?: string;
  readonly province?: string;
}
interface ListOptions extends RemoteOptions {
  readonly at?: string;
  readonly code?: string;
  readonly json: boolean;
}

/** Units, procedures, beneficiaries and fees: loaded from CSV, each row in its time. */
export function registerCommands(program: Command): void {
  register<Unit>(program, 'units', 'Đơn vị hành chính và cơ quan (administrative units and agencies)', {
    heads: ['MÃ (code)', 'TÊN (name)', 'CẤP (level)', 'TỈNH (province)', 'TỪ (from)', 'ĐẾN (to)'],
    row: (unit) => [unit.code, unit.name, unit.level, unit.province, unit.validFrom, unit.validTo],
  });
  register<ProcedureEntry>(program, 'procedures', 'Thủ tục hành chính của tỉnh (procedures that the province offers)', {
    heads: ['MÃ (code)', 'TÊN (name)', 'LĨNH VỰC (field)', 'CẤP (level)', 'TỪ (from)', 'ĐẾN (to)'],
    row: (entry) => [entry.code, entry.name, entry.fieldName, entry.level, entry.validFrom, entry.validTo],
  });
  register<Beneficiary>(program, 'beneficiaries', 'Tài khoản thụ hưởng của đơn vị (accounts that units are paid to)', {
    heads: ['ĐƠN VỊ (unit)', 'CÁCH (method)', 'BIN', 'TÀI KHOẢN (account)', 'TÊN (name)', 'TỪ (from)', 'ĐẾN (to)'],
    row: (entry) => [
      ...[entry.unitCode, entry.method, entry.bankBin, entry.accountNumber, entry.accountName],
      ...[entry.validFrom, entry.validTo],
    ],
  });
  register<FeeEntry>(program, 'fees', 'Phí, lệ phí của thủ tục (what procedures cost)', {
    heads: [
      'THỦ TỤC (procedure)',
      'MÃ (code)',
      'TÊN (name)',
      'ĐỒNG (amount)',
      'KÊNH (channel)',
      'TỪ (from)',
      'ĐẾN (to)',
    ],
    row: (entry) => [
      ...[entry.procedureCode, `${entry.kind} ${entry.code}`, entry.name, number(entry.amount.amount), entry.channel],
      ...[entry.validFrom, entry.validTo],
    ],
  });
}

function register<Entry>(
  program: Command,
  name: 'units' | 'procedures' | 'beneficiaries' | 'fees',
  description: string,
  view: { readonly heads: readonly string[]; readonly row: (entry: Entry) => readonly (string | null)[] },
): void {
  const group = program.command(name).description(description);
  remote(
    group
      .command('import')
      .argument('<FILE>', 'tệp CSV (a CSV file)')
      .description('Nạp cả tệp hoặc không gì cả; lỗi nêu số dòng (all of the file or nothing; errors name their lines)')
      .option('--dry-run', 'chỉ kiểm tra và đếm (only check and count)', false)
      .option('--valid-from <DATE>', 'hiệu lực từ, cho tệp không có cột valid_from (for a file without that column)')
      .option('--province <CODE>', 'mã tỉnh, cho tệp không có cột province (for a file without that column)'),
  ).action((file: string, options: ImportOptions) =>
    withGateway(options, async (client) => {
      const query = new URLSearchParams({
        dryRun: String(options.dryRun),
        ...(options.validFrom === undefined ? {} : { validFrom: options.validFrom }),
        ...(options.province === undefined ? {} : { province: options.province }),
      });
      const answer = await client.text<z.infer<typeof registerImported>>(
        `/v1/admin/${name}/import?${query}`,
        readFileSync(file, 'utf8'),
        'text/csv',
      );
      say(
        `${answer.dryRun ? 'Chỉ kiểm tra, chưa ghi gì (checked only, nothing written): ' : ''}${number(answer.lines)} dòng (rows) · thêm (added) ${number(answer.added)} · sửa (changed) ${number(answer.changed)} · giữ nguyên (unchanged) ${number(answer.unchanged)}`,
      );
    }),
  );
  remote(
    group
      .command('list')
      .description('Liệt kê (list)')
      .option('--at <DATE>', 'chỉ những gì có hiệu lực ngày này (only what is valid on that day)')
      .option('--code <CODE>', 'chỉ mã này (only this code)')
      .option('--json', 'dạng JSON (as JSON)', false),
  ).action((options: ListOptions) =>
    withGateway(options, async (client) => {
      const query = new URLSearchParams({
        ...(options.at === undefined ? {} : { at: options.at }),
        ...(options.code === undefined ? {} : { code: options.code }),
      });
      const entries: Entry[] = [];
      for await (const entry of client.items<Entry>(`/v1/admin/${name}?${query}`)) entries.push(entry);
      if (options.json) sayJson(entries);
      else say(table(view.heads, entries.map(view.row)));
    }),
  );
}
