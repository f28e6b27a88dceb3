import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { runAs } from '@isolith/message-bus';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { LedgerEntry } from '../../domain/comparison.js';
import { SANDBOX } from '../../payments.context.js';
import type { ChargeRequest, ChargeState } from './payment-provider.js';

const EntryRow = z.object({
  state: z.enum(['pending', 'captured', 'refunded', 'declined', 'voided']),
  reason: z.string().nullable(),
});
const AttemptRow = z.object({ attempts: z.coerce.number().int() });
const minor = z.coerce.number().int();
const LedgerRow = z.object({ orderId: z.string(), currency: z.string(), capturedMinor: minor, refundedMinor: minor });

const COLUMNS = 'state, reason';

/** The sandbox provider's own books, one entry per idempotency key. */
@Injectable()
export class SandboxLedger {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {}

  async find(key: string): Promise<ChargeState> {
    const [row] = await runAs(SANDBOX, () =>
      this.database.query(EntryRow, `SELECT ${COLUMNS} FROM sandbox_provider.ledger WHERE key = $1`, [key]),
    );
    return row === undefined ? { state: 'none' } : stateOf(row);
  }

  /** Writes the first entry of a key; returns the one that counts, which is an older one when there is any. */
  record(request: ChargeRequest, state: 'captured' | 'declined', reason: string | null): Promise<ChargeState> {
    const { key, orderId, amountMinor, currency } = request;
    const captured = state === 'captured' ? amountMinor : 0;
    return this.write(
      key,
      `INSERT INTO sandbox_provider.ledger (key, order_id, state, reason, currency, captured_minor) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (key) DO UPDATE SET key = excluded.key`,
      [key, orderId, state, reason, currency, captured],
    );
  }

  /** As record(), of a charge whose money comes later: when it is asked for (`comes`), or never. */
  recordPending({ key, orderId, amountMinor, currency }: ChargeRequest, comes: boolean): Promise<ChargeState> {
    return this.write(
      key,
      `INSERT INTO sandbox_provider.ledger (key, order_id, state, currency, coming_minor) VALUES ($1, $2, 'pending', $3, $4)
       ON CONFLICT (key) DO UPDATE SET key = excluded.key`,
      [key, orderId, currency, comes ? amountMinor : null],
    );
  }

  /** How a pending charge stands now that somebody asks for its money. */
  async settle(key: string): Promise<ChargeState> {
    await runAs(SANDBOX, () =>
      this.unit.run(() =>
        this.unit.execute(
          `UPDATE sandbox_provider.ledger SET state = 'captured', captured_minor = coming_minor, updated_at = now()
           WHERE key = $1 AND state = 'pending' AND coming_minor IS NOT NULL`,
          [key],
        ),
      ),
    );
    return this.find(key);
  }

  /** Refunds what is captured; a key without an entry becomes void, and so does one whose money has not come. */
  refund(key: string, orderId: string): Promise<ChargeState> {
    return this.write(
      key,
      `INSERT INTO sandbox_provider.ledger AS entry (key, order_id, state) VALUES ($1, $2, 'voided')
       ON CONFLICT (key) DO UPDATE SET
         state = CASE entry.state WHEN 'captured' THEN 'refunded' WHEN 'pending' THEN 'voided' ELSE entry.state END, refunded_minor = entry.captured_minor, updated_at = now()`,
      [key, orderId],
    );
  }

  /** How often this charge was asked for, this time included. */
  async attempt(key: string): Promise<number> {
    const count = (): Promise<z.output<typeof AttemptRow>[]> =>
      this.unit.query(
        AttemptRow,
        `INSERT INTO sandbox_provider.attempt AS attempt (key, attempts) VALUES ($1, 1)
       ON CONFLICT (key) DO UPDATE SET attempts = attempt.attempts + 1 RETURNING attempts`,
        [key],
      );
    const [row] = await runAs(SANDBOX, () => this.unit.run(count));
    if (row === undefined) throw new Error(`the attempts of ${key} were not counted`);
    return row.attempts;
  }

  page(after: string | undefined, limit: number): Promise<readonly LedgerEntry[]> {
    return runAs(SANDBOX, () =>
      this.database.query(
        LedgerRow,
        `SELECT order_id AS "orderId", max(currency) AS currency, sum(captured_minor) AS "capturedMinor", sum(refunded_minor) AS "refundedMinor"
       FROM sandbox_provider.ledger
       WHERE currency IS NOT NULL AND ($1::uuid IS NULL OR order_id > $1::uuid) GROUP BY order_id ORDER BY order_id LIMIT $2`,
        [after ?? null, limit],
      ),
    );
  }

  private async write(key: string, statement: string, params: readonly unknown[]): Promise<ChargeState> {
    const [row] = await runAs(SANDBOX, () =>
      this.unit.run(() => this.unit.query(EntryRow, `${statement} RETURNING ${COLUMNS}`, params)),
    );
    if (row === undefined) throw new Error(`the ledger has no entry of ${key}`);
    return stateOf(row);
  }
}

const stateOf = ({ state, reason }: z.output<typeof EntryRow>): ChargeState =>
  state === 'declined' ? { state, reason: reason ?? 'declined' } : { state };
