import { command, event, failure, service } from '@isolith/contracts';
import { z } from 'zod';

export class StockLow extends event('stock.low', {
  input: z.object({ sku: z.string(), left: z.int() }),
  key: 'sku',
}) {}

export class NoSupplier extends failure('buying.no-supplier', { status: 409, detail: 'nobody sells it' }) {}
export class Reorder extends command('buying.reorder', {
  input: z.object({ sku: z.string(), amount: z.int() }),
  failures: [NoSupplier],
  access: [service('alerts')],
}) {}
