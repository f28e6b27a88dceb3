import type { Command } from '@nestjs/cqrs';
import { until } from '@isolith/message-bus/testing';
import type { Parts } from './world.js';

/** One life of a host: what it is made of, and how it can be stopped. */
export interface MortalLife {
  readonly wrap: (parts: Parts) => Parts;
  /** Resolves when it has stopped. */
  readonly stopped: Promise<void>;
  /** Lets it go on, as SIGCONT does; without it the host is dead. */
  readonly goOn: () => void;
  /** Resolves when it has nothing under way and begins nothing new. */
  readonly calm: () => Promise<void>;
}

/**
 * An engine that stops like a process: at its `stopAt`-th event (after a claim, before a command is sent, after its
 * answer came, before a save, after a save, counted from 0), and with it everything it does: no renewal, no look.
 */
export function mortal(stopAt: number): MortalLife {
  const stop = Promise.withResolvers<void>();
  const resume = Promise.withResolvers<void>();
  let events = 0;
  let isStopped = false;
  let calls = 0;
  let underWay = 0;
  const watched =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> => {
      calls += 1;
      underWay += 1;
      return work(...args).finally(() => (underWay -= 1));
    };
  const alive = async (): Promise<void> => {
    if (isStopped) await resume.promise;
  };
  const happen = async (): Promise<void> => {
    if (events === stopAt) {
      isStopped = true;
      stop.resolve();
    }
    events += 1;
    await alive();
  };
  const asLongAsAlive = <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    watched(async (...args: A): Promise<T> => {
      await alive();
      return work(...args);
    });
  const wrap = ({ table, leases, execute }: Parts): Parts => ({
    execute: <R>(command: Command<R>) =>
      watched(async () => {
        await happen();
        // An error is an answer too.
        const answer = await execute(command).then(
          (value) => () => value,
          (error: unknown) => () => {
            throw error;
          },
        );
        await happen();
        return answer();
      })(),
    table: {
      saveUnlessHeard: watched(async (...args: Parameters<typeof table.saveUnlessHeard>) => {
        await happen();
        const saved = await table.saveUnlessHeard(...args);
        await happen();
        return saved;
      }),
      putOff: asLongAsAlive(table.putOff.bind(table)),
      save: watched(async (...args: Parameters<typeof table.save>) => {
        await happen();
        const saved = await table.save(...args);
        await happen();
        return saved;
      }),
    },
    leases: {
      terms: leases.terms,
      held: asLongAsAlive(leases.held.bind(leases)),
      status: leases.status.bind(leases),
      renew: asLongAsAlive(leases.renew.bind(leases)),
      giveBack: asLongAsAlive(leases.giveBack.bind(leases)),
      outlook: asLongAsAlive(leases.outlook.bind(leases)),
      orphans: asLongAsAlive(leases.orphans.bind(leases)),
      claim: watched(async (...args: Parameters<typeof leases.claim>) => {
        await alive();
        const claimed = await leases.claim(...args);
        if (claimed.length > 0) await happen();
        return claimed;
      }),
    },
  });
  return {
    wrap,
    stopped: stop.promise,
    goOn: () => {
      isStopped = false;
      resume.resolve();
    },
    calm: async () => {
      const isCalm = async (): Promise<boolean> => {
        const before = calls;
        await new Promise((resolve) => setTimeout(resolve, 5));
        return before === calls && underWay === 0;
      };
      await until(isCalm);
    },
  };
}
