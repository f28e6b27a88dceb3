import type { Principal } from '@isolith/contracts';
import { principalOf } from './perform.js';
import type { SagaRow } from './progress.js';
import { dueName } from '../definition/group.js';
import type { Saga } from '../definition/saga.js';
import { takenFrom } from '../definition/taken-step.js';

/** A saga that begins: everything but what the table fills in itself. */
export type NewSaga = Pick<SagaRow, 'name' | 'id' | 'version' | 'state' | 'step' | 'principal'> & {
  readonly correlationId: string;
  readonly traceparent: string | undefined;
  readonly deadlineMs: number | undefined;
};

/** For whom and in what a saga begins. */
interface Beginning {
  readonly context: string;
  readonly principal: Principal;
  readonly correlationId: string;
  /** What it follows from, where somebody traces. */
  readonly traceparent?: string | undefined;
}

/**
 * A saga with the first step due that it takes.
 * @throws {ContractViolationError} when the state does not fit its schema; what a `when` of the saga throws
 */
export function newSaga<S>(
  { plan, copyState }: Saga<S>,
  id: string,
  state: S,
  { context, principal, correlationId, traceparent }: Beginning,
): NewSaga {
  const { name, version, deadlineMs } = plan;
  const saved = copyState(state);
  const first = takenFrom(plan, 0, saved);
  return {
    name,
    id,
    version,
    state: saved,
    step: first === undefined ? null : dueName(first),
    principal: principalOf(context, principal),
    correlationId,
    traceparent,
    deadlineMs,
  };
}

/** As its insert leaves it in the table; `held`: by the host that began it. */
export const begunRow = (
  { name, id, version, state, step, principal, correlationId, traceparent, deadlineMs }: NewSaga,
  held: boolean,
): SagaRow => ({
  name,
  id,
  version,
  revision: 1,
  token: held ? 1 : 0,
  status: 'running',
  state,
  step,
  done: [],
  cause: null,
  attempts: 0,
  defects: 0,
  refusals: 0,
  trouble: null,
  wait: null,
  heard: [],
  remaining_ms: deadlineMs ?? null,
  wait_ms: null,
  waited_ms: null,
  principal,
  correlation_id: correlationId,
  traceparent: traceparent ?? null,
});
