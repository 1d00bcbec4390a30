#!/usr/bin/env node
/** The entry of `lienthong`: nothing is loaded before this Node is known to be new enough to run it. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `lienthong cần Node 22.18 trở lên, đây là ${process.versions.node} (needs Node 22.18 or newer). Hãy chạy qua npm: npm start, npm run demo, npx lienthong — npm dùng Node của dự án (through npm the project's own Node is used).\n`,
  );
  process.exit(2);
}

// What is made of the sources is kept with the installed packages: the next start is quicker, and a server that needs no
// compiler of types holds 36 MB less. Threads are told by the environment. Where nothing can be written there it starts as before.
const { enableCompileCache } = await import('node:module');
const { fileURLToPath } = await import('node:url');
const { directory } =
  enableCompileCache?.(fileURLToPath(new URL('../../../../node_modules/.cache/lienthong', import.meta.url))) ?? {};
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;

const { run } = await import('./program.ts');
await run(process.argv.slice(2));
