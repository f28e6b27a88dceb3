import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { checkTypes } from './compile.ts';
import { at, root } from './paths.mjs';
import { main, run, say, seconds, stopToolsOnSignal } from './steps.mjs';

/** What differs from the last commit, files that are not committed yet included. */
const changed = (): string[] =>
  [
    ['diff', '--name-only', '--diff-filter=d', 'HEAD'],
    ['ls-files', '--others', '--exclude-standard'],
  ].flatMap((args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' })
      .split('\n')
      .filter((name) => name !== ''),
  );

/** The specs that were changed, and those beside sources that were. */
const specsOf = (files: readonly string[]): string[] => {
  const specs = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => (name.endsWith('.spec.ts') ? name : name.replace(/\.ts$/, '.spec.ts')))
    // Those need servers, or hosts that take long to start: npm test runs them.
    .filter((name) =>
      /^(libs|src|bench\/harness|test\/(alerts|support|contracts|contexts|one-order|processes|metrics|faults|readme|deployment|chaos|jest))\//.test(
        name,
      ),
    )
    .filter((name) => !name.endsWith('.services.spec.ts') && !name.includes('.faults.'));
  return [...new Set(specs)].filter((name) => existsSync(at(name)));
};

// npm run check: what can be known within a minute, before a commit. Everything that must hold before a change is kept
// is npm test.
await main(async () => {
  stopToolsOnSignal();
  const startedAt = Date.now();
  const node = process.execPath;
  const jest = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    at('node_modules', 'jest', 'bin', 'jest.js'),
  ];
  await run('format', node, [at('node_modules', 'oxfmt', 'bin', 'oxfmt'), '--check'], { show: true });
  await run('lint', node, [at('node_modules', 'oxlint', 'bin', 'oxlint'), '--type-aware'], { show: true });
  await checkTypes(node);
  await run('architecture', node, [...jest, '--selectProjects', 'architecture', '--silent', '--reporters=summary'], {
    show: true,
  });
  const specs = specsOf(changed());
  if (specs.length === 0) say('specs', 'none beside what was changed');
  else await run('specs', node, [...jest, '--selectProjects', 'unit', '--runTestsByPath', ...specs], { show: true });
  say('check', `ok in ${seconds(startedAt)}; npm test tests everything`);
});
