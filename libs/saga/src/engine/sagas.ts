import type { UnitOfWork } from '@isolith/journal';
import { currentTraceparent, NoOpenUnitError, requireScope } from '@isolith/message-bus';
import { newSaga } from '../instance/new-saga.js';
import type { SagaRow } from '../instance/progress.js';
import type { Saga } from '../definition/saga.js';
import type { SagaEnd } from './saga-ends.js';
import type { SagaEngine } from './saga-engine.js';
import type { SagaTable } from '../store/saga-table.js';

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
   * ContractViolationError when the state does not fit its schema, an Error when the saga is not declared here, or not
   * in the definition's version.
   */
  async begin<S>(definition: Saga<S>, id: string, state: S): Promise<void> {
    const { plan } = definition;
    const { unit, principal, correlationId } = requireScope();
    if (unit === undefined) throw new NoOpenUnitError(`beginning saga ${plan.name}`);
    const newest = this.engine.plan(plan.name);
    if (newest === undefined)
      throw new Error(`saga ${plan.name} is not declared in ${this.context}; list its class in the context's sagas`);
    if (plan.version !== newest.version) {
      const which = plan.version < newest.version ? 'a former one' : 'none that is declared here';
      throw new Error(`saga ${plan.name} begins on version ${newest.version}; version ${plan.version} is ${which}`);
    }
    if (id === '') throw new TypeError(`saga ${plan.name} needs an id`);
    const begun = newSaga(definition, id, state, {
      context: this.context,
      principal,
      correlationId,
      traceparent: currentTraceparent(),
    });
    // Before its lease begins, so that it is never taken for younger than it is.
    const at = performance.now();
    let inserted: SagaRow | undefined;
    const expected = this.engine.expect({ name: plan.name, id });
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
   * Resolves with how the saga ended, once that is saved: at once when this host moves it, else within seconds. One
   * that needs attention has not ended. Not inside the unit that begins it: nothing of it happens before that commits.
   *
   * Rejects with the signal's reason when that aborts first, and with SagaNotFound when there is no such saga.
   */
  ended<S>({ plan }: Saga<S>, id: string, signal: AbortSignal): Promise<SagaEnd> {
    return this.engine.ended({ name: plan.name, id }, signal);
  }
}
