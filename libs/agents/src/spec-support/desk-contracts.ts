import { anyone, query } from '@isolith/contracts';
import { z } from 'zod';

/** A question to the help desk, which its agents may ask. */
export class Look extends query('helpdesk.look', {
  access: [anyone()],
  input: z.object({ order: z.int().describe('The number of the order.') }).describe('Looks an order up.'),
  output: z.object({ status: z.enum(['open', 'sent']) }),
}) {}
