import { projection } from '@isolith/event-sourcing';
import { LineAdded } from './line-added.js';

export const TOTALS_TABLE = (name: string): string =>
  `CREATE TABLE ${name} (basket_id text PRIMARY KEY, lines integer NOT NULL, total_minor bigint NOT NULL)`;

/** $1 basket, $2 amount. */
export const ADD_TO_TOTALS = (table: string): string =>
  `INSERT INTO ${table} AS basket VALUES ($1, 1, $2)
   ON CONFLICT (basket_id) DO UPDATE SET lines = basket.lines + 1, total_minor = basket.total_minor + $2`;

export const basketTotals = projection({
  name: 'basket-totals',
  version: 1,
  events: [LineAdded],
  table: (name) => [TOTALS_TABLE(name)],
  apply: ({ basketId, quantity, priceMinor }, { table, write }) =>
    write(ADD_TO_TOTALS(table), [basketId, quantity * priceMinor]),
});
