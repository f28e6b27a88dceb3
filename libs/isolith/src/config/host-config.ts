import type { TracingSettings } from '@isolith/observability';
import type { DatabaseTarget } from '@isolith/postgres';
import type { z } from 'zod';
import type { Application } from '../context/application.js';
import type { Settings } from '../context/context.js';
import type { HostValues } from '../variables/host-variables.js';

/** What a host was told by its environment. */
export interface HostConfig<V extends HostValues = HostValues> {
  readonly application: Application;
  /**
   * By the variable's name, without those that contexts declare. A broken value is replaced by its default, so that
   * everything else can still be checked.
   */
  readonly values: V;
  readonly placement: {
    readonly here: readonly string[];
    readonly elsewhere: readonly string[];
  };
  /** What the environment says of variables that a context or the application declares. */
  settings<S extends Settings>(declared: S): z.output<z.ZodObject<S>>;
  /**
   * The PostgreSQL of a context (or of a schema beside it), its own one or the host's; undefined means the embedded
   * database.
   */
  databaseUrl(context: string): string | undefined;
  /** The variable that names it, or would. */
  databaseVariable(context: string): string;
  /** Whether a variable of its own names the database of a context (or of a schema beside it). */
  hasOwnDatabase(context: string): boolean;
  /** Contexts without a database of their own are in the application's DataSource, whatever DATABASE_URL says. */
  readonly sharesDataSource: boolean;
  /** Where the rows of a context (or of a schema beside it) are. */
  readonly databaseTarget: (context: string) => DatabaseTarget;
  /** How traces are made and where they go; undefined where none are. */
  readonly tracing: TracingSettings | undefined;
  /** All that is wrong, one sentence each, beginning with the variable's name. Nobody may start with any. */
  readonly violations: readonly string[];
}
