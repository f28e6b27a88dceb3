import { type App, contextsIn } from '../app/app.js';
import { ContextFolder } from '../app/context-folder.js';
import { generalOptions, oneName, schematic } from '../app/schematic.js';
import { contextName } from '../naming/context-name.js';
import type { Name } from '../naming/name.js';
import { addImport } from '../source/imports.js';
import { appendTo } from '../source/lists.js';
import { contextFiles, contextSpec } from './context-files.js';

/**
 * A context: contract, descriptor, module, routes, what opens it for tests with a spec, and its line in the list of the
 * application.
 */
export const context = schematic(generalOptions.extend(oneName), ({ name: written, spec }, app) => {
  const name = contextName(written);
  if (app.has(name.kebab)) return { present: `${app.root}/${name.kebab} is there already` };
  const folder = new ContextFolder(app.changes, app.root, name);
  for (const [file, text] of contextFiles(name)) app.changes.create(folder.at(file), text);
  if (spec) app.changes.create(folder.at(`${name.kebab}.spec.ts`), contextSpec(name));
  listContext(app, name);
  return undefined;
});

function listContext(app: App, name: Name): void {
  const file = app.list();
  const folder = `./${name.kebab}/${name.kebab}`;
  const load = (part: string, what: string): string =>
    `  ${part}: async () => (await import(${file.quoted(`${folder}.${part}.js`)})).${what},\n`;
  const code = `${load('module', `${name.pascal}Module`)}${load('routes', `${name.camel}Routes`)}`;
  appendTo(file, contextsIn(file), `lazily(${name.camel}, {\n${code}})`);
  addImport(file, 'lazily', '@isolith/isolith');
  addImport(file, name.camel, `${folder}.context.js`);
}
