import type { ConnectionSource } from '../connections/connection-source.js';
import type { Session } from '../connections/session.js';

/** One line for a human. */
export type Tell = (line: string) => void;

/** The only session of a database that nothing else is done to until `close`. */
export interface FolderReader extends Session {
  close(): Promise<void>;
}

/**
 * What opens databases inside of this process. Implementers owe, beside what a `ConnectionSource` owes:
 *
 * - What a COMMIT on a folder has answered is there after the process was killed, and after the power went at any
 *   moment. So is a folder that was just being made: the next start makes it anew, or goes on with it.
 * - A folder belongs to one holder at a time, from its opening to the end of `close`; another one gets a
 *   DataDirInUseError, and nothing was touched. What keeps a folder from being used at all is a DataDirRefusedError.
 * - Sessions are pinned like those of a server, but for its time limits. An engine that can't vouch for its memory or
 *   its disk any more fails all that is asked of it.
 * - What a server does in the background (checkpoints, dead rows, statistics) is done while the database is in use, and
 *   keeps no process from ending.
 *
 * Not their job: schemas, migrations, which context is where.
 */
export interface EmbeddedEngine {
  /** All connections to the database in a folder; folder and database are made when they are absent. */
  openFolder(dataDir: string, tell: Tell): Promise<ConnectionSource>;
  /** All connections to a new database that ends with them. */
  openInMemory(tell: Tell): Promise<ConnectionSource>;
  /** The database in a folder that holds one, for whoever reads all of it. */
  readFolder(dataDir: string, tell: Tell): Promise<FolderReader>;
}
