import { SagaMover } from '../../engine/saga-mover.js';
import { begunRow, newSaga } from '../../instance/new-saga.js';
import type { SagaRow } from '../../instance/progress.js';
import type { TrialHost, TrialParts } from './host.js';

/** The engine's own way from save to save, over a table in memory and without its waits. */
export function soundHost(parts: TrialParts): TrialHost {
  const { context, saga, saved, execute, log, attempts, now } = parts;
  const mover = new SagaMover({
    context,
    execute,
    log,
    table: {
      save: (row, transition, version) => parts.saving(transition, async () => saved.save(row, transition, version)),
      saveUnlessHeard: (row, transition, version) =>
        parts.savingUnlessHeard(transition, async () => saved.saveUnlessHeard(row, transition, version)),
      putOff: async () => undefined,
    },
    rules: { ...attempts, random: () => 0.5, now },
    plan: () => saga.plan,
    goesOn: () => true,
    extended: () => undefined,
    putOffMs: 1,
  });
  // As the host that has begun it: it goes on from what it inserted.
  let begun: SagaRow | undefined;
  return {
    begin: async (id, state) => {
      const principal = { service: context, user: 'trial', roles: [] };
      const row = begunRow(newSaga(saga, id, state, { context, principal, correlationId: id }), true);
      begun = await parts.beginning(async () => saved.insert(row));
    },
    move: async () => {
      const first = begun;
      begun = undefined;
      if (first === undefined) parts.taking();
      await mover.move({ row: first ?? saved.claim(), unsent: first !== undefined });
    },
    operate: async (act) => saved.operate(act, saga.plan),
  };
}
