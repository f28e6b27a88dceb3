import { placed } from '../../support/shapes.js';
import { address } from '../../support/shop.js';
import type { PatientClient } from '../client/patient-client.js';
import { freshKey } from '../ground/ground.js';
import type { PlannedJourney } from '../plan/run-plan.js';
import { BrokenPromise, member, type Selling } from './selling.js';

export interface PlacedOrder {
  readonly orderId: string;
  readonly customer: PatientClient;
  /** Sends the same call again, as a client does that forgot the answer. */
  readonly repeat: () => Promise<void>;
}

/** Places an order and keeps at it until it is accepted. */
export async function place({ log, customers, skus }: Selling, plan: PlannedJourney): Promise<PlacedOrder> {
  const customer = member(customers, plan.customer);
  const key = freshKey();
  const lines = plan.lines.map(({ product, quantity }) => ({ sku: member(skus, product), quantity }));
  const send = async (): Promise<string> => {
    const { status, body } = await customer.post('/v1/orders', key, { lines, paymentToken: plan.token, address });
    if (status !== 202) throw new BrokenPromise(`placing an order with key ${key}: ${status} ${JSON.stringify(body)}`);
    const { id: orderId } = placed.parse(body);
    log.accepted({
      call: 'place',
      key,
      status,
      at: Date.now(),
      orderId,
      customerId: customer.userId,
      lines,
      token: plan.token,
    });
    return orderId;
  };
  const [orderId] = await Promise.all(plan.twice ? [send(), send()] : [send()]);
  return { orderId, customer, repeat: async () => void (await send()) };
}
