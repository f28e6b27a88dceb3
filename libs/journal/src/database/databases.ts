import { tellable } from '@isolith/contracts';
import type { DataSource } from 'typeorm';
import { schemaOf } from '../schema-name.js';
import { examineRights, examineServer, refusedRight } from '../surroundings/examine-server.js';
import type { ServerFacts } from '../surroundings/server-facts.js';
import { clockDifference, CLOCKS_DIFFER_MS, warningsOf } from '../surroundings/server-rules.js';
import type { ConnectionSource } from './connection-source.js';
import type { DiskSync } from './disk.js';
import { probe, type Probed } from './probe.js';
import { openContext, type ContextSpec } from './open-context.js';
import { openSource } from './open-source.js';
import { checkContextName, checkTarget, targetKey, type DatabaseTarget, type PostgresTarget } from './target.js';

export interface DatabasesOptions {
  /** Which database a context's rows are in. Asked once per context. */
  readonly targetOf: (context: string) => DatabaseTarget;
  /** One line for a human: the embedded database is being created, a connection was lost. Default: nobody is told. */
  readonly onProgress?: (line: string) => void;
  /** One line for a human about a server that works, but not as one would want it. Default: `onProgress`. */
  readonly onWarning?: (line: string) => void;
  /** How long a caller waits for a connection to PostgreSQL before it gets an OverloadedError, in milliseconds; default 5,000. */
  readonly waitMs?: number;
  /**
   * How long PostgreSQL may owe the answer to a statement, in milliseconds; default 35,000, a bit more than it gives a statement. After that
   * the connection counts as lost. Migrations have their own, longer limit.
   */
  readonly answerMs?: number;
  /** How the embedded engine reaches the disk; default: it waits for it. For tests of power loss. */
  readonly diskSync?: DiskSync;
}

export interface ContextHealth {
  readonly context: string;
  readonly ok: boolean;
  readonly detail?: string;
  /** Set when this host's clock and the database's differ by a second or more: a sentence. Nothing is decided by it. */
  readonly clock?: string;
}

/** A PostgreSQL database that contexts of this process are in, as it was when the first of them was opened. */
export interface ServerInUse {
  readonly contexts: readonly string[];
  /** `PostgreSQL 17.6`. */
  readonly server: string;
  readonly role: string;
  /** How far this host's clock was ahead of the server's; behind when negative. */
  readonly clockAheadMs: number;
  readonly warnings: readonly string[];
}

interface Opened {
  readonly spec: ContextSpec;
  readonly dataSource: Promise<DataSource>;
  state: 'opening' | 'open' | 'failed';
  detail?: string;
}
interface Source {
  readonly target: DatabaseTarget;
  readonly connections: Promise<ConnectionSource>;
  /** What the server says of itself; absent before it was asked, and for the embedded database. */
  facts?: Promise<ServerFacts>;
  server?: ServerFacts;
}

/**
 * Owns every pool and engine of the process: one per distinct target, one DataSource per context on top.
 *
 * A context is opening, then open or failed; a failed one may be opened again. A target's source is made by the first context that needs it
 * and shared by all that come while it is being made; if it cannot be made it is forgotten, so that the next attempt tries anew.
 * `close` first refuses new openings, then waits for those under way, and only then ends what they opened.
 */
export class Databases {
  readonly #options: DatabasesOptions;
  readonly #contexts = new Map<string, Opened>();
  readonly #sources = new Map<string, Source>();
  readonly #sourceOf = new Map<string, string>();
  #closing: Promise<void> | undefined;

  constructor(options: DatabasesOptions) {
    this.#options = options;
  }

