import { resolve } from 'node:path';
import { holdsEmbeddedData } from '../targets/embedded-data.js';
import type { ConnectionSource } from '../connections/connection-source.js';
import type { ContextSpec } from '../databases/open-context.js';
import { DatabaseRefusedError } from '../connections/errors.js';
import { installedEngine } from '../targets/installed-engine.js';
import { PostgresSource } from '../pools/postgres-source.js';
import { checkTarget, targetKey, type DatabaseTarget } from '../targets/target.js';
import { examineServer } from '../surroundings/examine-server.js';
import { moveContext, type MovedTable } from './move-context.js';
import { migrateTarget, MoveRefusedError, onServer, planMove, type MovePlan } from './move-plan.js';

/** What `moveData` copies, from where and to where. */
export interface MoveOptions {
  /** The folder of the embedded database. No host may be using it. */
  readonly dataDir: string;
  /** Every context of the program, with the journal's migrations. */
  readonly contexts: readonly ContextSpec[];
  /** Where each context is to go; one that is to stay embedded is left alone. */
  readonly targetOf: (context: string) => DatabaseTarget;
  /** One line of progress for a human. */
  readonly say: (line: string) => void;
}

/** What became of one context in a move. */
export interface MovedContext {
  readonly context: string;
  readonly action: MovePlan['action'];
  /** Of copied ones: every table, counted and summed on both sides. */
  readonly tables: readonly MovedTable[];
}

/**
 * Copies an embedded database to PostgreSQL. Each context goes over in one transaction of the target, whole and
 * verified or not at all; one that an earlier run brought over is recognised and left, so an interrupted move is simply
 * started again. The folder is only read.
 * @throws MoveRefusedError, with nothing written, if the folder holds no database, is of another version than the
 *   program, holds what no context owns, or if a target holds rows already
 * @throws DataDirInUseError if a host uses the folder
 * @throws DatabaseRefusedError if no embedded engine is installed
 * @throws Error if a table arrives otherwise than it left; that context is as it was before
 */
export async function moveData({ dataDir, contexts, targetOf, say }: MoveOptions): Promise<readonly MovedContext[]> {
  if (!holdsEmbeddedData(dataDir)) throw new MoveRefusedError([`${resolve(dataDir)}: holds no embedded database`]);
  const from = await (await installedEngine(dataDir)).readFolder(dataDir, say);
  const servers = new Servers(targetOf, say);
  try {
    await servers.examine(contexts.map(({ context }) => context));
    const plans = await planMove(from, contexts, (context) => servers.of(context));
    const moved: MovedContext[] = [];
    for (const { spec, action } of plans) {
      const { context } = spec;
      const server = servers.of(context);
      if (action !== 'copy' || server === undefined) {
        say(`${context}: ${WHY_NOT[action]}`);
        moved.push({ context, action, tables: [] });
        continue;
      }
      await migrateTarget(spec, server);
      moved.push({ context, action, tables: await onServer(server, (to) => moveContext(from, to, spec, say)) });
    }
    return moved;
  } finally {
    await servers.close();
    await from.close();
  }
}

const WHY_NOT = {
  absent: 'not in the data folder',
  stays: 'stays in the data folder, it has no PostgreSQL',
  'there already': 'is there already, the same rows',
  copy: 'has no server',
} as const;

/** One pool per target, as in a host. */
class Servers {
  readonly #open = new Map<string, ConnectionSource>();

  constructor(
    private readonly targetOf: (context: string) => DatabaseTarget,
    private readonly say: (line: string) => void,
  ) {}

  of(context: string): ConnectionSource | undefined {
    const target = this.targetOf(context);
    checkTarget(context, target);
    if (target.kind !== 'postgres') return undefined;
    const key = targetKey(target);
    const server = this.#open.get(key) ?? new PostgresSource(target.url, 1, this.say);
    this.#open.set(key, server);
    return server;
  }

  /** @throws MoveRefusedError with what speaks against any of the servers of these contexts */
  async examine(contexts: readonly string[]): Promise<void> {
    const reasons: string[] = [];
    const asked = new Set<string>();
    for (const context of contexts) {
      const target = this.targetOf(context);
      const source = this.of(context);
      if (target.kind !== 'postgres' || source === undefined || asked.has(target.url)) continue;
      asked.add(target.url);
      try {
        await examineServer(source, target, target.variable ?? `the database of ${context}`);
      } catch (error) {
        if (!(error instanceof DatabaseRefusedError)) throw error;
        reasons.push(...error.reasons);
      }
    }
    if (reasons.length > 0) throw new MoveRefusedError(reasons);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((server) => server.close()));
  }
}
