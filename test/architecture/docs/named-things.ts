import { missingCommands } from './commands.js';
import { literalsOf, pagesIn } from './pages.js';
import { brokenLinks, missingPaths } from './paths.js';
import { missingRoutes } from './routes.js';
import { missingVariables } from './variables.js';

export type Files = ReadonlyMap<string, string>;

/** Looks at the tree once; then says which of the things that a literal text names are not in it. */
export type Missing = (files: Files) => (text: string) => readonly string[];

/** A name that pages may say although nothing in the tree has it. */
export interface Foreign {
  readonly name: string;
  readonly reason: string;
}

/**
 * Names of metrics, tables, fields of a configuration: a code span that is one such word is somewhere in the code, too.
 */
const missingWords: Missing = (files) => {
  const code = [...files]
    .filter(([path]) => !path.endsWith('.md') && !path.startsWith('test/architecture/docs/'))
    .map(([, text]) => text)
    .join('\n');
  return (text) => {
    const [, word] = /^([a-z]+(?:_[a-z]+)+)(?:\{.*\})?$/.exec(text) ?? [];
    return word === undefined || code.includes(word) ? [] : [word];
  };
};

/** What pages name and what is not there, each as `page:line says …`, and what is listed as foreign without need. */
export function missingThings(files: Files, foreign: readonly Foreign[]): readonly string[] {
  const checks = [missingCommands, missingPaths, missingVariables, missingRoutes, missingWords].map((look) =>
    look(files),
  );
  const used = new Set<string>();
  const isForeign = (name: string): boolean => {
    const listed = foreign.some((one) => one.name === name);
    if (listed) used.add(name);
    return listed;
  };
  const said = pagesIn(files).flatMap((page) => [
    ...brokenLinks(files, page),
    ...literalsOf(files.get(page) ?? '').flatMap(({ line, text }) =>
      checks
        .flatMap((check) => check(text))
        .filter((name) => !isForeign(name))
        .map((name) => `${page}:${line} says ${name}, which is not there`),
    ),
  ]);
  const needless = foreign.filter(({ name }) => !used.has(name));
  return [...said, ...needless.map(({ name }) => `${name} is listed as foreign, and no page needs that`)];
}
