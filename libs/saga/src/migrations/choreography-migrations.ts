import type { MigrationClass } from '@isolith/postgres';
import { CreateChoreographyRefusal } from './create-choreography-refusal.js';

/** The tables of choreographies. Every context that has one has them, in its own schema. */
export const choreographyMigrations: readonly MigrationClass[] = [CreateChoreographyRefusal];
