import { z } from 'zod';
import type { ContextFolder } from '../app/context-folder.js';
import { memberOptions, schematic } from '../app/schematic.js';
import { featureOptions } from '../app/wiring.js';
import { Refused } from '../refusals/refused.js';
import { contractName, declarationOf } from '../message/contract-classes.js';
import { createSpec } from '../message/spec-file.js';
import { memberName } from '../naming/member-name.js';
import type { Name } from '../naming/name.js';
import { addImport } from '../source/imports.js';
import { addToArray } from '../source/properties.js';
import { exampleOf } from '../subscription/sample.js';
import { addSubscriber } from '../subscription/subscriber.js';
import { keyOf } from './event-key.js';
import { keptTableFiles } from './kept-table-files.js';
import { addMigration } from './migration.js';
import { constantOf, projectionFile, projectionSpec } from './projection-files.js';
import type { Table } from './table.js';

/** Its table and view have names that derive from it (@isolith/event-sourcing). */
const LONGEST_NAME = 40;

const options = memberOptions.extend({
  /** The event that it is made of: `order-placed` of its own context, or `orders/order-placed`. */
  of: z.string().optional(),
  /** The same, as `nest g` passes its second name. */
  path: z.string().optional(),
});

/**
 * Of an event of its own context: a projection that follows the journal, with its spec. Of another context's, whose
 * journal it can't read: a table that a subscription keeps, with migration, handler and spec.
 */
export const projection = schematic(options, ({ of, path, spec, ...written }, app) => {
  const { context, name } = memberName('projection', written, (one) => app.has(one));
  const folder = app.context(context);
  const file = `${name.kebab}.projection`;
  if (app.changes.has(folder.at(`features/${file}.ts`)))
    return { present: `${folder.at(`features/${file}.ts`)} is there already` };
  const said = of ?? path;
  if (said === undefined)
    throw new Refused(
      `a projection is made of events: name one behind it, as in ${context.kebab}/${name.kebab} orders/order-placed`,
    );
  const isPlaced = said.includes('/') || app.has(said.split('.')[0] ?? '');
  const event = memberName('event', isPlaced ? { name: said } : { name: said, context: context.kebab }, (one) =>
    app.has(one),
  );
  const producer = app.context(event.context);
  if (declarationOf(producer, 'event', event.name) === undefined)
    throw new Refused(
      `${producer.contract.path}: looked for the event ${contractName(event.context, event.name)}; there is none. \`nest g -c @isolith/schematics event ${event.context.kebab}/${event.name.kebab}\` makes one`,
    );
  const table = { context, schema: folder.schema, name, key: keyOf(producer.contract, event.name) };
  if (producer.path === folder.path) {
    addProjection(folder, table, event.name, spec);
    return undefined;
  }
  addMigration(folder, table);
  addSubscriber(folder, {
    subscription: name.kebab,
    event: { producer, name: event.name },
    handler: `${name.pascal}Projection`,
    file,
    spec,
    files: keptTableFiles(table),
  });
  return undefined;
});

function addProjection(folder: ContextFolder, table: Table, event: Name, spec: boolean): void {
  const { module, contract } = folder;
  if (table.name.kebab.length > LONGEST_NAME)
    throw new Refused(`${table.name.kebab} is too long: a projection has a name of at most ${LONGEST_NAME} characters`);
  const [constant, file] = [constantOf(table.name), `${table.name.kebab}.projection`];
  addToArray(module, featureOptions, 'projections', constant);
  addImport(module, constant, `./features/${file}.js`);
  folder.changes.create(folder.at(`features/${file}.ts`), projectionFile(table, event));
  if (spec) createSpec(folder, file, ...projectionSpec(table, event, exampleOf(contract, event)));
}
