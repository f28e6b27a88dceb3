import { readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** A title in a spec file that names the faults it shows. */
export interface TaggedTest {
  /** Relative to the root, with `/`. */
  readonly file: string;
  /** Without its tags. */
  readonly title: string;
  readonly faults: readonly number[];
}

const ROOTS = ['libs', 'src', 'test'];
const SKIPPED = new Set(['node_modules', 'dist', 'fixtures']);
const TAG = /\(fault (\d{1,3})\)/g;

/** Every title of a `describe`, `it` or `test` below the root that has a tag, in the order of files. */
export function taggedTests(root: string): readonly TaggedTest[] {
  return ROOTS.flatMap((folder) => specsIn(root, folder)).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return text.includes('(fault ') ? titlesIn(file, text) : [];
  });
}

function specsIn(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : specsIn(root, path);
      return entry.name.endsWith('.spec.ts') ? [path] : [];
    });
}

function titlesIn(file: string, text: string): readonly TaggedTest[] {
  const found: TaggedTest[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const title = titleOf(node.arguments[0]);
      const faults = [...(title ?? '').matchAll(TAG)].map(([, fault]) => Number(fault));
      if (title !== undefined && faults.length > 0)
        found.push({ file, title: title.replaceAll(TAG, '').replaceAll(/ {2,}/g, ' ').trim(), faults });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

/** What the title says where it is written; what is only known when it runs is left out. */
function titleOf(node: ts.Expression | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…');
}
