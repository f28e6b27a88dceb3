import type { Measured, Work } from '../harness/contestant.js';
import { ContestantProcess } from '../harness/contestant-process.js';
import { freshGround } from '../harness/ground.js';
import { fill } from './fill.js';

/** What is measured on each size, at how many at once. */
export const MEASURED = [
  { name: 'append one event', module: 'contestants/append-one/ours.ts', atOnce: 16 },
  { name: 'load a stream of 10,000', module: 'contestants/stream-load/ours.ts', atOnce: 1 },
  { name: 'checkout, one process', module: 'contestants/checkout/ours.ts', atOnce: 16 },
] as const;
export type MeasuredName = (typeof MEASURED)[number]['name'];

/** A shop with a past: a database of its own, the programs that are measured on it, idle until they are asked. */
export interface GrownShop {
  readonly orders: number;
  run(what: MeasuredName, work: Work): Promise<Measured>;
  close(): Promise<void>;
}

export async function openGrownShop(orders: number, progress: (line: string) => void): Promise<GrownShop> {
  const ground = await freshGround({ needs: ['postgresql'] });
  const { surroundings } = ground;
  const processes: ContestantProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const process of processes.splice(0).toReversed()) await process.close();
  };
  const close = async (): Promise<void> => {
    await stop();
    await ground.drop();
  };
  const start = async (
    name: string,
    module: string,
    role: 'serve' | 'open',
    serverAddress?: string,
  ): Promise<ContestantProcess> => {
    const process = await ContestantProcess.start(`${name}, ${orders} orders`, module, role, {
      ...surroundings,
      serverAddress,
    });
    processes.push(process);
    return process;
  };
  try {
    // Once, for the tables; what is measured starts on full ones.
    const [append, , checkout] = MEASURED;
    await start(append.name, append.module, 'open');
    await start(checkout.name, checkout.module, 'serve');
    await stop();
    await fill(surroundings.databaseUrl, orders, (line) => progress(`${orders} orders: ${line}`));
    const opened = new Map<MeasuredName, ContestantProcess>();
    for (const { name, module } of MEASURED) {
      const server = await start(name, module, 'serve');
      opened.set(name, await start(name, module, 'open', server.address));
    }
    return {
      orders,
      run: (what, work) => {
        const process = opened.get(what);
        if (process === undefined) throw new Error(`${what} is not measured`);
        return process.run(work);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
