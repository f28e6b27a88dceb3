import { posix } from 'node:path';
import ts from 'typescript';
import { blocksOf, pagesIn } from './pages.js';

/** Files that a test runs without importing them: it starts a process of them. */
export interface RunByProcess {
  readonly folder: string;
  readonly by: string;
}

/** A block that is no file's: with the reason why it can't be. `starts` is how its code begins. */
export interface Exempt {
  readonly page: string;
  readonly starts: string;
  readonly reason: string;
}

/**
 * Every TypeScript block of a page must stand, whole lines, in a file that a test runs. Says where one doesn't, and
 * which exemption is none.
 */
export function untestedExamples(
  files: ReadonlyMap<string, string>,
  byProcess: readonly RunByProcess[],
  exempt: readonly Exempt[],
): readonly string[] {
  const tested = [...testedFiles(files, byProcess)].map((path) => `\n${files.get(path)}\n`);
  const used = new Set<Exempt>();
  const untested = pagesIn(files).flatMap((page) =>
    blocksOf(files.get(page) ?? '')
      .filter(({ language }) => /^(ts|typescript)$/.test(language))
      .filter(({ code }) => {
        const listed = exempt.find((one) => one.page === page && code.startsWith(one.starts));
        if (listed !== undefined) used.add(listed);
        return listed === undefined && !tested.some((text) => holds(text, code));
      })
      .map(({ line }) => `${page}:${line} shows code that is in no file which a test runs`),
  );
  // Of a page that is not there nothing has to be said.
  const needless = exempt
    .filter((one) => !used.has(one) && files.has(one.page))
    .map(({ page, starts }) => `${page} has no block "${starts}"`);
  return [...untested, ...needless];
}

/** Whole lines, at any depth: an example may be the body of a test. */
function holds(text: string, code: string): boolean {
  return ['', '  ', '    ', '      '].some((indent) =>
    text.includes(`\n${code.replaceAll(/^(?=.)/gm, indent).trimEnd()}\n`),
  );
}

/** The specs, what they import, what that imports, and so on. */
function testedFiles(files: ReadonlyMap<string, string>, byProcess: readonly RunByProcess[]): ReadonlySet<string> {
  const started = byProcess.filter(({ by }) => files.has(by)).map(({ folder }) => folder);
  const tested = new Set<string>();
  const add = (path: string): void => {
    const text = files.get(path);
    if (tested.has(path) || text === undefined) return;
    tested.add(path);
    for (const { fileName } of ts.preProcessFile(text, true, false).importedFiles)
      if (fileName.startsWith('.')) add(posix.join(posix.dirname(path), fileName).replace(/\.js$/, '.ts'));
  };
  for (const path of files.keys())
    if (path.endsWith('.spec.ts') || (path.endsWith('.ts') && started.some((folder) => path.startsWith(`${folder}/`))))
      add(path);
  return tested;
}
