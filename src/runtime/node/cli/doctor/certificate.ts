import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';

/** What a server shows of itself before anything is said to it, and why it is not believed. */
export interface ShownCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** As OpenSSL writes them: `Nov 29 15:30:26 2026 GMT`. */
  readonly from: string;
  readonly until: string;
  /** The code of what is wrong with it, such as `CERT_HAS_EXPIRED`; undefined where it is believed now. */
  readonly wrong: string | undefined;
}

/**
 * The certificate that this server shows, believed or not: nothing is sent over the connection and it is closed at once.
 * Undefined where none was shown in time, or what answers speaks no TLS.
 */
export function shownCertificate(host: string, port: number, waitMs: number): Promise<ShownCertificate | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      ...{ host, port, rejectUnauthorized: false, timeout: waitMs },
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const end = (shown?: ShownCertificate) => {
      socket.destroy();
      resolve(shown);
    };
    socket.once('secureConnect', () => end(read(socket.getPeerCertificate(), socket.authorizationError)));
    socket.once('timeout', () => end());
    socket.once('error', () => end());
    socket.once('close', () => end());
  });
}

function read(shown: Partial<PeerCertificate>, wrong: unknown): ShownCertificate | undefined {
  if (shown.valid_from === undefined || shown.valid_to === undefined) return undefined;
  return {
    subject: named(shown.subject, shown.subjectaltname),
    issuer: named(shown.issuer),
    from: shown.valid_from,
    until: shown.valid_to,
    wrong: wrong == null ? undefined : wrong instanceof Error ? codeOf(wrong) : String(wrong),
  };
}

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.message;

/** Whom it names: its common name, its organisation, or the names beside them. */
function named(name: PeerCertificate['subject'] | undefined, others?: string): string {
  const first = (words: string | string[] | undefined) => (Array.isArray(words) ? words.join(', ') : words);
  const text = first(name?.CN) ?? first(name?.O) ?? others ?? '?';
  // It is a stranger's word on our terminal.
  return text.replace(/[^\p{L}\p{N} .,:*@_-]/gu, '?').slice(0, 200);
}
