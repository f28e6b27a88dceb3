import type { ConnectionWrites } from './connection-writes.js';
import { DirectWrites } from './direct-writes.js';
import { DriverWrites } from './driver-writes.js';
import { isWire, missingIn } from './wire.js';

/**
 * The version whose inside direct writes use. Another one is entered when `direct-writes.services.spec.ts` has passed
 * with it.
 */
export const KNOWN_AMQPLIB = '2.3.1';

/** @param version of amqplib; undefined when nobody can tell */
export function writesOf(connection: object, version: string | undefined): ConnectionWrites {
  if (version === undefined)
    return new DriverWrites(`the version of amqplib can't be read; direct writes know ${KNOWN_AMQPLIB}`);
  if (version !== KNOWN_AMQPLIB)
    return new DriverWrites(`amqplib ${version} is not the version that direct writes know, ${KNOWN_AMQPLIB}`);
  if (isWire(connection)) return new DirectWrites(connection);
  return new DriverWrites(`a connection of amqplib ${version} has no ${missingIn(connection).join(', ')}`);
}
