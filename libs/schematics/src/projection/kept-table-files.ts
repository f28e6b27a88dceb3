import type { SubscriberFiles } from '../subscription/subscriber.js';
import { keyColumn, type Table } from './table.js';

/** A handler that keeps a row per key of what another context tells, and a spec that reads it. */
export const keptTableFiles = (table: Table): SubscriberFiles => {
  const {
    schema,
    name,
    key: { field: key },
  } = table;
  const [whole, column] = [`${schema}.${name.snake}`, keyColumn(table)];
  return {
    handler: ({ event, contract, handler }) => `import { UnitOfWork } from '@isolith/journal';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { ${event.pascal} } from '${contract}';

/** Keeps ${whole}: a row per ${key}. */
@EventsHandler(${event.pascal})
export class ${handler} implements IEventHandler<${event.pascal}> {
  constructor(private readonly unit: UnitOfWork) {}

  handle({ ${key} }: ${event.pascal}): Promise<void> {
    return this.unit.run(async () => {
      await this.unit.execute(
        \`INSERT INTO ${whole} AS present (${column}, events) VALUES ($1, 1)
         ON CONFLICT (${column}) DO UPDATE SET events = present.events + 1\`,
        [${key}],
      );
    });
  }
}
`,
    spec: ({ context, event, contract, subscription }, example) => [
      {
        packages: [
          ...(example.includes('randomUUID') ? [`import { randomUUID } from 'node:crypto';`] : []),
          `import { afterAll, beforeAll, expect, it } from '@jest/globals';`,
          `import { z } from 'zod';`,
        ],
        own: [`import { ${event.pascal} } from '${contract}';`],
      },
      `const Row = z.object({ events: z.int() });

it('counts each event once, however often it is told', async () => {
  const happened = ${example};
  for (const id of ['first', 'first', 'second']) await ${context.camel}.deliver('${subscription}', happened, id);
  expect(
    await ${context.camel}.read(Row, 'SELECT events FROM ${whole} WHERE ${column} = $1', [happened.${key}]),
  ).toEqual([{ events: 2 }]);
});
`,
    ],
  };
};
