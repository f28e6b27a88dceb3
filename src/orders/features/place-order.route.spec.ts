import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import type { OrderStatus } from '../orders.contract.js';
import { customerId, orderId } from '../testing/order-stories.js';
import { address } from '../testing/other-contexts.js';
import { PlaceOrderRoute } from './place-order.route.js';

const input = { lines: [{ sku: 'MUG-001', quantity: 1 }], paymentToken: 'tok_ok', address };

/** The route over buses that answer what the spec says; `onLook` runs before each look at the order. */
async function routeOver(statusAt: (look: number) => OrderStatus, onLook: (look: number) => void = () => undefined) {
  const draining = new AbortController();
  let looks = 0;
  const module = await Test.createTestingModule({
    providers: [
      PlaceOrderRoute,
      { provide: CommandBus, useValue: { execute: async () => ({ orderId }) } },
      {
        provide: QueryBus,
        useValue: {
          execute: async () => {
            looks += 1;
            onLook(looks);
            return {
              id: orderId,
              customerId,
              status: statusAt(looks),
              lines: [],
              totalMinor: 0,
              currency: 'EUR',
              history: [],
            };
          },
        },
      },
      { provide: HostLifecycle, useValue: { draining: draining.signal } },
    ],
  }).compile();
  const raw = new ServerResponse(new IncomingMessage(new Socket()));
  const sent: { status?: number; headers: Record<string, string> } = { headers: {} };
  const reply = {
    raw,
    status: (code: number) => (sent.status = code),
    header: (name: string, value: string) => (sent.headers[name] = value),
  };
  return {
    draining,
    raw,
    sent,
    place: (prefer?: string) => module.get(PlaceOrderRoute).place(input, 'an id', prefer, reply),
    looks: () => looks,
  };
}

describe('POST /v1/orders', () => {
  it('answers at once where the order is, without looking at it', async () => {
    const { place, sent, looks } = await routeOver(() => 'confirmed');
    await expect(place()).resolves.toEqual({ id: orderId, status: 'pending' });
    // No status set here: the route's own 202 stands.
    expect(sent).toEqual({ headers: { Location: `/v1/orders/${orderId}` } });
    expect(looks()).toBe(0);
  });

  it.each(['confirmed', 'rejected'] as const)('answers 200 with the order when the wait sees it %s', async (status) => {
    const { place, sent } = await routeOver((look) => (look > 2 ? status : 'pending'));
    await expect(place('wait=10')).resolves.toMatchObject({ id: orderId, status });
    expect(sent).toEqual({
      status: 200,
      headers: { Location: `/v1/orders/${orderId}`, 'Preference-Applied': 'wait=10' },
    });
  });

  it('answers 202 when the time is up', async () => {
    const { place, sent } = await routeOver(() => 'pending');
    await expect(place('wait=1')).resolves.toEqual({ id: orderId, status: 'pending' });
    expect(sent.status).toBeUndefined();
  });

  it.each(['the host stops', 'the client is gone'] as const)('stops waiting when %s', async (why) => {
    const route = await routeOver(
      () => 'pending',
      (look) => {
        if (look === 2)
          setImmediate(() => (why === 'the host stops' ? route.draining.abort() : route.raw.emit('close')));
      },
    );
    await expect(route.place('wait=30')).resolves.toEqual({ id: orderId, status: 'pending' });
    expect(route.looks()).toBe(3);
  });
});
