import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** An address that stays while the process behind it dies and another takes its place. Nobody behind it: a reset. */
export interface Relay {
  readonly url: string;
  /** The port on loopback that is reached through it from now on. */
  leadTo(port: number | undefined): void;
  /** The next answer goes no further than here: its caller meets a reset. */
  loseAnswer(): void;
  close(): Promise<void>;
}

export async function startRelay(): Promise<Relay> {
  let behind: number | undefined;
  let losing = false;
  const open = new Set<Socket>();
  const server = createServer((caller) => {
    open.add(caller);
    caller.once('close', () => open.delete(caller));
    caller.on('error', () => undefined);
    if (behind === undefined) {
      caller.resetAndDestroy();
      return;
    }
    const target = connect(behind, '127.0.0.1');
    target.on('error', () => caller.resetAndDestroy());
    target.once('close', () => caller.destroy());
    caller.once('close', () => target.destroy());
    target.on('data', () => {
      if (!losing) return;
      losing = false;
      caller.resetAndDestroy();
    });
    caller.pipe(target).pipe(caller);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (port) => {
      behind = port;
    },
    loseAnswer: () => {
      losing = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
