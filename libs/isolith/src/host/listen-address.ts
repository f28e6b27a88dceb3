import { createServer } from 'node:net';

/** Everybody, over IPv6 and IPv4. */
const EVERYBODY = '::';
const EVERYBODY_OVER_IPV4 = '0.0.0.0';

/**
 * The address to listen on for HOST. A machine without IPv6 has no `::`, and the image asks for it everywhere: there it
 * means the rest of everybody.
 */
export async function listenAddress(
  host: string,
  canListen: (address: string) => Promise<boolean> = probe,
): Promise<string> {
  return host !== EVERYBODY || (await canListen(EVERYBODY)) ? host : EVERYBODY_OVER_IPV4;
}

function probe(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen({ host: address, port: 0 }, () => server.close(() => resolve(true)));
  });
}
