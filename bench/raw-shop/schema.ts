import type { Pool } from 'pg';

/** The same rows as the shop writes, with the same indexes; a schema per context, as there. */
const journalAndInbox = (schema: string): string => `
  CREATE SCHEMA ${schema};
  CREATE TABLE ${schema}.journal (
    position bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY, stream text, version integer, type text NOT NULL, key text NOT NULL,
    data jsonb NOT NULL, metadata jsonb NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now());
  CREATE UNIQUE INDEX ON ${schema}.journal (stream, version) WHERE stream IS NOT NULL;
  CREATE TABLE ${schema}.inbox (
    consumer text NOT NULL, message_id text NOT NULL, outcome jsonb, recorded_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (consumer, message_id));`;

const SCHEMA = `
  ${['products', 'inventory', 'payments', 'shipments', 'notifications', 'orders'].map(journalAndInbox).join('\n')}
  CREATE SCHEMA sandbox_provider;
  CREATE TABLE products.products (sku text PRIMARY KEY, name text NOT NULL, price_minor bigint NOT NULL, currency text NOT NULL);
  CREATE TABLE inventory.stock (sku text PRIMARY KEY, on_hand integer NOT NULL, reserved integer NOT NULL DEFAULT 0, CHECK (reserved BETWEEN 0 AND on_hand));
  CREATE TABLE inventory.reservations (order_id uuid PRIMARY KEY, state text NOT NULL, lines jsonb NOT NULL, changed_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE payments.payment (
    order_id uuid PRIMARY KEY, payment_id uuid NOT NULL UNIQUE, provider_key uuid NOT NULL UNIQUE, status text NOT NULL, amount_minor bigint NOT NULL,
    currency text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), captured_at timestamptz);
  CREATE TABLE sandbox_provider.ledger (
    key uuid PRIMARY KEY, order_id uuid NOT NULL, state text NOT NULL, currency text NOT NULL, captured_minor bigint NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON sandbox_provider.ledger (order_id);
  CREATE TABLE shipments.shipment (
    order_id uuid PRIMARY KEY, shipment_id uuid NOT NULL UNIQUE, tracking_number text NOT NULL UNIQUE, status text NOT NULL, lines jsonb NOT NULL, address jsonb,
    created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE notifications.notifications (
    id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY UNIQUE, recipient_user uuid NOT NULL, kind text NOT NULL, text text NOT NULL, order_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), sent_at timestamptz);
  CREATE INDEX ON notifications.notifications (recipient_user, position DESC);
  CREATE TABLE orders.order_view (
    order_id uuid PRIMARY KEY, customer_id uuid NOT NULL, status text NOT NULL, lines jsonb NOT NULL, total_minor bigint NOT NULL, currency text NOT NULL,
    payment_id uuid, tracking_number text, history jsonb NOT NULL, settled boolean NOT NULL, placed_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON orders.order_view (placed_at DESC, order_id DESC);
  CREATE INDEX ON orders.order_view (customer_id, placed_at DESC, order_id DESC);
  CREATE TABLE orders.order_details (order_id uuid PRIMARY KEY, payment_token text, address jsonb);
  CREATE TABLE orders.saga (
    id text PRIMARY KEY, revision integer NOT NULL DEFAULT 1, status text NOT NULL, state jsonb NOT NULL, step text, done jsonb NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON orders.saga (due_at) WHERE status = 'running';
  CREATE INDEX ON orders.saga (status);
  CREATE TABLE orders.saga_transition (id text NOT NULL, seq integer NOT NULL, at timestamptz NOT NULL DEFAULT now(), what text NOT NULL, PRIMARY KEY (id, seq));
`;

/** More of each than any run orders. */
const ON_HAND = 1_000_000_000;

export async function createSchema(pool: Pool, skus: readonly string[]): Promise<void> {
  await pool.query(SCHEMA);
  await pool.query(
    `INSERT INTO products.products SELECT sku, 'Thing ' || sku, 1250, 'EUR' FROM unnest($1::text[]) AS sku`,
    [skus],
  );
  await pool.query('INSERT INTO inventory.stock SELECT sku, $2 FROM unnest($1::text[]) AS sku', [skus, ON_HAND]);
}
