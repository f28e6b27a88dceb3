import { freshDatabase, type FreshDatabase } from './database.js';
import { temporaryFolder } from './host.js';
import { startShop, type Shop } from './shop.js';

/** A shop of one process on a PostgreSQL of its own: its rows and its secret outlive each of its hosts. */
export class KeptShop {
  private constructor(
    private readonly database: FreshDatabase,
    /** What each of its hosts, and each of its tools, is started with. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async open(): Promise<KeptShop> {
    const database = await freshDatabase();
    return new KeptShop(database, { DATA_DIR: `${temporaryFolder()}/data`, DATABASE_URL: database.url });
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  /** A host of all contexts. @throws {HostExited} when it refuses to start */
  start(): Promise<Shop> {
    return startShop(this.environment);
  }

  drop(): Promise<void> {
    return this.database.drop();
  }
}
