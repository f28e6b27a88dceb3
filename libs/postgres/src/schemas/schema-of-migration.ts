import type { QueryRunner } from 'typeorm';
import { quoted } from './quoted.js';

/** The quoted schema that a migration runs in: each context's data source names its own. */
export function schemaOfMigration({ dataSource: { options } }: QueryRunner): string {
  if (!('schema' in options) || typeof options.schema !== 'string')
    throw new Error('the data source of a context must name its schema (options.schema)');
  return quoted(options.schema);
}
