import type { MigrationClass } from '@isolith/postgres';
import { CreateAgentRun } from './create-agent-run.js';

/** The tables of agent runs. Every context that keeps runs has them, in its own schema. */
export const agentMigrations: readonly MigrationClass[] = [CreateAgentRun];
