import { z } from 'zod';
import { nothing, type MakeFault } from './fault.js';

/** Every connection of the shop to its database breaks at once; hosts may connect again at once. */
export const cutDatabaseConnections: MakeFault = ({ witness }) => ({
  hit: async () => {
    const sql = 'SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
    const cut = await witness.query(z.object({ cut: z.boolean() }), sql);
    if (cut.length === 0) throw new Error('cut-database-connections: none is open, and a cut of nothing proves nothing');
  },
  heal: nothing,
});
