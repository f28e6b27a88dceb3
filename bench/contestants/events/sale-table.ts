/** What the subscriber writes, the same of all contestants. */
export const SALE_TABLE =
  'CREATE TABLE ledger.sale (id uuid PRIMARY KEY, sku text NOT NULL, quantity integer NOT NULL, at timestamptz NOT NULL DEFAULT now())';
export const COUNT_SALES = 'SELECT count(*)::int AS count FROM ledger.sale';
export const POOL_SIZE = 10;
