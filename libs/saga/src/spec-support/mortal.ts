import type { Command } from '@nestjs/cqrs';
import type { SagaEngineParts } from '../saga-engine.js';
import type { Execute } from '../step.js';

export interface MortalLife {
  readonly table: SagaEngineParts['table'];
  readonly execute: Execute;
  /** Resolves when the life has ended. */
  readonly died: Promise<void>;
}

/**
 * The parts of an engine that dies like a process: at its `dieAt`-th event (before a command is sent, after its answer
 * came, before a save, after a save, counted from 0) and from then on nothing it has asked for is ever answered.
 */
export function mortal(table: SagaEngineParts['table'], execute: Execute, dieAt: number): MortalLife {
  const death = Promise.withResolvers<void>();
  let events = 0;
  let dead = false;
  const happen = async (): Promise<void> => {
    if (events === dieAt) {
      dead = true;
      death.resolve();
    }
    events += 1;
    if (dead) await new Promise<never>(() => undefined);
  };
  const alive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (dead) await new Promise<never>(() => undefined);
    return work();
  };
  return {
    died: death.promise,
    execute: async <R>(command: Command<R>) => {
      await happen();
      // An error is an answer too.
      const answer = await execute(command).then((value) => () => value, (error: unknown) => () => { throw error; });
      await happen();
      return answer();
    },
    table: {
      due: (...args) => alive(() => table.due(...args)),
      find: (...args) => alive(() => table.find(...args)),
      defer: (...args) => alive(() => table.defer(...args)),
      untilNextDue: (...args) => alive(() => table.untilNextDue(...args)),
      orphans: (...args) => alive(() => table.orphans(...args)),
      save: async (...args) => {
        await happen();
        const saved = await table.save(...args);
        await happen();
        return saved;
      },
    },
  };
}
