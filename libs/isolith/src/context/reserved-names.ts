import { schemaOf } from '@isolith/postgres';
import { HOSTS } from '../remote/broadcasts.js';
import type { ContextDescriptor } from './context.js';

/** Where gateways count requests together, beside the schemas of all contexts. */
export const COUNTS_SCHEMA = 'isolith_edge';

/** What contexts and their schemas are called that is called so already, by the hosts of every application. */
export function reservedNames(contexts: readonly ContextDescriptor[]): readonly string[] {
  const taking = contexts
    .filter(({ name, schema, schemas }) => [schemaOf({ context: name, schema }), ...schemas].includes(COUNTS_SCHEMA))
    .map(({ name }) => name);
  return [
    ...(contexts.some(({ name }) => name === HOSTS)
      ? [`"${HOSTS}" is what hosts call themselves among one another: call the context otherwise`]
      : []),
    ...(taking.length === 0
      ? []
      : [
          `${taking.join(' and ')} would have the schema ${COUNTS_SCHEMA}, where gateways count requests: state another one`,
        ]),
  ];
}
