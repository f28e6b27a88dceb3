import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import type { Rule } from '@angular-devkit/schematics';
import { command, context, event, projection, query, saga } from './index.js';
import { SmallApp } from './spec-support/small-app.js';

interface Given {
  readonly name: string;
  readonly path?: string | undefined;
  readonly type?: string | undefined;
}
const schematics: Readonly<Record<string, (given: Given) => Rule>> = {
  command,
  context,
  event,
  projection,
  query,
  saga,
};

const LINE = /^npx nest g -c @isolith\/schematics (\S+) (\S+)(?: (\w\S*))?(?: --type (\S+))?$/gm;

it('the commands of the README lead to the files that it shows', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const app = new SmallApp();
  const lines = [...readme.matchAll(LINE)];
  expect(lines).toHaveLength(7);
  for (const [, schematic = '', name = '', path, type] of lines) {
    const rule = schematics[schematic]?.({ name, path, type });
    if (rule === undefined) throw new Error(`${schematic} is no schematic`);
    await app.generate(rule);
  }
  for (const file of ['inventory.module.ts', 'features/reserve-stock.spec.ts'])
    expect(readme).toContain(`\`\`\`ts\n${app.text(`src/inventory/${file}`)}\`\`\``);
});
