import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/*
 * Not ports that the system hands out by itself (Linux: from 32768 on): while a server is down for a test, a client
 * that keeps trying to reach it there can be given the very port that it tries, connect to itself, and keep the server
 * from coming back. Nor does a host get the port of a broker that is down: it looks free.
 */
const RANGES = { hosts: { first: 12_000, end: 20_000 }, servers: { first: 20_000, end: 32_000 } };
const TRIES = 200;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** @returns that many different ports that are free on 127.0.0.1 now, for whatever is to come back on the same ones */
export const freePorts = async (count: number, of: keyof typeof RANGES): Promise<number[]> => {
  const { first, end } = RANGES[of];
  const found: Set<number> = new Set();
  for (let tries = 0; found.size < count && tries < TRIES; tries += 1) {
    const port = randomInt(first, end);
    if (await isFree(port)) found.add(port);
  }
  if (found.size < count) throw new Error(`no ${count} free ports between ${first} and ${end} on 127.0.0.1`);
  return [...found];
};
