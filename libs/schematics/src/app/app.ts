import ts from 'typescript';
import type { Name } from '../naming/name.js';
import { callsOf, resolved } from '../source/nodes.js';
import type { SourceText } from '../source/source-text.js';
import type { Changes } from './changes.js';
import { ContextFolder } from './context-folder.js';
import { Refused } from '../refusals/refused.js';

const ARRAY = 'its list of contexts, [lazily(orders, { … }), …]';

/** An application in the layout of Isolith: a list of contexts, and a folder for each. */
export class App {
  constructor(
    readonly changes: Changes,
    /** Such as `src`. */
    readonly root: string,
  ) {}

  has(context: string): boolean {
    return this.changes.has(`${this.root}/${context}/${context}.context.ts`);
  }

  /** The folder of a context that is there. @throws {Refused} with how to make it */
  context(name: Name): ContextFolder {
    if (!this.has(name.kebab))
      throw new Refused(
        `${this.root}/${name.kebab}/${name.kebab}.context.ts: looked for the context ${name.kebab}; there is no such file. \`nest g -c @isolith/schematics context ${name.kebab}\` makes one`,
      );
    return new ContextFolder(this.changes, this.root, name);
  }

  /** The one file that lists the contexts. @throws {Refused} where none does, or several */
  list(): SourceText {
    const paths = this.changes
      .in(this.root)
      .files.filter((file) => file.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(file))
      .map((file) => `${this.root}/${file}`);
    const files = paths.map((path) => this.changes.edit(path, 'a file of the application'));
    const listing = files.filter((file) => callsOf(file.ast, 'application').length > 0);
    const [found, another] = listing;
    if (found === undefined || another !== undefined)
      throw new Refused(
        `${this.root}/*.ts: looked for one file with application('…', [ … ]); found ${listing.length === 0 ? 'none' : listing.map(({ path }) => path).join(' and ')}`,
      );
    return found;
  }
}

/** The list of contexts in the file that `list()` found. @throws {Refused} where it is not written out */
export function contextsIn(file: SourceText): ts.ArrayLiteralExpression {
  const calls = callsOf(file.ast, 'application');
  const list = resolved(calls[0]?.arguments[1]);
  if (calls.length !== 1 || list === undefined || !ts.isArrayLiteralExpression(list))
    throw new Refused(`${file.path}: looked for one call application('…', [ … ]) with ${ARRAY}; found another form`);
  return list;
}
