/** Says in one line of JSON where a simulator is, and ends it when the process is asked to go. */
export function standAlone(running: {
  readonly url: string;
  readonly controlUrl: string;
  readonly port: number;
  close(): Promise<void>;
}): void {
  const { url, controlUrl, port } = running;
  process.stdout.write(`${JSON.stringify({ url, controlUrl, port })}\n`);
  const stop = (): void => void running.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
