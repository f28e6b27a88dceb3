import type { PoolLoad } from '../connections/pool-load.js';
import { tellable } from '@isolith/contracts';
import type { DataSource } from 'typeorm';
import { schemaOf } from '../schemas/schema-name.js';
import { examineRights, examineServer, refusedRight } from '../surroundings/examine-server.js';
import { examineSchema, refusedTable } from './schema-as-found.js';
import type { ServerFacts } from '../surroundings/server-facts.js';
import { clockDifference, CLOCKS_DIFFER_MS, warningsOf } from '../surroundings/server-rules.js';
import type { ConnectionSource } from '../connections/connection-source.js';
import type { EmbeddedEngine } from '../targets/embedded-engine.js';
import { probe, type Probed } from './probe.js';
import { openContext, type ContextSpec } from './open-context.js';
import { openSource } from '../pools/open-source.js';
import { checkContext, checkTarget, targetKey, type DatabaseTarget, type PostgresTarget } from '../targets/target.js';

/** Where rows are, who is told of what, and how long is waited. */
export interface DatabasesOptions {
  /** Which database a context's rows are in. Asked once per context. */
  readonly targetOf: (context: string) => DatabaseTarget;
  /** One line for a human: the embedded database is being created, a connection was lost. Default: nobody is told. */
  readonly onProgress?: (line: string) => void;
  /** One line for a human about a server that works, but not as one would want it. Default: `onProgress`. */
  readonly onWarning?: (line: string) => void;
  /**
   * How long a caller waits for a connection to PostgreSQL before it gets an OverloadedError, in milliseconds; default
   * 5,000.
   */
  readonly waitMs?: number;
  /**
   * How long PostgreSQL may owe the answer to a statement, in milliseconds; default 35,000, a bit more than it gives a
   * statement. After that the connection counts as lost. Migrations have their own, longer limit.
   */
  readonly answerMs?: number;
  /**
   * What opens embedded databases; default: the engine of the package `@isolith/embedded`, loaded with the first of
   * them.
   */
  readonly embedded?: EmbeddedEngine;
}

/** Whether the database of one context answers, and what is wrong when it does not. */
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
  /**
   * `grouped`: a unit's statements go in as few round trips as they can. `one by one`: each in its own; why, a warning
   * says.
   */
  readonly statements: 'grouped' | 'one by one';
  readonly warnings: readonly string[];
}

/** How much the connections of this process to one database are asked for. */
export interface PoolInUse extends PoolLoad {
  readonly contexts: readonly string[];
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
 * A context is opening, then open or failed; a failed one may be opened again. A target's source is made by the first
 * context that needs it and shared by all that come while it is being made; if it cannot be made it is forgotten, so
 * that the next attempt tries anew. `close` first refuses new openings, then waits for those under way, and only then
 * ends what they opened.
 */
export class Databases {
  readonly #options: DatabasesOptions;
  readonly #driver: string | undefined;
  readonly #contexts = new Map<string, Opened>();
  readonly #sources = new Map<string, Source>();
  readonly #sourceOf = new Map<string, string>();
  #closing: Promise<void> | undefined;

  /**
   * @param driver the version of `pg` that is spoken to; default: the installed one's. Of one that is not known only
   * what it promises is used.
   */
  constructor(options: DatabasesOptions, driver?: string) {
    this.#options = options;
    this.#driver = driver;
  }

  /**
   * The DataSource of a context, opened by the first call: its schema is created if absent, its migrations run under an
   * advisory lock of that context. In migrations, and only there, unqualified names mean the context's schema.
   * @throws DataDirInUseError if another process uses the data folder
   * @throws DatabaseRefusedError if a PostgreSQL can't be reached, or can't be worked with as it is; if an embedded
   *   engine is asked for and none is installed
   * @throws Error if the target or the context's name is not valid, a migration fails, the context is
   *   already open with other entities or migrations or in another schema, another context has the same schema, or
   *   `close` was called
   */
  open(spec: ContextSpec): Promise<DataSource> {
    if (this.#closing !== undefined)
      return Promise.reject(new Error(`Context '${spec.context}' cannot be opened: the databases are closed.`));
    const known = this.#contexts.get(spec.context);
    if (known !== undefined && known.state !== 'failed') {
      if (sameSpec(known.spec, spec)) return known.dataSource;
      return Promise.reject(
        new Error(`Context '${spec.context}' is already open with other entities or migrations, or in another schema.`),
      );
    }
    const twin = [...this.#contexts.values()].find(
      ({ spec: other }) => other.context !== spec.context && schemaOf(other) === schemaOf(spec),
    )?.spec.context;
    if (twin !== undefined)
      return Promise.reject(
        new Error(
          `Contexts '${twin}' and '${spec.context}' would share the schema ${schemaOf(spec)}: state another one for one of them.`,
        ),
      );
    const opened: Opened = { spec, dataSource: this.#open(spec), state: 'opening' };
    this.#contexts.set(spec.context, opened);
    void track(opened);
    return opened.dataSource;
  }

  /**
   * One answer per context that was ever opened; contexts of one target share one question. Takes at most a few
   * seconds.
   */
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
      const contexts = this.#openIn(key);
      const { release, role, clockAheadMs, singly } = server;
      const statements = singly === undefined ? 'grouped' : 'one by one';
      return [
        { contexts, server: `PostgreSQL ${release}`, role, clockAheadMs, statements, warnings: warningsOf(server) },
      ];
    });
  }

  /** Of each database of the contexts that are open; none once the databases are closed. */
  async pools(): Promise<readonly PoolInUse[]> {
    if (this.#closing !== undefined) return [];
    const used = [...this.#sources].map(async ([key, { connections }]): Promise<readonly PoolInUse[]> => {
      const contexts = this.#openIn(key);
      const load = contexts.length === 0 ? undefined : (await connections).load?.();
      return load === undefined ? [] : [{ contexts, ...load }];
    });
    return (await Promise.all(used)).flat();
  }

  /**
   * Ends DataSources, pools and engine, rolling back what is still open, and frees the data folder. Later calls get the
   * first one's promise.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #openIn(key: string): readonly string[] {
    return [...this.#contexts]
      .filter(([context, { state }]) => state === 'open' && this.#sourceOf.get(context) === key)
      .map(([context]) => context);
  }

  async #open(spec: ContextSpec): Promise<DataSource> {
    checkContext(spec);
    const target = this.#options.targetOf(spec.context);
    checkTarget(spec.context, target);
    const connections = await this.#source(spec.context, target);
    const isServer = target.kind === 'postgres';
    const variable = (isServer ? target.variable : 'DATA_DIR') ?? `the database of context '${spec.context}'`;
    if (isServer) {
      await this.#examine(connections, target, variable);
      await examineRights(connections, schemaOf(spec), variable);
    }
    await examineSchema(connections, spec, variable);
    try {
      return await openContext(spec, connections, isServer);
    } catch (error) {
      throw refusedTable(refusedRight(error, spec.context, variable), spec, variable);
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
    const { onProgress, waitMs, answerMs, embedded } = this.#options;
    const connections = openSource(target, {
      tell: onProgress ?? ((): void => undefined),
      waitMs,
      answerMs,
      embedded,
      version: this.#driver,
    });
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
  schemaOf(a) === schemaOf(b) && sameItems(a.entities, b.entities) && sameItems(a.migrations, b.migrations);
