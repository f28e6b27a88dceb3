import { z } from 'zod';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/**
 * `limit` (1 to 100, 20 when absent) and the opaque `cursor` of a list's next page; extend it with the route's own
 * filters.
 */
export const listQuery = z.object({
  // A query string holds text; the API's description says what it stands for.
  limit: z
    .string()
    .refine((text) => /^\d{1,3}$/.test(text), `expected a whole number from 1 to ${MAX_LIMIT}`)
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_LIMIT))
    .default(DEFAULT_LIMIT)
    .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT }),
  cursor: z.string().min(1).max(500).optional(),
});
