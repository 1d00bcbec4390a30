import type { Command } from 'commander';

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('Chạy cổng theo biến môi trường (run the gateway, configured by environment)')
    .action(async () => (await import('../actions/serve.ts')).serve());
}
