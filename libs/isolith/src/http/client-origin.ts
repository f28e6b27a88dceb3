import { isIP } from 'node:net';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { identityOf } from './identity.js';

/** Groups of a network that one customer of a provider gets. */
const GROUPS_OF_A_NETWORK = 4;
const GROUPS = 8;

/** What a client wrote into a header that is believed may be no address; then it is the connection that counts. */
export const addressOf = ({ ip, raw }: FastifyRequest): string =>
  isIP(ip) === 0 ? (raw.socket.remoteAddress ?? '') : ip;

/**
 * The part of an address that its holder can't change at will: all of an IPv4 address, the first 64 bits of an IPv6
 * one.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const [withoutZone = ''] = address.toLowerCase().split('%');
  const [head = '', tail] = withoutZone.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, GROUPS - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups
    .slice(0, GROUPS_OF_A_NETWORK)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

/**
 * Route parameter: a pseudonym of the network that the request comes from, to count by. It is the same on every host
 * and for as long as the secret of the hosts is; the address can't be told from it.
 */
export const ClientOrigin = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return identityOf(request).digest(`origin ${networkOf(addressOf(request))}`);
});
