import { EVENT_TYPE } from './raw-journal.js';

/**
 * Events of lines as `lineOf` makes them, written by the server: a million through a unit of work would take minutes.
 * `stream` is SQL for the basket of the n-th event, `version` for its version in there.
 */
export const fill = (events: number, { basket, version }: { basket: string; version: string }): string =>
  `INSERT INTO baskets.journal (stream, version, type, schema_version, key, data, metadata)
   SELECT basket, version, '${EVENT_TYPE}', 1, basket,
     jsonb_build_object('basketId', basket, 'line', n, 'sku', 'SKU-' || n, 'quantity', 1 + n % 9, 'priceMinor', 1000 + n, 'at', '2026-01-01T00:00:00.000Z'),
     jsonb_build_object('id', gen_random_uuid(), 'correlationid', 'c', 'principal', jsonb_build_object('service', 'baskets', 'roles', '[]'::jsonb))
   FROM (SELECT n, ${basket} AS basket, ${version} AS version FROM generate_series(1, ${events}) AS n) AS lines
   WHERE pg_current_xact_id() IS NOT NULL`;
