import { begunRow } from '../instance/new-saga.js';
import type { SagaRow } from '../instance/progress.js';

/** A saga that has begun here, as its table has it. */
export const sagaRow = (name: string, { id, state }: Pick<SagaRow, 'id' | 'state'>): SagaRow =>
  begunRow(
    {
      name,
      id,
      version: 1,
      state,
      step: 'a',
      principal: { service: 'orders', roles: [] },
      correlationId: 'c',
      traceparent: undefined,
      deadlineMs: undefined,
    },
    true,
  );
