import { freshVhost } from '../../test/support/broker.js';
import { freshDatabase } from '../../test/support/database.js';
import type { Ground, RaceSubject } from './subject.js';

/**
 * A database and a virtual host of its own for each contestant that needs one; of the servers that `npm run services`
 * names.
 */
export async function freshGround({ needs }: Pick<RaceSubject, 'needs'>): Promise<Ground> {
  const database = needs.includes('postgresql') ? await freshDatabase() : undefined;
  const vhost = needs.includes('rabbitmq') ? await freshVhost() : undefined;
  return {
    surroundings: { databaseUrl: database?.url ?? '', transportUrl: vhost?.url ?? '' },
    drop: async () => {
      await vhost?.drop();
      await database?.drop();
    },
  };
}
