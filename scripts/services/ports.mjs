import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/*
 * Not ports that the system hands out by itself (Linux: from 32768 on): while a broker is down for a test, a client that keeps trying to
 * reach it there can be given the very port that it tries, connect to itself, and keep the broker from coming back.
 */
const FIRST = 20_000;
const END = 32_000;
const TRIES = 200;

/** @param {number} port @returns {Promise<boolean>} */
const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** @param {number} count @returns {Promise<number[]>} that many different ports that are free on 127.0.0.1 now */
export const freePorts = async (count) => {
  /** @type {Set<number>} */
  const found = new Set();
  for (let tries = 0; found.size < count && tries < TRIES; tries += 1) {
    const port = randomInt(FIRST, END);
    if (await isFree(port)) found.add(port);
  }
  if (found.size < count) throw new Error(`no ${count} free ports between ${FIRST} and ${END} on 127.0.0.1`);
  return [...found];
};