  /**
   * The DataSource of a context, opened by the first call: its schema is created if absent, its migrations run under an advisory lock of
   * that context. In migrations, and only there, unqualified names mean the context's schema.
   * @throws DataDirInUseError if another process uses the data folder
   * @throws DatabaseRefusedError if a PostgreSQL can't be reached, or can't be worked with as it is
   * @throws Error if the target or the context's name is not valid, a migration fails, the context is
   *   already open with other entities or migrations, another context has the same schema, or `close` was called
   */
  open(spec: ContextSpec): Promise<DataSource> {
    if (this.#closing !== undefined)
      return Promise.reject(new Error(`Context '${spec.context}' cannot be opened: the databases are closed.`));
    const known = this.#contexts.get(spec.context);
    if (known !== undefined && known.state !== 'failed') {
      if (sameSpec(known.spec, spec)) return known.dataSource;
      return Promise.reject(new Error(`Context '${spec.context}' is already open with other entities or migrations.`));
    }
    const twin = [...this.#contexts.keys()].find(
      (context) => context !== spec.context && schemaOf(context) === schemaOf(spec.context),
    );
    if (twin !== undefined)
      return Promise.reject(
        new Error(
          `Contexts '${twin}' and '${spec.context}' would share the schema ${schemaOf(spec.context)}: rename one.`,
        ),
      );
    const opened: Opened = { spec, dataSource: this.#open(spec), state: 'opening' };
    this.#contexts.set(spec.context, opened);
    void track(opened);
    return opened.dataSource;
  }

  /** One answer per context that was ever opened; contexts of one target share one question. Takes at most a few seconds. */
  async health(): Promise<readonly ContextHealth[]> {
    const answers = new Map<string, Promise<Probed>>();
    return Promise.all(
      [...this.#contexts].map(async ([context, { state, detail }]): Promise<ContextHealth> => {
        if (this.#closing !== undefined) return { context, ok: false, detail: 'closed' };
        if (state !== 'open') return { context, ok: false, detail: detail ?? state };
        const key = this.#sourceOf.get(context);
        const source = key === undefined ? undefined : this.#sources.get(key);
        if (key === undefined || source === undefined) return { context, ok: false, detail: 'no connections' };
        const answer = answers.get(key) ?? probe(await source.connections);
        answers.set(key, answer);
        const { problem, clockAheadMs = 0 } = await answer;
        if (problem !== undefined) return { context, ok: false, detail: problem };
        return Math.abs(clockAheadMs) < CLOCKS_DIFFER_MS
          ? { context, ok: true }
          : { context, ok: true, clock: clockDifference(clockAheadMs) };
      }),
    );
  }

  /** The PostgreSQL databases of the contexts that are open, each once. */
  servers(): readonly ServerInUse[] {
    return [...this.#sources].flatMap(([key, { server }]) => {
      if (server === undefined) return [];
      const contexts = [...this.#contexts]
        .filter(([context, { state }]) => state === 'open' && this.#sourceOf.get(context) === key)
        .map(([context]) => context);
      const { release, role, clockAheadMs } = server;
      return [{ contexts, server: `PostgreSQL ${release}`, role, clockAheadMs, warnings: warningsOf(server) }];
    });
  }

  /** Ends DataSources, pools and engine, rolling back what is still open, and frees the data folder. Later calls get the first one's promise. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #open(spec: ContextSpec): Promise<DataSource> {
    checkContextName(spec.context);
    const target = this.#options.targetOf(spec.context);
    checkTarget(spec.context, target);
    const connections = await this.#source(spec.context, target);
    if (target.kind !== 'postgres') return openContext(spec, connections, false);
    const variable = target.variable ?? `the database of context '${spec.context}'`;
    await this.#examine(connections, target, variable);
    await examineRights(connections, schemaOf(spec.context), variable);
    try {
      return await openContext(spec, connections, true);
    } catch (error) {
      throw refusedRight(error, spec.context, variable);
    }
  }

  /** Once per server; one that was refused is asked again by whoever comes next. */
  async #examine(connections: ConnectionSource, target: PostgresTarget, variable: string): Promise<void> {
    const source = this.#sources.get(targetKey(target));
    if (source === undefined) throw new Error('the databases are closed');
    source.facts ??= examineServer(connections, target, variable).then((facts) => {
      source.server = facts;
      for (const warning of warningsOf(facts)) this.#warn(`${variable}: ${warning}`);
      return facts;
    });
    await source.facts.catch((error: unknown) => {
      delete source.facts;
      throw error;
    });
  }

  #warn(line: string): void {
    const { onWarning, onProgress } = this.#options;
    (onWarning ?? onProgress)?.(line);
  }

  #source(context: string, target: DatabaseTarget): Promise<ConnectionSource> {
    const key = targetKey(target);
    this.#sourceOf.set(context, key);
    const known = this.#sources.get(key);
    if (known !== undefined) {
      if (target.kind === 'postgres' && known.target.kind === 'postgres' && target.poolSize !== known.target.poolSize) {
        throw new Error(
          `Context '${context}' wants ${target.poolSize} connections to a database for which others share ${known.target.poolSize}.`,
        );
      }
      return known.connections;
    }
    const { onProgress, waitMs, answerMs, diskSync } = this.#options;
    const connections = openSource(target, { tell: onProgress ?? ((): void => undefined), waitMs, answerMs, diskSync });
    this.#sources.set(key, { target, connections });
    connections.catch(() => this.#sources.delete(key));
    return connections;
  }

  async #close(): Promise<void> {
    const opened = await Promise.allSettled([...this.#contexts.values()].map(({ dataSource }) => dataSource));
    const failures: unknown[] = [];
    const settle = async (endings: readonly Promise<unknown>[]): Promise<void> => {
      for (const ending of await Promise.allSettled(endings))
        if (ending.status === 'rejected') failures.push(ending.reason);
    };
    await settle(
      opened.flatMap((each) => (each.status === 'fulfilled' && each.value.isInitialized ? [each.value.destroy()] : [])),
    );
    const sources = await Promise.allSettled([...this.#sources.values()].map(({ connections }) => connections));
    await settle(sources.flatMap((each) => (each.status === 'fulfilled' ? [each.value.close()] : [])));
    if (failures.length > 0) throw new AggregateError(failures, 'Some databases did not close cleanly.');
  }
}

async function track(opened: Opened): Promise<void> {
  try {
    await opened.dataSource;
    opened.state = 'open';
  } catch (error) {
    opened.state = 'failed';
    opened.detail = tellable(error).message;
  }
}

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item) => b.includes(item));

const sameSpec = (a: ContextSpec, b: ContextSpec): boolean =>
  sameItems(a.entities, b.entities) && sameItems(a.migrations, b.migrations);
