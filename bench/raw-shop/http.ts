import { randomUUID } from 'node:crypto';
import { fastify } from 'fastify';
import { z } from 'zod';
import type { NewOrder } from './messages.js';

const order = z.object({
  lines: z.array(z.object({ sku: z.string(), quantity: z.int() })),
  paymentToken: z.string(),
  address: z.looseObject({}),
});

/** `POST /v1/orders`, for one customer, without a token. */
export async function serveOrders(
  place: (id: string, order: NewOrder) => Promise<{ orderId: string }>,
): Promise<{ address: string; close: () => Promise<void> }> {
  const app = fastify({ logger: false });
  const customerId = randomUUID();
  app.post('/v1/orders', async (request, reply) => {
    const { orderId } = await place(randomUUID(), { customerId, ...order.parse(request.body) });
    return reply.status(202).send({ id: orderId, status: 'pending' });
  });
  return { address: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
}
