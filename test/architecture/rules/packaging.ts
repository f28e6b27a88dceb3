import { posix } from 'node:path';
import { isRecord, lineOfText, readJson, type Rule, type SourceTree, type Violation } from '../source-tree.js';

interface Listing {
  readonly file: string;
  readonly folders: readonly string[];
}

const strings = (values: readonly unknown[]): readonly string[] => values.filter((value) => typeof value === 'string');

/** The packages as npm sees them: folders with a manifest that a pattern of `workspaces` covers. */
function workspaces(tree: SourceTree): Listing {
  const { workspaces: listed } = readJson(tree.files, 'package.json');
  const patterns = strings(Array.isArray(listed) ? listed : []);
  const covers = (folder: string) =>
    patterns.some((pattern) => pattern === folder || pattern === `${posix.dirname(folder)}/*`);
  return { file: 'package.json', folders: tree.libs.map(({ folder }) => folder).filter(covers) };
}

function nestProjects(tree: SourceTree): Listing {
  const { projects } = readJson(tree.files, 'nest-cli.json');
  const roots = Object.values(isRecord(projects) ? projects : {}).map((project) =>
    isRecord(project) ? project['root'] : undefined,
  );
  return { file: 'nest-cli.json', folders: strings(roots).filter((root) => root.startsWith('libs/')) };
}

function references(tree: SourceTree): Listing {
  const { references: listed } = readJson(tree.files, 'tsconfig.json');
  const paths = (Array.isArray(listed) ? listed : []).map((one: unknown) => (isRecord(one) ? one['path'] : undefined));
  return {
    file: 'tsconfig.json',
    folders: strings(paths)
      .map((path) => posix.normalize(path))
      // The pages of a package are checked beside it, and built by another tool.
      .filter((path) => path.startsWith('libs/') && posix.basename(path) !== 'web'),
  };
}

export const workspacesAgree: Rule = {
  id: 'workspaces-agree',
  why: 'npm, Nest and the compiler must mean the same packages, or one of them builds without the others noticing',
  check: (tree) => {
    const folders = [...new Set([...tree.files.keys()].flatMap((path) => /^libs\/[^/]+(?=\/)/.exec(path)?.[0] ?? []))];
    return [workspaces(tree), nestProjects(tree), references(tree)].flatMap(
      ({ file, folders: listed }): Violation[] => [
        ...folders
          .filter((folder) => !listed.includes(folder))
          .map((folder) => ({ file, line: 1, message: `does not list ${folder}` })),
        ...listed
          .filter((folder) => !folders.includes(folder))
          .map((folder) => ({
            file,
            line: lineOfText(tree.files, file, folder),
            message: `lists ${folder}, which does not exist`,
          })),
      ],
    );
  },
};

export const lockWithoutRegistry: Rule = {
  id: 'lock-without-registry',
  why: 'a lock file with addresses ties every install to the registry of whoever wrote it',
  check: (tree) =>
    (tree.files.get('package-lock.json') ?? '')
      .split('\n')
      .flatMap((line, index) =>
        /"resolved":\s*"(?:https?|git\+\w+):/.test(line)
          ? [{ file: 'package-lock.json', line: index + 1, message: 'names a registry' }]
          : [],
      ),
};
