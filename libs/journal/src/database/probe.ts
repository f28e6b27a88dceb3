import { outsideOfUnits } from './connection-scope.js';
import type { ConnectionSource } from './connection-source.js';

const WITHIN_MS = 5_000;
/** Questions that have not come back yet, so that a health check that is asked often does not fill the queue that it asks about. */
const underWay = new WeakMap<ConnectionSource, Promise<string | undefined>>();

/** Whether a statement gets through, waiting for a connection included: undefined, or what is wrong. */
export async function probe(source: ConnectionSource): Promise<string | undefined> {
  let asking = underWay.get(source);
  if (asking === undefined) {
    asking = outsideOfUnits(() => ask(source)).finally(() => underWay.delete(source));
    underWay.set(source, asking);
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${WITHIN_MS} ms`), WITHIN_MS);
  });
  const problem = await Promise.race([asking, late]);
  clearTimeout(timer);
  return problem;
}

async function ask(source: ConnectionSource): Promise<string | undefined> {
  try {
    const { client, giveBack } = await source.checkout();
    try {
      await client.query('SELECT 1');
      giveBack();
      return undefined;
    } catch (error) {
      giveBack(true);
      throw error;
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
