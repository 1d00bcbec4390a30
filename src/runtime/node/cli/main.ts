#!/usr/bin/env node
import { Command } from 'commander';
import { PROGRAM_VERSION } from '../../../store/migrations/migration.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `lienthong needs Node 22.18 or newer and this is ${process.versions.node}. Through npm (npm start, npm run demo, npx lienthong) the project's own Node is used.\n`,
  );
  process.exit(2);
}

const program = new Command('lienthong')
  .description(
    'Cổng tích hợp của tỉnh: một hợp đồng phía trước, các hệ thống quốc gia phía sau (the integration gateway of a province)',
  )
  .version(PROGRAM_VERSION);

program
  .command('serve')
  .description('Chạy cổng theo biến môi trường (run the gateway, configured by environment)')
  .action(async () => (await import('./serve.ts')).serve());

await program.parseAsync();
