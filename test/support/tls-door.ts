import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import { temporaryFolder } from './host.js';

/** A client of PostgreSQL asks for TLS with these eight bytes, and begins when it gets an S. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** What signs itself for 127.0.0.1, for so many days. */
export interface Certificate {
  readonly keyFile: string;
  readonly certificateFile: string;
}

export function newCertificate(days: number): Certificate {
  const folder = temporaryFolder();
  const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=isolith-spec', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
  execFileSync('openssl', ['req', '-x509', '-days', String(days), ...key, '-out', certificateFile, ...subject], {
    stdio: 'ignore',
  });
  return { keyFile, certificateFile };
}

/** A server of TLS in front of one that has none: a broker, or PostgreSQL, whose clients ask for it first. */
export class TlsDoor {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async before(target: string, { keyFile, certificateFile }: Certificate): Promise<TlsDoor> {
    const { hostname: host, port } = new URL(target);
    const secureContext = createSecureContext({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) });
    const server = createServer((client) => {
      door.keep(client);
      client.once('readable', () => {
        const asks = client.read(SSL_REQUEST.length);
        if (Buffer.isBuffer(asks) && asks.equals(SSL_REQUEST)) client.write('S');
        else if (asks !== null) client.unshift(asks);
        const inside = new TLSSocket(client, { isServer: true, secureContext });
        const behind = connect({ host, port: Number(port) });
        for (const socket of [inside, behind]) door.keep(socket);
        inside.pipe(behind).pipe(inside);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the door has no port');
    const door = new TlsDoor(server, address.port);
    return door;
  }

  /** The same URL, through the door. */
  url(target: string, protocol: string): string {
    return target.replace(/^\w+:/, protocol).replace(/@[^/]+/, `@127.0.0.1:${this.port}`);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    // Whoever is behind it sees the end.
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
