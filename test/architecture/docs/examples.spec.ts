import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { untestedExamples, type Exempt, type RunByProcess } from './examples.js';
import { treeFiles } from './tree-files.js';

const BY_PROCESS: readonly RunByProcess[] = [
  { folder: 'test/strangers/desk/after', by: 'test/strangers/adoption.spec.ts' },
  { folder: 'libs/create/template/src', by: 'test/strangers/create.spec.ts' },
];
const EXEMPT: readonly Exempt[] = [
  {
    page: 'libs/schematics/README.md',
    starts: '',
    reason: 'it shows what the schematics write: libs/schematics/src/readme.spec.ts runs them and compares',
  },
];

describe('code in the pages', () => {
  it('is in files that tests run', () => {
    expect(untestedExamples(treeFiles(join(import.meta.dirname, '..', '..', '..')), BY_PROCESS, EXEMPT)).toEqual([]);
  });

  const page = (code: string) =>
    ['docs/guides/a.md', `# A\n\n1. first\n\n   \`\`\`ts\n   ${code}\n   \`\`\`\n`] as const;
  const spec = ['src/a.spec.ts', "import { a } from './a.js';\nit('works', () => {\n  use(a);\n});\n"] as const;
  const source = ['src/a.ts', "export * from './b.js';\n"] as const;
  const imported = ['src/b.ts', 'export const a = 1;\nexport const c = 2;\n'] as const;

  it.each([
    ['in a spec, deeper than on the page', 'use(a);', []],
    ['in what a spec imports by way of another', 'export const a = 1;', []],
    ['half of a line', 'export const a', ['docs/guides/a.md:6 shows code that is in no file which a test runs']],
    ['in no file', 'export const b = 1;', ['docs/guides/a.md:6 shows code that is in no file which a test runs']],
  ])('%s', (_, code, found) => {
    expect(untestedExamples(new Map([page(code), spec, source, imported]), [], [])).toEqual(found);
  });

  it('in a file that nothing runs is refused; one that a process runs counts while the spec is there', () => {
    const files = new Map<string, string>([page('export const a = 1;'), imported]);
    const byProcess = [{ folder: 'src', by: 'test/start.spec.ts' }];
    expect(untestedExamples(files, byProcess, [])).toHaveLength(1);
    expect(untestedExamples(files.set('test/start.spec.ts', ''), byProcess, [])).toEqual([]);
  });

  it('may be exempt with a reason, and an exemption of nothing is named', () => {
    const exempt = [{ page: 'docs/guides/a.md', starts: 'const b', reason: 'a sketch' }];
    expect(untestedExamples(new Map([page('const b = 1;')]), [], exempt)).toEqual([]);
    expect(untestedExamples(new Map([page('use(a);'), spec, source, imported]), [], exempt)).toEqual([
      'docs/guides/a.md has no block "const b"',
    ]);
  });
});
