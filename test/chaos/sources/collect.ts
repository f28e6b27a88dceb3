import type { Ground } from '../ground/ground.js';
import { leftovers } from './leftovers.js';
import { ordersSeen } from './orders-seen.js';
import { providerLedger } from './provider-ledger.js';
import { reconciled } from './reconciled.js';
import { shipmentsSeen } from './shipments-seen.js';
import type { Sources } from './sources.js';
import { stockSeen } from './stock-seen.js';

/** Everything that is known of a shop now, all its runs together. Rejects when some of it cannot be asked. */
export async function collect({ log, plainAdmin, witness, sink, hosts, disturbances }: Ground): Promise<Sources> {
  const calls = log.all();
  const skus = calls.flatMap((call) => (call.call === 'receive' ? [call.sku] : []));
  // One after the other: the witness has one connection, and unfinished work is looked at before what it leads to.
  const left = await leftovers(witness);
  return {
    calls,
    unexplained: [...log.unexplainedAnswers()],
    leftovers: left,
    ledger: await providerLedger(witness),
    shipments: await shipmentsSeen(witness),
    orders: await ordersSeen(plainAdmin),
    stock: await stockSeen(plainAdmin, skus),
    reconciled: await reconciled(plainAdmin),
    notices: [...sink.all()],
    badEndings: [...hosts.bad],
    disturbances: disturbances.all(),
  };
}
