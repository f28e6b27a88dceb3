import type { ContextFolder } from '../app/context-folder.js';
import { openerPath, openerText } from '../context/context-files.js';
import { Refused } from '../refusals/refused.js';
import { nodesIn } from '../source/nodes.js';
import ts from 'typescript';

/** The beginning of a spec that opens its context: the variable has the context's name. */
export interface SpecHead {
  /** Lines of imports from packages, in their order. */
  readonly packages: readonly string[];
  /** Lines of imports from the application. */
  readonly own: readonly string[];
}

/** Adds a spec to `features/`, and what opens the context where it has nothing of the kind. */
export function createSpec(folder: ContextFolder, file: string, { packages, own }: SpecHead, body: string): void {
  requireOpener(folder);
  const { kebab, camel, pascal } = folder.name;
  const opener = `import { open${pascal} } from '../testing/open-${kebab}.js';`;
  folder.changes.create(
    folder.at(`features/${file}.spec.ts`),
    `${[...packages, ...[...own, opener].sort(bySpecifier)].join('\n')}

let ${camel}: Awaited<ReturnType<typeof open${pascal}>>;
beforeAll(async () => void (${camel} = await open${pascal}()));
afterAll(() => ${camel}.close());

${body}`,
  );
}

function requireOpener(folder: ContextFolder): void {
  const path = folder.at(openerPath(folder.name));
  if (!folder.changes.has(path)) return folder.changes.create(path, openerText(folder.name));
  const opener = `open${folder.name.pascal}`;
  const file = folder.changes.edit(path, 'what opens the context for tests');
  const isThere = [...nodesIn(file.ast)].some(
    (node) => (ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node)) && node.name?.getText() === opener,
  );
  if (!isThere)
    throw new Refused(
      `${path}: looked for an exported function ${opener}, with which specs open the context; found none`,
    );
}

const specifierOf = (line: string): string => line.slice(line.lastIndexOf(' from '));
const bySpecifier = (one: string, other: string): number => (specifierOf(one) < specifierOf(other) ? -1 : 1);
