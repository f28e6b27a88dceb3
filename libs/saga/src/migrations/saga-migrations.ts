import type { MigrationClass } from '@isolith/journal';
import { CreateSaga } from './create-saga.js';

/** The tables of sagas. Every context that has sagas has them, in its own schema. */
export const sagaMigrations: readonly MigrationClass[] = [CreateSaga];
