/**
 * What a shop of so many orders has in its tables, written with INSERT … SELECT: ten journal rows per order in a
 * context of its own, whose journal is then appended to and loaded from, and the rows that a checkout leaves behind. $1
 * and $2: the first and the last order. Ids are spread over their indexes as real ones are.
 */
const id = (what: string): string => `md5('${what}' || n)::uuid`;
const orders = 'generate_series($1::bigint, $2::bigint) AS n';

const metadata = (service: string): string =>
  `jsonb_build_object('id', gen_random_uuid(), 'correlationid', gen_random_uuid(), 'principal', '{"service": "${service}", "roles": []}'::jsonb)`;

const inbox = (schema: string): string => `
  INSERT INTO ${schema}.inbox (consumer, message_id, digest, outcome)
  SELECT '*', ${id(schema)}::text, md5(n::text) || md5(n::text), '{"outcome": "success", "value": {}}' FROM ${orders}`;

export interface Ballast {
  /** For the progress. */
  readonly table: string;
  readonly sql: string;
}

const journals: readonly Ballast[] = [
  {
    table: 'baskets.journal',
    sql: `INSERT INTO baskets.journal (stream, version, type, schema_version, key, data, metadata)
      SELECT 'basket-' || ${id('basket')}, line, 'baskets.line-added', 1, ${id('basket')}::text,
        jsonb_build_object('basketId', ${id('basket')}, 'line', line, 'sku', 'SKU-' || line, 'quantity', 1, 'priceMinor', 1000, 'at', '2026-01-01T00:00:00.000Z'),
        ${metadata('baskets')}
      FROM ${orders}, generate_series(1, 10) AS line`,
  },
  {
    table: 'orders.journal',
    sql: `INSERT INTO orders.journal (stream, version, type, schema_version, key, data, metadata)
      SELECT 'order-' || ${id('order')}, version, CASE version WHEN 1 THEN 'orders.order-placed' ELSE 'orders.order-confirmed' END, 1, ${id('order')}::text,
        jsonb_build_object('orderId', ${id('order')}, 'at', '2026-01-01T00:00:00.000Z', 'totalMinor', 1250), ${metadata('orders')}
      FROM ${orders}, generate_series(1, 2) AS version`,
  },
];

const rows: readonly Ballast[] = [
  {
    // Delivered: those that a measurement confirms are counted.
    table: 'orders.order_view',
    sql: `INSERT INTO orders.order_view (order_id, customer_id, status, lines, total_minor, currency, payment_id, tracking_number, history, settled, placed_at)
      SELECT ${id('order')}, md5('customer' || n / 10)::uuid, 'delivered', '[{"sku": "OLD-1", "quantity": 1, "unitPriceMinor": 1250}]', 1250, 'EUR', ${id('payment')}, 'OLD-' || n,
        '[{"status": "pending", "at": "2026-01-01T00:00:00.000Z"}, {"status": "confirmed", "at": "2026-01-01T00:00:01.000Z"}]', true, now() - n * interval '10 seconds'
      FROM ${orders}`,
  },
  {
    table: 'orders.order_details',
    sql: `INSERT INTO orders.order_details (order_id) SELECT ${id('order')} FROM ${orders}`,
  },
  {
    table: 'orders.saga',
    sql: `INSERT INTO orders.saga (name, id, version, revision, status, state, done, principal, correlation_id)
      SELECT 'orders.checkout', ${id('order')}::text, 1, 6, 'completed', jsonb_build_object('orderId', ${id('order')}, 'totalMinor', 1250, 'currency', 'EUR'),
        '["reserve", "charge", "ship", "confirm"]', '{"service": "orders", "roles": []}', gen_random_uuid()::text
      FROM ${orders}`,
  },
  {
    table: 'orders.saga_transition',
    sql: `INSERT INTO orders.saga_transition (name, id, seq, what) SELECT 'orders.checkout', ${id('order')}::text, seq, 'step ' || seq || ' is done' FROM ${orders}, generate_series(1, 5) AS seq`,
  },
  { table: 'orders.inbox', sql: inbox('orders') },
  {
    table: 'inventory.reservations',
    sql: `INSERT INTO inventory.reservations (order_id, state, lines) SELECT ${id('order')}, 'committed', '[{"sku": "OLD-1", "quantity": 1}]' FROM ${orders}`,
  },
  { table: 'inventory.inbox', sql: inbox('inventory') },
  {
    table: 'payments.payment',
    sql: `INSERT INTO payments.payment (order_id, payment_id, provider_key, status, amount_minor, currency, captured_at)
      SELECT ${id('order')}, ${id('payment')}, ${id('provider')}, 'captured', 1250, 'EUR', now() FROM ${orders}`,
  },
  { table: 'payments.inbox', sql: inbox('payments') },
  {
    table: 'shipments.shipment',
    sql: `INSERT INTO shipments.shipment (order_id, shipment_id, tracking_number, status, lines, delivered_at)
      SELECT ${id('order')}, ${id('shipment')}, 'OLD-' || n, 'delivered', '[{"sku": "OLD-1", "quantity": 1}]', now() FROM ${orders}`,
  },
  { table: 'shipments.inbox', sql: inbox('shipments') },
  {
    table: 'notifications.notifications',
    sql: `INSERT INTO notifications.notifications (id, recipient_user, kind, text, order_id, sent_at)
      SELECT ${id('notification')}, md5('customer' || n / 10)::uuid, 'order-confirmed', 'Your order is confirmed.', ${id('order')}, now() FROM ${orders}`,
  },
];

export const ballast: readonly Ballast[] = [...journals, ...rows];

/** All of it has been handed over long ago: subscriptions begin behind it. */
export const HANDED_OVER = ['baskets', 'orders'].map(
  (schema) =>
    `UPDATE ${schema}.subscription_checkpoint SET position = greatest(position, (SELECT coalesce(max(position), 0) FROM ${schema}.journal))`,
);
