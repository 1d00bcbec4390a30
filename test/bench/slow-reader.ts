import { connect } from 'node:net';
import { ADMIN_KEY } from './gateway.ts';

/** Requests in one pipeline, more than are read within a measurement. */
const PIPELINED = 200;
const READ_EVERY_MS = 250;
/** Bytes taken in at a time. */
const CHUNK = 16_384;

/**
 * A client that asks for one wide page after the other on one connection and takes in 16 KB each quarter of a second:
 * what is made for it stays with the server until it has room. The answer ends it and tells how many KB it took.
 */
export function slowReader(url: string, path: string): () => number {
  const { hostname, port } = new URL(url);
  const request = `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${ADMIN_KEY}\r\n\r\n`;
  let bytes = 0;
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  socket.once('connect', () => socket.write(request.repeat(PIPELINED)));
  socket.pause();
  const timer = setInterval(() => {
    const chunk = (socket.read(CHUNK) ?? socket.read()) as Buffer | null;
    bytes += chunk?.length ?? 0;
  }, READ_EVERY_MS);
  return () => {
    clearInterval(timer);
    socket.destroy();
    return Math.round(bytes / 1024);
  };
}
