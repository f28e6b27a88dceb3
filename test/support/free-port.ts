import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/*
 * Not ports that the system hands out by itself (Linux: from 32768 on): a client that keeps trying to reach a host that is
 * down there can be given the very port that it tries, connect to itself, and keep the host from coming back.
 */
const FIRST = 12_000;
const END = 20_000;
const TRIES = 200;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** A port that is free on 127.0.0.1 now, for a host that is to come back on the same one. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FIRST, END);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${FIRST} and ${END} on 127.0.0.1`);
}
