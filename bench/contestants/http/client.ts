import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { KeptConnection } from './kept-connection.js';
import { answerTo, PATH, token, USER } from './task.js';

/** The side that asks, the same for all; in a process of its own. */
export const openClient = async ({ serverAddress }: Surroundings): Promise<Contestant> => {
  if (serverAddress === undefined) throw new Error('nobody said where the server is');
  const body = { sku: 'T-1', quantity: 3, note: 'as it comes' };
  const expected = JSON.stringify(answerTo(body, USER));
  const open: KeptConnection[] = [];
  return {
    run: async (work) => {
      while (open.length < work.atOnce)
        open.push(await KeptConnection.open(serverAddress, { path: PATH, token: token(), body }));
      const free = [...open];
      return keepBusy(work, async () => {
        const connection = free.pop();
        if (connection === undefined) throw new Error('more at once than connections');
        const answer = await connection.ask();
        if (answer !== expected) throw new Error(`answered ${answer}`);
        free.push(connection);
      });
    },
    close: async () => {
      for (const connection of open) connection.close();
    },
  };
};
