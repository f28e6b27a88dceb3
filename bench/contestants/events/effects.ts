import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Contestant } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';

/** Whoever waits for the effect of an event, by its id. */
export class Effects {
  private readonly waiting = new Map<string, () => void>();

  /** Called once the effect is committed. */
  readonly seen = (id: string): void => {
    this.waiting.get(id)?.();
    this.waiting.delete(id);
  };

  of(id: string): Promise<void> {
    return new Promise((resolve) => void this.waiting.set(id, resolve));
  }
}

/** From the process of the subscriber to that of the sender: a line for each effect. The same for all contestants. */
export async function announceEffects(): Promise<{
  address: string;
  announce: (id: string) => void;
  close: () => void;
}> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to announce effects at');
  return {
    address: String(address.port),
    announce: (id) => {
      for (const socket of sockets) socket.write(`${id}\n`);
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Hears of effects in another process. */
export async function hearEffects(port: string | undefined): Promise<Effects> {
  const effects = new Effects();
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  createInterface({ input: socket }).on('line', effects.seen);
  return effects;
}

interface Sales {
  readonly effects: Effects;
  /** Resolves when the event is committed. */
  readonly sell: (id: string, sku: string, quantity: number) => Promise<unknown>;
  /** How many rows the subscriber has written. */
  readonly count: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/**
 * Commands, each until the effect of its event is committed. Throws at the end when an effect is missing or was made
 * twice.
 */
export function untilEffect({ effects, sell, count, close }: Sales, newId: () => string): Contestant {
  let sold = 0;
  return {
    run: async (work) => {
      const measured = await keepBusy(work, async (index) => {
        const id = newId();
        const effect = effects.of(id);
        await sell(id, `T-${index % 100}`, 1 + (index % 9));
        await effect;
        sold += 1;
      });
      const rows = await count();
      if (rows !== sold) throw new Error(`${sold} events, but ${rows} effects`);
      return measured;
    },
    close,
  };
}
