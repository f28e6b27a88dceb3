import { command, event, failure, personal, role, service } from '@isolith/contracts';
import { z } from 'zod';

const Line = z.object({ sku: z.string().min(1), quantity: z.int().min(1) });

export class OutOfStock extends failure('inventory.out-of-stock', {
  data: z.object({ sku: z.string() }),
  status: 409,
  detail: ({ sku }) => `${sku} is out of stock`,
}) {}

export class ReserveStock extends command('inventory.reserve-stock', {
  input: z.object({ orderId: z.uuid(), lines: z.array(Line).min(1), recipient: personal(z.string()).optional() }),
  output: z.object({ reservationId: z.uuid() }),
  failures: [OutOfStock],
  access: [service('orders'), role('admin')],
}) {}

export class StockReserved extends event('inventory.stock-reserved', {
  input: z.object({ orderId: z.uuid(), lines: z.array(Line) }),
  key: 'orderId',
}) {}
