import type { Saga } from '../definition/saga.js';
import type { SagaEngine } from '../engine/saga-engine.js';
import type { SagaRow } from '../instance/progress.js';
import type { OpenTrialHost, TrialHost, TrialParts } from '../testing/index.js';
import type { World, Parts } from './world.js';

/** How often an engine looks again that could not save; a history is full of that. */
const POLL_MS = 20;

let histories = 0;
/** All hosts of a history share what is saved. */
const ids = new WeakMap<TrialParts['saved'], string>();

/** The whole engine on a database: it claims, renews, pauses and drains; a host for each stay of the saga. */
export const engineHost =
  (world: World): OpenTrialHost =>
  (parts) => {
    const { saga, saved } = parts;
    const { name } = saga.plan;
    const id = ids.get(saved) ?? `trial ${(histories += 1)}`;
    ids.set(saved, id);
    const open = (): SagaEngine =>
      world.engine([saga], parts.execute, { ...parts.attempts, pollMs: POLL_MS, random: () => 0 }, (of) =>
        watched(parts, of),
      );
    return {
      begin: async (_, state) => {
        await parts.beginning(() => begun(world, open(), saga, id, state));
      },
      move: async () => {
        // What a dead host holds is free once its lease is over.
        await world.set(id, `leased_until = now() - interval '1 ms'`);
        const engine = open();
        // It is drained when the saga rests, or dies.
        world.forget(engine);
        await engine.start();
        await world.ended(id);
        await engine.drain(AbortSignal.timeout(10_000));
      },
      operate: async (act) => {
        const engine = open();
        const operations = world.operations(engine);
        world.forget(engine);
        const by = { operator: 'trial', reason: act };
        if (act === 'retry') await operations.retry(name, id, by);
        else if (act === 'skip') await operations.skip(name, id, by);
        else if (act === 'turn back') await operations.compensate(name, id, by);
        else await operations.takeOver(name, id, by);
        return world.row(name, id);
      },
    } satisfies TrialHost;
  };

/** Begins it on an engine that was not started, so that nothing moves before the begin is over. */
async function begun(
  world: World,
  engine: SagaEngine,
  saga: Saga<unknown>,
  id: string,
  state: unknown,
): Promise<SagaRow | undefined> {
  await world.beginAs(engine, saga, id, state);
  world.forget(engine);
  const row = await world.row(saga.plan.name, id);
  return row.revision === 1 ? row : undefined;
}

function watched(parts: TrialParts, { table, leases, execute }: Parts): Parts {
  const { crashed } = parts;
  const whileAlive =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> =>
      crashed.aborted ? new Promise<T>(() => undefined) : work(...args);
  return {
    execute,
    table: {
      save: (row, transition, version, hold) =>
        parts.saving(transition, () => table.save(row, transition, version, hold)),
      saveUnlessHeard: (row, transition, version, holds) =>
        parts.savingUnlessHeard(transition, () => table.saveUnlessHeard(row, transition, version, holds)),
      putOff: whileAlive(table.putOff.bind(table)),
    },
    leases: {
      terms: leases.terms,
      held: whileAlive(leases.held.bind(leases)),
      status: whileAlive(leases.status.bind(leases)),
      renew: whileAlive(leases.renew.bind(leases)),
      giveBack: whileAlive(leases.giveBack.bind(leases)),
      outlook: whileAlive(leases.outlook.bind(leases)),
      orphans: whileAlive(leases.orphans.bind(leases)),
      claim: whileAlive(async (...args: Parameters<typeof leases.claim>) => {
        const claimed = await leases.claim(...args);
        if (claimed.length > 0) parts.taking();
        return claimed;
      }),
    },
  };
}
