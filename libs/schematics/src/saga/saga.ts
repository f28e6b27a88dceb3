import { Refused } from '../refusals/refused.js';
import { memberOptions, oneName, schematic } from '../app/schematic.js';
import { addProvider, featureOptions } from '../app/wiring.js';
import { addCommand } from '../command/command.js';
import { declarationOf } from '../message/contract-classes.js';
import { createSpec } from '../message/spec-file.js';
import { memberName } from '../naming/member-name.js';
import { Name } from '../naming/name.js';
import { addToArray } from '../source/properties.js';
import { sagaFile, sagaSpec } from './saga-files.js';

/** A saga of one step, with the command of the step and the one that undoes it. */
export const saga = schematic(memberOptions.extend(oneName), ({ spec, ...written }, app) => {
  const { context, name } = memberName('saga', written, (one) => app.has(one));
  const folder = app.context(context);
  const path = folder.at(`features/${name.kebab}.saga.ts`);
  if (app.changes.has(path)) return { present: `${path} is there already` };
  const names = { step: named('perform', name), undo: named('undo', name) };
  for (const command of [names.step, names.undo]) {
    if (declarationOf(folder, 'command', command) !== undefined)
      throw new Refused(
        `${folder.contract.path}: ${command.pascal} is there already, and a saga ${name.kebab} comes with that command; give the saga another name`,
      );
    addCommand(folder, command, { spec, sender: 'itself' });
  }
  app.changes.create(path, sagaFile(context, name, names));
  const [type, from] = [`${name.pascal}Saga`, `./features/${name.kebab}.saga.js`];
  addToArray(folder.module, featureOptions, 'sagas', type);
  addProvider(folder, type, from);
  if (spec) createSpec(folder, `${name.kebab}.saga`, ...sagaSpec(context, name, names));
  return undefined;
});

const named = (verb: string, name: Name): Name => Name.parse(verb, 'a command').followedBy(name);
