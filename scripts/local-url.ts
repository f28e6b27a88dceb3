/** What a host listens on when everybody may come: it names no address that one could go to. */
const EVERYBODY = new Set(['::', '0.0.0.0']);

/**
 * Where people on this machine find a host that listens there.
 * @param host an address or a name, as the ready line or HOST says it @returns without a trailing slash
 */
export const localUrl = (host: string, port: number): string => {
  const address = EVERYBODY.has(host) ? '127.0.0.1' : host;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
};
