import { until } from '@isolith/message-bus/testing';
import type { AgentEngineParts } from '../engine/engine-parts.js';

/** One life of a host: what it is made of, and how it is stopped. */
export interface MortalHost {
  readonly wrap: (parts: AgentEngineParts) => AgentEngineParts;
  /** Resolves with what it was at, when it has stopped. */
  readonly stopped: Promise<string>;
  /** Lets it go on, as SIGCONT does; without it the host is dead. */
  readonly goOn: () => void;
  /** Resolves when it has nothing under way and begins nothing new. */
  readonly calm: () => Promise<void>;
  /** Resolves when whatever it has under way is frozen. */
  readonly calmButFrozen: () => Promise<void>;
}

/**
 * A host that stops like a process: at its `stopAt`-th boundary, counted from 0, and with it everything it does. A
 * boundary is before and after each claim, read, save, look for roles, count of tokens, question, judgement and call of
 * a tool. `only` counts boundaries of this name alone.
 */
export function mortalHost(stopAt: number, only?: string): MortalHost {
  const stop = Promise.withResolvers<string>();
  const resume = Promise.withResolvers<void>();
  let boundaries = 0;
  let isStopped = false;
  let calls = 0;
  let underWay = 0;
  let frozen = 0;
  const alive = async (): Promise<void> => {
    if (!isStopped) return;
    frozen += 1;
    await resume.promise;
    frozen -= 1;
  };
  const boundary = async (what: string): Promise<void> => {
    if (boundaries === stopAt && !isStopped && (only ?? what) === what) {
      isStopped = true;
      stop.resolve(what);
    }
    if (only === undefined || only === what) boundaries += 1;
    await alive();
  };
  const around =
    <A extends unknown[], T>(what: string, work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      calls += 1;
      underWay += 1;
      try {
        await boundary(`before ${what}`);
        const value = await work(...args);
        await boundary(`after ${what}`);
        return value;
      } finally {
        underWay -= 1;
      }
    };
  const aliveOnly =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await alive();
      return work(...args);
    };
  const wrap = (parts: AgentEngineParts): AgentEngineParts => {
    const { leases, saves, model, tools, principals } = parts;
    return {
      ...parts,
      saves: { save: (run, seq, holder, decide) => around('a save', () => saves.save(run, seq, holder, decide))() },
      leases: {
        terms: leases.terms,
        // Looks that find nothing are as many as there is time.
        claim: async (...args) => {
          await alive();
          const claimed = await leases.claim(...args);
          if (claimed.length > 0) await boundary('after a claim');
          return claimed;
        },
        read: around('a read', leases.read.bind(leases)),
        renew: aliveOnly(leases.renew.bind(leases)),
        putOff: aliveOnly(leases.putOff.bind(leases)),
        giveBack: aliveOnly(leases.giveBack.bind(leases)),
        outlook: aliveOnly(leases.outlook.bind(leases)),
      },
      model: {
        name: model.name,
        ask: around('a question', model.ask.bind(model)),
        inputTokensAtMost: around('a count of tokens', model.inputTokensAtMost.bind(model)),
      },
      tools: {
        judge: around('a judgement', tools.judge.bind(tools)),
        call: around('a call', tools.call.bind(tools)),
      },
      principals: { rolesOf: around('a look for roles', principals.rolesOf.bind(principals)) },
    };
  };
  const quiet = (holds: () => boolean): Promise<void> =>
    until(async () => {
      const before = calls;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return before === calls && holds();
    });
  return {
    wrap,
    stopped: stop.promise,
    goOn: () => {
      isStopped = false;
      resume.resolve();
    },
    calm: () => quiet(() => underWay === 0),
    calmButFrozen: () => quiet(() => underWay <= frozen),
  };
}
