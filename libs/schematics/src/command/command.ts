import type { ContextFolder } from '../app/context-folder.js';
import { schematic } from '../app/schematic.js';
import { addProvider, addRoute } from '../app/wiring.js';
import { contractName, declarationOf, declare } from '../message/contract-classes.js';
import { requestOptions } from '../message/request-options.js';
import { createSpec } from '../message/spec-file.js';
import { memberName } from '../naming/member-name.js';
import type { Name } from '../naming/name.js';
import { commandContract, commandHandler, commandRoute, commandSpec, type Sender } from './command-files.js';

/** A command in the contract, its handler in the module, its spec, and its HTTP route where one is wanted. */
export const command = schematic(requestOptions, ({ hasRoute, spec, ...written }, app) => {
  const { context, name } = memberName('command', written, (one) => app.has(one));
  const folder = app.context(context);
  if (declarationOf(folder, 'command', name) !== undefined)
    return { present: `${contractName(context, name)} is in ${folder.contract.path} already` };
  addCommand(folder, name, { spec, sender: 'user' });
  if (hasRoute) {
    app.changes.create(folder.at(`features/${name.kebab}.route.ts`), commandRoute(context, name));
    addRoute(folder, `${name.pascal}Route`, `./features/${name.kebab}.route.js`);
  }
  return undefined;
});

/** @param sender who may send it */
export function addCommand(
  folder: ContextFolder,
  name: Name,
  { spec, sender }: { readonly spec: boolean; readonly sender: Sender },
): void {
  declare(folder, name, commandContract(folder.name, name, sender));
  folder.changes.create(folder.at(`features/${name.kebab}.ts`), commandHandler(folder.name, name));
  addProvider(folder, `${name.pascal}Handler`, `./features/${name.kebab}.js`);
  if (spec) createSpec(folder, name.kebab, ...commandSpec(folder.name, name, sender));
}
