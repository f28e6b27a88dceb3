/** Where a schema keeps which of its context's migrations have run. */
export const MIGRATIONS_TABLE = 'migrations';
