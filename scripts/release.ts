import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { at } from './paths.mjs';
import { main, run, say, StepFailed } from './steps.mjs';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly repository: { readonly directory: string };
  readonly dependencies?: Record<string, string>;
}

const packages = (): Manifest[] =>
  readdirSync(at('libs')).map((lib) => JSON.parse(readFileSync(at('libs', lib, 'package.json'), 'utf8')));

/** Whatever a package depends on is there before it. */
export const inOrder = (all: readonly Manifest[]): Manifest[] => {
  const ordered: Manifest[] = [];
  const add = (one: Manifest) => {
    if (ordered.includes(one)) return;
    for (const name of Object.keys(one.dependencies ?? {})) {
      const other = all.find((candidate) => candidate.name === name);
      if (other !== undefined) add(other);
    }
    ordered.push(one);
  };
  all.forEach(add);
  return ordered;
};

/** @returns what speaks against a release, one sentence each */
const obstacles = (all: readonly Manifest[]): string[] => {
  const versions = [...new Set(all.map(({ version }) => version))];
  const [version = ''] = versions;
  const git = (...args: string[]) => execFileSync('git', args, { cwd: at(), encoding: 'utf8' }).trim();
  return [
    ...(versions.length === 1 ? [] : [`packages have several versions: ${versions.join(', ')}`]),
    ...(git('status', '--porcelain') === '' ? [] : ['the work tree has changes that are not committed']),
    ...(git('tag', '--points-at', 'HEAD').split('\n').includes(`v${version}`)
      ? []
      : [`this commit has no tag v${version}`]),
    ...all.flatMap(({ name, repository }) => {
      const changelog = readFileSync(at(repository.directory, 'CHANGELOG.md'), 'utf8');
      return changelog.includes(`\n## ${version}`) ? [] : [`the changelog of ${name} has no section ${version}`];
    }),
  ];
};

// npm run release: what would be published. With --publish it is, with provenance, which npm takes only from a build
// server that can prove what it built.
if (process.argv[1] === import.meta.filename)
  await main(async () => {
    const { values } = parseArgs({ options: { publish: { type: 'boolean', default: false } } });
    const all = inOrder(packages());
    const against = obstacles(all);
    for (const reason of against) say('release', reason);
    if (values.publish && against.length > 0) throw new StepFailed('release', 'nothing was published');
    for (const { name } of all) {
      say('release', name);
      await run('release', 'npm', ['publish', '--workspace', name, ...(values.publish ? [] : ['--dry-run'])], {
        show: values.publish,
      });
    }
    say('release', values.publish ? 'published' : 'nothing was published: --publish does');
  });
