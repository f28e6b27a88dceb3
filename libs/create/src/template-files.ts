import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export interface AppFile {
  /** In the app, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Stored under other names, each for its reason. */
const STORED_AS: Readonly<Record<string, string>> = {
  // npm leaves files of this name out of packages.
  _gitignore: '.gitignore',
  // The compiler and npm would take the template for a project of this repository.
  '_tsconfig.json': 'tsconfig.json',
  '_package.json': 'package.json',
};

/** How the template calls its app wherever its name stands: in a manifest, in sources, in Compose, in the README. */
const NAME = 'my-app';
const FOLDER = join(import.meta.dirname, '..', 'template');

/** The files of an app of this name, all of them text. */
export function filesOfApp(name: string): readonly AppFile[] {
  return readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = relative(FOLDER, file).split(sep).join('/');
      return { path: STORED_AS[path] ?? path, text: readFileSync(file, 'utf8').replaceAll(NAME, name) };
    });
}
