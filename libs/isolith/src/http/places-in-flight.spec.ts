import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { AdaptiveLimit } from '@isolith/resilience';
import { fastify } from 'fastify';
import { PlacesInFlight } from './places-in-flight.js';

const places = new PlacesInFlight(['orders'], {});
const limit = places.limits.get('orders') ?? new AdaptiveLimit();
const ended = jest.spyOn(limit, 'ended');
const server = fastify();
let url: string;

beforeAll(async () => {
  server.addHook('onRequest', (request, reply, done) => {
    places.take(limit, request, reply);
    done();
  });
  server.get('/orders/:id', async ({ url: path }, reply) =>
    reply.code(path.endsWith('/none') ? 404 : 200).send('an order'),
  );
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());
beforeEach(() => void ended.mockClear());

async function endOf(path: string, headers: Record<string, string> = {}): Promise<unknown> {
  await (await fetch(new URL(path, url), { headers })).text();
  await until(() => ended.mock.calls.length > 0);
  return ended.mock.calls[0]?.[0];
}

describe('a request that has ended', () => {
  it('says how long its kind takes, whatever its path', async () => {
    expect(await endOf('/orders/4711?x=1')).toEqual({ kind: 'GET /orders/:id', ms: expect.any(Number) });
  });

  it('says nothing when it was turned down', async () => {
    expect(await endOf('/orders/none')).toBeUndefined();
  });

  it.each(['wait=5', 'respond-async, wait=5', 'Wait = 5; x=y'])(
    'says nothing when it asked to be kept waiting: %s',
    async (prefer) => {
      expect(await endOf('/orders/1', { prefer })).toBeUndefined();
    },
  );

  it.each(['respond-async', 'handling=strict; await=5'])('says it with another preference: %s', async (prefer) => {
    expect(await endOf('/orders/1', { prefer })).toBeDefined();
  });
});
