import type { ContextSpec } from '@isolith/postgres';
import { contextsKeptBy } from '@isolith/journal/nest';
import { shop } from '../shop.js';

/** Every schema of the shop as its modules declare it, for whoever works on databases without running a host. */
export const shopDatabases = async (): Promise<readonly ContextSpec[]> =>
  await contextsKeptBy(await shop.modules(shop.names));
