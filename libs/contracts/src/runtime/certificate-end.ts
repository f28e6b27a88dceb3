import { TLSSocket } from 'node:tls';

/** What is read of a certificate; of a peer without one Node.js gives an object without any of it. */
interface Shown {
  readonly valid_to?: string;
  /** Its own at the end of the chain. */
  readonly issuerCertificate?: Shown;
}

/**
 * When the first certificate of the chain that the peer of a connection has shown ends, in milliseconds since 1970;
 * undefined without TLS, and where it has shown none.
 */
export function certificateEnd(socket: unknown): number | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const chain = new Set<Shown>();
  for (
    let shown: Shown | undefined = socket.getPeerCertificate(true);
    shown !== undefined && !chain.has(shown);
    shown = shown.issuerCertificate
  )
    chain.add(shown);
  const ends = [...chain].flatMap(({ valid_to: end }) => (end === undefined ? [] : [Date.parse(end)]));
  return ends.length === 0 ? undefined : Math.min(...ends);
}
