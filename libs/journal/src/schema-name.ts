/** The schema that holds a context's tables: its name, with `_` for `-`, so that SQL need not quote it. */
export const schemaOf = (context: string): string => context.replaceAll('-', '_');
