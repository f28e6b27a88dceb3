import type { UnitOfWork } from '@isolith/journal';
import { NoOpenUnitError, requireScope } from '@isolith/message-bus';
import { principalOf } from './perform.js';
import type { SagaRow } from './progress.js';
import type { Saga } from './saga.js';
import type { SagaEnd } from './saga-ends.js';
import type { SagaEngine } from './saga-engine.js';
import type { SagaTable } from './saga-table.js';

/** Begins sagas of one context. */
export class Sagas {
  constructor(
    private readonly context: string,
    private readonly unit: Pick<UnitOfWork, 'onEnd'>,
    private readonly table: Pick<SagaTable, 'insert'>,
    private readonly engine: Pick<SagaEngine, 'plan' | 'expect' | 'ended'>,
  ) {}

  /**
   * Inside an open unit of work: inserts the saga with its first step due. Nothing is sent before the unit commits;
   * after that this host goes on at once. `id` is the business key: a second begin with it changes nothing.
   *
   * The saga's commands speak for the user whose message is being handled. Throws NoOpenUnitError outside of a unit,
   * ContractViolationError when the state does not fit its schema, an Error when the saga is not declared here.
   */
  async begin<S>({ plan, copyState }: Saga<S>, id: string, state: S): Promise<void> {
    const { unit, principal, correlationId } = requireScope();
    if (unit === undefined) throw new NoOpenUnitError(`beginning saga ${plan.name}`);
    if (this.engine.plan(plan.name) === undefined)
      throw new Error(`saga ${plan.name} is not declared in ${this.context}; list its class in the context's sagas`);
    if (id === '') throw new TypeError(`saga ${plan.name} needs an id`);
    const { name, version, steps, deadlineMs } = plan;
    const begun = {
      name,
      id,
      version,
      state: copyState(state),
      step: steps[0]?.name ?? null,
      principal: principalOf(this.context, principal),
      correlationId,
      deadlineMs,
    };
    // Before its lease begins, so that it is never taken for younger than it is.
    const at = performance.now();
    let inserted: SagaRow | undefined;
    const expected = this.engine.expect({ name, id });
    try {
      this.unit.onEnd((committed) =>
        expected.ended(
          committed && inserted !== undefined ? { row: inserted, ageMs: performance.now() - at } : undefined,
        ),
      );
    } catch (error) {
      expected.ended();
      throw error;
    }
    this.table.insert(begun, expected.held, (row) => {
      inserted = row;
    });
  }

  /**
   * Resolves with how the saga ended, once that is saved: at once when this host moves it, else within seconds. One that needs
   * attention has not ended. Not inside the unit that begins it: nothing of it happens before that commits.
   *
   * Rejects with the signal's reason when that aborts first, and with SagaNotFound when there is no such saga.
   */
  ended<S>({ plan }: Saga<S>, id: string, signal: AbortSignal): Promise<SagaEnd> {
    return this.engine.ended({ name: plan.name, id }, signal);
  }
}
