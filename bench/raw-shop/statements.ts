/**
 * One statement for each transaction, so one round trip with its commit: what one would write by hand if nothing else
 * counted. Each writes the rows that the shop writes: state, inbox, journal, saga.
 */
export const prices = {
  name: 'prices',
  text: 'SELECT sku, name, price_minor::int AS "priceMinor", currency FROM products.products WHERE sku = ANY($1::text[])',
};

const inbox = (schema: string, consumer: string, id: string, outcome: string, when = ''): string =>
  `handled AS (INSERT INTO ${schema}.inbox (consumer, message_id, outcome) SELECT '${consumer}', ${id}, ${outcome}${when})`;
const journal = (schema: string, type: string, key: string, data: string, metadata: string, rest = ''): string =>
  `INSERT INTO ${schema}.journal (type, key, data, metadata) SELECT '${type}', ${key}, ${data}, ${metadata}${rest}`;

/**
 * $1 order, $2 command, $3 customer, $4 lines, $5 total, $6 currency, $7 token, $8 address, $9 saga state, $10 event,
 * $11 metadata.
 */
export const place = {
  name: 'place',
  text: `WITH
  ${inbox('orders', '*', '$2::text', `jsonb_build_object('outcome', 'success', 'value', jsonb_build_object('orderId', $1::uuid))`)},
  details AS (INSERT INTO orders.order_details (order_id, payment_token, address) VALUES ($1::uuid, $7, $8::jsonb)),
  shown AS (INSERT INTO orders.order_view (order_id, customer_id, status, lines, total_minor, currency, history, settled)
    VALUES ($1::uuid, $3::uuid, 'pending', $4::jsonb, $5::bigint, $6, jsonb_build_array(jsonb_build_object('status', 'pending', 'at', now())), false)),
  begun AS (INSERT INTO orders.saga (id, status, state, step, done) VALUES ($1::uuid::text, 'running', $9::jsonb, 'reserve-stock', '[]')),
  noted AS (INSERT INTO orders.saga_transition (id, seq, what) VALUES ($1::uuid::text, 1, 'begun'))
  INSERT INTO orders.journal (stream, version, type, key, data, metadata)
  SELECT 'order-' || $1::uuid::text, 1, 'orders.order-placed', $1::uuid::text, $10::jsonb, $11::jsonb`,
};

/** $1 order, $2 revision that it follows, $3 state, $4 step, $5 done, $6 what. No row: somebody else has saved it. */
export const save = {
  name: 'save',
  text: `WITH moved AS (
    UPDATE orders.saga SET state = $3::jsonb, step = $4, done = $5::jsonb, revision = revision + 1, updated_at = now() WHERE id = $1 AND revision = $2::int
    RETURNING id, revision)
  INSERT INTO orders.saga_transition (id, seq, what) SELECT id, revision, $6 FROM moved`,
};

/** $1 order, $2 command, $3 skus, $4 quantities, $5 lines, $6 event, $7 metadata. No row: not all of it is there. */
export const reserve = {
  name: 'reserve',
  text: `WITH moved AS (
    UPDATE inventory.stock s SET reserved = s.reserved + w.quantity FROM unnest($3::text[], $4::int[]) AS w (sku, quantity) WHERE s.sku = w.sku RETURNING s.sku),
  kept AS (INSERT INTO inventory.reservations (order_id, state, lines) VALUES ($1::uuid, 'reserved', $5::jsonb)),
  ${inbox('inventory', '*', '$2::text', `'{"outcome": "success"}'::jsonb`)}
  ${journal('inventory', 'inventory.stock-reserved', '$1::uuid::text', '$6::jsonb', '$7::jsonb', ' WHERE EXISTS (SELECT FROM moved)')}`,
};

/** $1 order, $2 payment, $3 provider's key, $4 amount, $5 currency. */
export const intend = {
  name: 'intend',
  text: `INSERT INTO payments.payment (order_id, payment_id, provider_key, status, amount_minor, currency)
  VALUES ($1, $2, $3, 'pending', $4, $5)`,
};
/** $1 key, $2 order, $3 currency, $4 amount. */
export const capture = {
  name: 'capture',
  text: `INSERT INTO sandbox_provider.ledger (key, order_id, state, currency, captured_minor) VALUES ($1, $2, 'captured', $3, $4)`,
};
/** $1 order, $2 command, $3 event, $4 metadata, $5 reply. */
export const captured = {
  name: 'captured',
  text: `WITH moved AS (
    UPDATE payments.payment SET status = 'captured', captured_at = now() WHERE order_id = $1::uuid AND status = 'pending' RETURNING order_id),
  ${inbox('payments', '*', '$2::text', '$5::jsonb')}
  ${journal('payments', 'payments.payment-captured', '$1::uuid::text', '$3::jsonb', '$4::jsonb', ' FROM moved')}`,
};

/** $1 order, $2 command, $3 shipment, $4 tracking number, $5 lines, $6 address, $7 reply. */
export const ship = {
  name: 'ship',
  text: `WITH ${inbox('shipments', '*', '$2::text', '$7::jsonb')}
  INSERT INTO shipments.shipment (order_id, shipment_id, tracking_number, status, lines, address) VALUES ($1, $3, $4, 'created', $5::jsonb, $6::jsonb)`,
};

/**
 * $1 order, $2 command, $3 payment, $4 tracking number, $5 event, $6 metadata, $7 revision, $8 state. The shipment's
 * save rides with it.
 */
export const confirm = {
  name: 'confirm',
  text: `WITH shown AS (
    UPDATE orders.order_view SET status = 'confirmed', settled = true, payment_id = $3::uuid, tracking_number = $4,
      history = history || jsonb_build_array(jsonb_build_object('status', 'confirmed', 'at', now()))
    WHERE order_id = $1::uuid AND status = 'pending' RETURNING order_id),
  erased AS (UPDATE orders.order_details SET payment_token = NULL, address = NULL WHERE order_id = $1::uuid),
  moved AS (UPDATE orders.saga SET status = 'completed', state = $8::jsonb, step = NULL, done = '["reserve-stock", "charge-payment", "create-shipment", "confirm-order"]',
    revision = revision + 2, updated_at = now() WHERE id = $1::uuid::text AND revision = $7::int RETURNING id, revision),
  noted AS (INSERT INTO orders.saga_transition (id, seq, what) SELECT id, revision - nth, CASE nth WHEN 1 THEN 'create-shipment done' ELSE 'confirm-order done' END
    FROM moved, generate_series(0, 1) AS nth),
  ${inbox('orders', '*', '$2::text', `'{"outcome": "success"}'::jsonb`)}
  INSERT INTO orders.journal (stream, version, type, key, data, metadata)
  SELECT 'order-' || $1::uuid::text, 2, 'orders.order-confirmed', $1::uuid::text, $5::jsonb, $6::jsonb FROM shown, moved`,
};

/** $1 notice, $2 customer, $3 text, $4 order, $5 event. */
export const notify = {
  name: 'notify',
  text: `WITH ${inbox('notifications', 'order-mails', '$5::text', 'NULL::jsonb')}
  INSERT INTO notifications.notifications (id, recipient_user, kind, text, order_id, sent_at) VALUES ($1, $2, 'order-confirmed', $3, $4, now())`,
};
