import type { MigrationClass } from '@isolith/postgres';
import { AddSagaDefects } from './add-saga-defects.js';
import { AddSagaLease } from './add-saga-lease.js';
import { AddSagaRoom } from './add-saga-room.js';
import { AddSagaTrace } from './add-saga-trace.js';
import { AddSagaWaits } from './add-saga-waits.js';
import { CreateSaga } from './create-saga.js';
import { IndexEndedSagas } from './index-ended-sagas.js';
import { IndexSagasByCorrelation } from './index-sagas-by-correlation.js';

/** The tables of sagas. Every context that has sagas has them, in its own schema. */
export const sagaMigrations: readonly MigrationClass[] = [
  CreateSaga,
  AddSagaLease,
  AddSagaDefects,
  AddSagaRoom,
  IndexEndedSagas,
  AddSagaWaits,
  AddSagaTrace,
  IndexSagasByCorrelation,
];
