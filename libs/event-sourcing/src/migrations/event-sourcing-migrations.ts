import type { MigrationClass } from '@isolith/postgres';
import { CreateProjection } from './create-projection.js';
import { CreateSnapshot } from './create-snapshot.js';

/** The table beside the journal of a context that has aggregates with snapshots. */
export const snapshotMigrations: readonly MigrationClass[] = [CreateSnapshot];

/** The table beside the journal of a context that has projections; theirs they make themselves. */
export const projectionMigrations: readonly MigrationClass[] = [CreateProjection];
