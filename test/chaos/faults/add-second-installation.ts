import { shop } from '../../../src/shop.js';
import { newCustomer, signIn } from '../../support/client.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { acceptedOrder, ADMIN, newProduct, untilEnded } from '../../support/shop.js';
import type { Neighbour } from '../ground/neighbours.js';
import type { Fault } from './fault.js';
import type { MakeFault } from './fault.js';

const ORDERS = 5;

/** What became of the orders of the other shop. */
interface Selling {
  readonly confirmed: number;
  readonly problem?: string;
}

/**
 * A second shop, with a database of its own, is started with the address of this shop's broker. It must refuse to
 * start, or keep apart: its orders are its own, and this shop's are this shop's.
 */
export const addSecondInstallation: MakeFault = ({ neighbours }): Fault => {
  let database: FreshDatabase | undefined;
  let neighbour: Neighbour | undefined;
  let selling: Promise<Selling> | undefined;
  let sold: Selling | undefined;
  return {
    prepare: async () => {
      database = await freshDatabase();
    },
    hit: async (moreOrders) => {
      // What its customers are told is none of this shop's business.
      neighbour = await neighbours.start(
        [...shop.names, 'gateway'],
        { DATABASE_URL: database?.url ?? '' },
        { onLine: () => undefined },
      );
      moreOrders();
      if (neighbour.came === 'up') selling = sell(neighbour.host.url);
    },
    heal: async () => {
      sold = await selling;
      if (neighbour !== undefined) await neighbours.end(neighbour);
      await database?.drop();
    },
    effect: () =>
      sold === undefined ? { refused: Number(neighbour?.came === 'refused') } : { 'orders of its own': sold.confirmed },
    findings: () =>
      sold === undefined || (sold.confirmed === ORDERS && sold.problem === undefined)
        ? []
        : [
            {
              harm: 'lost',
              what: `${sold.confirmed} of ${ORDERS} orders of the other shop were confirmed: ${sold.problem ?? ''}`,
            },
          ],
  };
};

async function sell(url: string): Promise<Selling> {
  let confirmed = 0;
  try {
    const admin = await signIn(url, ADMIN.email, ADMIN.password);
    const sku = await newProduct({ admin }, ORDERS);
    const customer = await newCustomer(url);
    for (let placed = 0; placed < ORDERS; placed += 1) {
      const { status } = await untilEnded(customer, await acceptedOrder(customer, sku));
      if (status === 'confirmed') confirmed += 1;
    }
    return { confirmed };
  } catch (error) {
    return { confirmed, problem: error instanceof Error ? error.message : String(error) };
  }
}
