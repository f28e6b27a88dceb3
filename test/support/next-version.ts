import type { Version } from './build-version.js';

const CHANNEL = 'z.string().max(20).optional()';

/**
 * The shop as its next release may be, in contracts that only grew:
 *
 *   - inputs have one more optional field: orders tell inventory and payments the channel of a sale
 *   - outputs have one more field: payments tell orders who took the money, which is kept in the state of the checkout,
 *   and
 *     inventory tells the gateway when it counted
 *   - events have one more field: the channel, in those of inventory (`unknown` when orders did not tell) and of orders
 */
export const nextVersion: Version = {
  name: 'next',
  edits: [
    {
      file: 'inventory/inventory.contract.ts',
      from: 'input: z.object({ orderId: OrderId, lines: z.array(StockLine).min(1).max(100) }),',
      to: `input: z.object({ orderId: OrderId, lines: z.array(StockLine).min(1).max(100), channel: ${CHANNEL} }),`,
    },
    {
      file: 'inventory/inventory.contract.ts',
      from: "event('inventory.stock-reserved', {\n  input: z.object({ orderId: OrderId }),",
      to: `event('inventory.stock-reserved', {\n  input: z.object({ orderId: OrderId, channel: ${CHANNEL} }),`,
    },
    {
      file: 'inventory/inventory.contract.ts',
      from: 'input: z.object({ sku: Sku, available: Count }),',
      to: `input: z.object({ sku: Sku, available: Count, channel: ${CHANNEL} }),`,
    },
    {
      file: 'inventory/inventory.contract.ts',
      from: 'z.object({ sku: Sku, onHand: Count, reserved: Count, available: Count });',
      to: 'z.object({ sku: Sku, onHand: Count, reserved: Count, available: Count, countedAt: z.iso.datetime().optional() });',
    },
    {
      file: 'inventory/features/get-stock.ts',
      from: 'return level;',
      to: 'return { ...level, countedAt: new Date().toISOString() };',
    },
    {
      file: 'inventory/features/reserve-stock.ts',
      from: 'execute({ orderId, lines }: ReserveStock)',
      to: "execute({ orderId, lines, channel = 'unknown' }: ReserveStock)",
    },
    {
      file: 'inventory/features/reserve-stock.ts',
      from: 'await this.tell(orderId, wanted, levels);',
      to: 'await this.tell(orderId, wanted, levels, channel);',
    },
    {
      file: 'inventory/features/reserve-stock.ts',
      from: 'levels: ReadonlyMap<string, StockLevel>,\n',
      to: 'levels: ReadonlyMap<string, StockLevel>,\n    channel: string,\n',
    },
    {
      file: 'inventory/features/reserve-stock.ts',
      from: 'new StockReserved({ orderId })',
      to: 'new StockReserved({ orderId, channel })',
    },
    {
      file: 'inventory/features/reserve-stock.ts',
      from: 'new StockLow({ sku, available })',
      to: 'new StockLow({ sku, available, channel })',
    },
    {
      file: 'payments/payments.contract.ts',
      from: "command('payments.charge-payment', {\n  input: z.object({\n    orderId,\n",
      to: `command('payments.charge-payment', {\n  input: z.object({\n    orderId,\n    channel: ${CHANNEL},\n`,
    },
    {
      file: 'payments/payments.contract.ts',
      from: 'output: z.object({ paymentId, settled: z.boolean().optional() }),\n',
      to: 'output: z.object({ paymentId, settled: z.boolean().optional(), provider: z.string().max(40).optional() }),\n',
    },
    {
      file: 'payments/features/charge-payment.ts',
      from: 'return { paymentId };',
      to: "return { paymentId, provider: 'the provider' };",
    },
    {
      file: 'orders/features/checkout.saga.ts',
      from: 'new ReserveStock({ orderId, lines })',
      to: "new ReserveStock({ orderId, lines, channel: 'web' })",
    },
    {
      file: 'orders/features/checkout.saga.ts',
      from: 'new ChargePayment({\n            orderId,\n',
      to: "new ChargePayment({\n            orderId,\n            channel: 'web',\n",
    },
    {
      file: 'orders/features/checkout.saga.ts',
      from: '  paymentId: z.uuid().optional(),',
      to: '  paymentId: z.uuid().optional(),\n  provider: z.string().optional(),',
    },
    {
      file: 'orders/features/checkout.saga.ts',
      from: 'extend: (state, { paymentId, settled = true }) => ({\n          ...state,\n          paymentId,\n',
      to: 'extend: (state, { paymentId, provider, settled = true }) => ({\n          ...state,\n          paymentId,\n          provider,\n',
    },
    {
      file: 'orders/orders.contract.ts',
      from: 'trackingNumber: z.string(), totalMinor: minor, currency }),',
      to: `trackingNumber: z.string(), totalMinor: minor, currency, channel: ${CHANNEL} }),`,
    },
    {
      file: 'orders/domain/checkout.ts',
      from: 'trackingNumber, totalMinor, currency })];',
      to: "trackingNumber, totalMinor, currency, channel: 'web' })];",
    },
    {
      file: 'notifications/features/stock-alerts.choreography.ts',
      from: 'with: ({ sku, available }, { eventId }) =>',
      to: "with: ({ sku, available, channel = 'unknown' }, { eventId }) =>",
    },
    {
      file: 'notifications/features/stock-alerts.choreography.ts',
      from: '`${sku} is running low: ${available} left.`',
      to: '`${sku} is running low after a sale by ${channel}: ${available} left.`',
    },
  ],
};
