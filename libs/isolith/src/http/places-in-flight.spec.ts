import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { AdaptiveLimit } from '@isolith/resilience';
import { fastify } from 'fastify';
import { PlacesInFlight } from './places-in-flight.js';

const places = new PlacesInFlight(['orders'], {});
const limit = places.limits.get('orders') ?? new AdaptiveLimit();
const ended = jest.spyOn(limit, 'ended');
const server = fastify();
/** The client of the stream has left. */
const closed = Promise.withResolvers<void>();
let url: string;

beforeAll(async () => {
  server.addHook('onRequest', (request, reply, done) => {
    places.take(limit, request, reply);
    done();
  });
  server.get('/orders/:id', async ({ url: path }, reply) =>
    reply.code(path.endsWith('/none') ? 404 : 200).send('an order'),
  );
  server.get('/waited', (_, reply) => reply.header('preference-applied', 'wait=30').send('an answer'));
  server.get('/events', async (request, reply) => {
    const handled = places.handled(request);
    reply.raw.once('close', () => closed.resolve());
    const events = new PassThrough();
    events.write('event: begins\n\n');
    reply.header('content-type', 'text/event-stream');
    void reply.send(events);
    handled();
    return reply;
  });
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => {
  // The client that leaves connects anew at once; a connection that has asked for nothing is none that idles.
  server.server.closeAllConnections();
  return server.close();
});
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

  it('says nothing when it was kept waiting, whether or not it had asked for that', async () => {
    expect(await endOf('/waited')).toBeUndefined();
  });
});

describe('a stream of events', () => {
  it('gives its place back when it is open, once, and says nothing', async () => {
    const leave = new AbortController();
    const answer = await fetch(new URL('/events', url), { signal: leave.signal });
    await answer.body?.getReader().read();
    await until(() => ended.mock.calls.length > 0);
    expect(limit.state().inFlight).toBe(0);
    leave.abort();
    await closed.promise;
    expect(ended.mock.calls).toEqual([[undefined]]);
  });
});
