import type { SpecHead } from '../message/spec-file.js';
import type { Name } from '../naming/name.js';
import { keyColumn, type Table } from './table.js';

/** How a declared projection is called in the code. */
export const constantOf = ({ camel }: Name): string => `${camel}Projection`;

/** A projection that follows the journal of its own context, with a row per key. */
export const projectionFile = (table: Table, event: Name): string => {
  const {
    context,
    name,
    key: { field: key, type },
  } = table;
  const column = keyColumn(table);
  return `import { projection } from '@isolith/event-sourcing';
import { ${event.pascal} } from '../${context.kebab}.contract.js';

/**
 * A row per ${key}. Raise the version with every change: that one is built from all that was recorded, while this one
 * still answers.
 */
export const ${constantOf(name)} = projection({
  name: '${name.kebab}',
  version: 1,
  events: [${event.pascal}],
  table: (name) => [
    \`CREATE TABLE \${name} (
      ${column} ${type} PRIMARY KEY,
      events integer NOT NULL CHECK (events > 0)
    )\`,
  ],
  apply: ({ ${key} }, { table, write }) => {
    write(
      \`INSERT INTO \${table} AS present (${column}, events) VALUES ($1, 1)
       ON CONFLICT (${column}) DO UPDATE SET events = present.events + 1\`,
      [${key}],
    );
  },
});
`;
};

/** @param example an expression that makes one event */
export const projectionSpec = (table: Table, event: Name, example: string): [SpecHead, string] => {
  const {
    context: { camel, kebab },
    name,
    key: { field: key },
  } = table;
  const constant = constantOf(name);
  return [
    {
      packages: [
        ...(example.includes('randomUUID') ? [`import { randomUUID } from 'node:crypto';`] : []),
        `import { afterAll, beforeAll, expect, it } from '@jest/globals';`,
        `import { Projections } from '@isolith/event-sourcing';`,
        `import { UnitOfWork } from '@isolith/journal';`,
        `import { EventBus } from '@nestjs/cqrs';`,
        `import { z } from 'zod';`,
      ],
      own: [
        `import { ${event.pascal} } from '../${kebab}.contract.js';`,
        `import { ${constant} } from './${name.kebab}.projection.js';`,
      ],
    },
    `const Row = z.object({ events: z.int() });

it('counts each event that was recorded', async () => {
  const happened = ${example};
  const [unit, events, projections] = [${camel}.get(UnitOfWork), ${camel}.get(EventBus), ${camel}.get(Projections)];
  for (let nth = 0; nth < 2; nth += 1)
    await ${camel}.run(() => unit.run(async () => void events.publish(happened)));
  const rows = await ${camel}.run(async () => {
    await projections.caughtUp(${constant}, { withinMs: 10_000 });
    return projections.query(
      ${constant},
      Row,
      (table) => \`SELECT events FROM \${table} WHERE ${keyColumn(table)} = $1\`,
      [happened.${key}],
    );
  });
  expect(rows).toEqual([{ events: 2 }]);
});
`,
  ];
};
