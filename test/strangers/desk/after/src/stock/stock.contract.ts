import { command, failure, signedIn } from '@isolith/contracts';
import { context } from '@isolith/isolith';
import { z } from 'zod';

const Left = z.object({ left: z.int() });
export class SoldOut extends failure('stock.sold-out', { data: Left, status: 409, detail: ({ left }) => `only ${left} left` }) {}
export class ReserveStock extends command('stock.reserve-stock', {
  input: z.object({ sku: z.string(), quantity: z.int() }),
  output: Left,
  failures: [SoldOut],
  access: [signedIn()],
}) {}
export const stock = context('stock', { contracts: [SoldOut, ReserveStock] });
