import type { z } from 'zod';
import type { Client } from '../../support/client.js';
import { reconciliation } from '../../support/shapes.js';

export type Reconciled = z.output<typeof reconciliation>;

export function reconciled(support: Client): Promise<Reconciled> {
  return support.expect(200, reconciliation, support.get('/v1/payments/reconciliation'));
}
