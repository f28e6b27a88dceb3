import { z } from 'zod';
import type { Witness } from '../ground/witness.js';

const minor = z.coerce.number().int();
const entry = z.object({ key: z.uuid(), orderId: z.uuid(), capturedMinor: minor, refundedMinor: minor });

/** One idempotency key in the books of the provider. */
export type LedgerEntry = z.output<typeof entry>;

export function providerLedger(witness: Witness): Promise<LedgerEntry[]> {
  return witness.query(
    entry,
    `SELECT key, order_id AS "orderId", captured_minor AS "capturedMinor", refunded_minor AS "refundedMinor" FROM sandbox_provider.ledger`,
  );
}
