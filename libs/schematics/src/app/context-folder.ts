import type { Name } from '../naming/name.js';
import type { SourceText } from '../source/source-text.js';
import type { Changes } from './changes.js';

/** The files of one context, and how its parts are called. */
export class ContextFolder {
  constructor(
    readonly changes: Changes,
    root: string,
    readonly name: Name,
  ) {
    this.path = `${root}/${name.kebab}`;
  }

  readonly path: string;

  /** A file of it: `features/place-order.ts`. */
  at(file: string): string {
    return `${this.path}/${file}`;
  }

  /** Its schema in the database. */
  get schema(): string {
    return this.name.snake;
  }

  get contract(): SourceText {
    return this.changes.edit(this.at(`${this.name.kebab}.contract.ts`), 'the contract of the context');
  }

  get descriptor(): SourceText {
    return this.changes.edit(this.at(`${this.name.kebab}.context.ts`), 'the descriptor of the context');
  }

  get module(): SourceText {
    return this.changes.edit(this.at(`${this.name.kebab}.module.ts`), 'the module of the context');
  }

  get routes(): SourceText {
    return this.changes.edit(this.at(`${this.name.kebab}.routes.ts`), 'the routes of the context');
  }
}
