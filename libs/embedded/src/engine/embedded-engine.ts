import type { EmbeddedEngine } from '@isolith/postgres';
import type { DiskSync } from '../disk/disk.js';
import { openFolder, openInMemory } from './open-engine.js';
import { PgliteSource } from './pglite-source.js';

/** How the embedded engine works. */
export interface EngineOptions {
  /** How the engine reaches the disk; default: it waits for it. For tests of power loss. */
  readonly diskSync?: DiskSync | undefined;
}

/** PGlite as `Databases` of @isolith/postgres opens it: they load this package by its name and call this. */
export function embeddedEngine({ diskSync }: EngineOptions = {}): EmbeddedEngine {
  return {
    openFolder: async (dataDir, tell) => new PgliteSource(await openFolder(dataDir, tell, diskSync), tell),
    openInMemory: async (tell) => new PgliteSource(await openInMemory(tell), tell),
    readFolder: async (dataDir, tell) => {
      const { engine, stop } = await openFolder(dataDir, tell, diskSync);
      return {
        query: async (text, values = []) => (await engine.pglite.query<unknown>(text, [...values])).rows,
        close: stop,
      };
    },
  };
}
