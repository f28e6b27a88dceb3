import { NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { derivedId, withOptions } from '@isolith/message-bus';
import type { CommandBus } from '@nestjs/cqrs';
import { PlaceOrder } from './orders.js';

/** Asks for up to two seconds; what is still open then may be asked for again, by whoever, with the same words. */
export async function placeOrder(commands: CommandBus, customer: string, nth: number): Promise<number | 'ask again'> {
  const order = new PlaceOrder({ customer, nth });
  const id = derivedId('orders', `${customer} ${nth}`);
  try {
    const { placed } = await commands.execute(withOptions(order, { id, timeoutMs: 2_000 }));
    return placed;
  } catch (error) {
    if (error instanceof OutcomeUnknownError || error instanceof NotDeliveredError) return 'ask again';
    throw error;
  }
}
