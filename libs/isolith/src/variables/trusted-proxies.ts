import { BlockList, isIP } from 'node:net';

/** Whether the header that names this address was written by a proxy of ours; `hop` 0 is the connection itself. */
export type TrustedProxies = (address: string, hop: number) => boolean;

const MOST_HOPS = 32;
const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Reads `10.0.0.0/8,192.168.1.4,fd00::/8`, or how many proxies stand in front. Undefined for anything else: whoever is
 * trusted without being meant writes addresses of clients as he likes.
 */
export function trustedProxies(text: string): TrustedProxies | undefined {
  if (/^\d{1,3}$/.test(text)) {
    const hops = Number(text);
    return hops >= 1 && hops <= MOST_HOPS ? (_address, hop) => hop < hops : undefined;
  }
  const trusted = new BlockList();
  for (const entry of text.split(',').map((one) => one.trim())) {
    const [address = '', bits, more] = entry.split('/');
    const widest = isIP(address) === 6 ? 128 : 32;
    if (isIP(address) === 0 || address.includes('%') || more !== undefined) return undefined;
    if (bits === undefined) trusted.addAddress(address, family(address));
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= widest)
      trusted.addSubnet(address, Number(bits), family(address));
    else return undefined;
  }
  return (address) => isIP(address) !== 0 && trusted.check(address, family(address));
}
