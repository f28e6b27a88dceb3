import { schematic } from '../app/schematic.js';
import { addProvider, addRoute } from '../app/wiring.js';
import { contractName, declarationOf, declare } from '../message/contract-classes.js';
import { requestOptions } from '../message/request-options.js';
import { createSpec } from '../message/spec-file.js';
import { memberName } from '../naming/member-name.js';
import { queryContract, queryHandler, queryRoute, querySpec } from './query-files.js';

/** A query in the contract, its handler in the module, its spec, and its HTTP route where one is wanted. */
export const query = schematic(requestOptions, ({ hasRoute, spec, ...written }, app) => {
  const { context, name } = memberName('query', written, (one) => app.has(one));
  const folder = app.context(context);
  if (declarationOf(folder, 'query', name) !== undefined)
    return { present: `${contractName(context, name)} is in ${folder.contract.path} already` };
  declare(folder, name, queryContract(context, name));
  app.changes.create(folder.at(`features/${name.kebab}.ts`), queryHandler(context, name));
  addProvider(folder, `${name.pascal}Handler`, `./features/${name.kebab}.js`);
  if (spec) createSpec(folder, name.kebab, ...querySpec(context, name));
  if (hasRoute) {
    app.changes.create(folder.at(`features/${name.kebab}.route.ts`), queryRoute(context, name));
    addRoute(folder, `${name.pascal}Route`, `./features/${name.kebab}.route.js`);
  }
  return undefined;
});
