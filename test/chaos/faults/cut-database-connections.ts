import { z } from 'zod';
import { eventually } from '../../support/eventually.js';
import { nothing, type MakeFault } from './fault.js';

/** Every connection of the shop to its database breaks at once; hosts may connect again at once. */
export const cutDatabaseConnections: MakeFault = ({ witness }) => {
  const sql =
    'SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
  const cut = (): Promise<readonly { readonly cut: boolean }[]> => witness.query(z.object({ cut: z.boolean() }), sql);
  return {
    // A host that has just started again may hold none for a moment, and a cut of nothing proves nothing.
    hit: async () => void (await eventually('a connection to the database was cut', cut, ({ length }) => length > 0)),
    heal: nothing,
  };
};
