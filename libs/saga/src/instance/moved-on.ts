import type { SagaRow } from './progress.js';
import type { SagaPlan } from '../definition/saga.js';

/**
 * A saga as the definition sees it that it goes on with: one that a lower version began has its state upcast, and is of
 * this version with its next save.
 * @throws what an upcaster throws; {ContractViolationError} when the state does not fit in the end
 */
export const movedOn = <R extends SagaRow>(plan: SagaPlan, row: R): R =>
  row.version < plan.version ? { ...row, version: plan.version, state: plan.upcast(row.state, row.version) } : row;

/** Why it could not move on. */
export const notMovedOn = ({ version, name }: SagaPlan, row: SagaRow) => ({
  type: 'definition-changed',
  detail: `its saved state of version ${row.version} could not be made one of version ${version} of ${name}`,
});
