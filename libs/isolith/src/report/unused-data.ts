import { GATEWAY } from '@isolith/contracts';
import { holdsEmbeddedData } from '@isolith/postgres/internal';
import type { HostConfig } from '../config/host-config.js';

/**
 * What is to be said when contexts keep their rows in PostgreSQL beside an embedded database that may hold older ones.
 */
export function unusedData(config: HostConfig): string | undefined {
  const { DATA_DIR } = config.values;
  const onServer = config.placement.here.filter(
    (context) => context !== GATEWAY && config.databaseUrl(context) !== undefined,
  );
  if (onServer.length === 0 || !holdsEmbeddedData(DATA_DIR)) return undefined;
  return (
    `DATA_DIR: ${DATA_DIR} holds an embedded database, which ${onServer.join(', ')} ${onServer.length === 1 ? 'does' : 'do'} not use: the rows are read from PostgreSQL. ` +
    '"npm run move-data" copies them there; remove the folder "postgres" in it when they have arrived.'
  );
}
