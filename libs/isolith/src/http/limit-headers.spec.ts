import { expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { tellLimit } from './limit-headers.js';
import { WindowCounter } from './window-counter.js';

/** A reading of a clock: a second after it is a little more than a second away. */
const UNEVEN = 1500.0000004;

it.each([
  [UNEVEN, UNEVEN, '1'],
  [0, 999.9, '1'],
  [0, 0, '1'],
  [0, -1, '2'],
])('a window of a second that began at %s says at %s that it has %s left', async (began, now, left) => {
  let time = began;
  const counter = new WindowCounter({ limit: 3, now: () => time });
  counter.take('ada');
  time = now;
  const server = fastify();
  server.get('/', (_, reply) => {
    tellLimit(reply, counter.limit, counter.take('ada'));
    return 'told';
  });
  const { headers } = await server.inject('/');
  expect(headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '1', 'ratelimit-reset': left });
});
