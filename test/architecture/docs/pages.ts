import { posix } from 'node:path';

/** The pages that people read. Those of `docs/api` are generated from the sources, and held by a test of their own. */
export const pagesIn = (files: ReadonlyMap<string, string>): readonly string[] =>
  [...files.keys()]
    .filter((path) => /^((README|CONTRIBUTING)\.md|docs\/.*\.md|libs\/[^/]+\/README\.md|bench\/README\.md)$/.test(path))
    .filter((path) => !path.startsWith('docs/api/'))
    .sort();

export interface Block {
  /** Of its first line of code, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The fenced blocks of a page; one inside of a list is without the list's indentation. */
export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = page.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^( *)```(\w*)/.exec(lines[at] ?? '');
    if (fence === null) continue;
    const [, indent = '', language = ''] = fence;
    const end = lines.findIndex((line, nth) => nth > at && line.trim() === '```');
    if (end < 0) throw new Error(`line ${at + 1}: a block that nothing ends`);
    const code = lines.slice(at + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push({ line: at + 2, language, code: code.join('\n') });
    at = end;
  }
  return blocks;
}

/**
 * What a page says literally: the text of its code spans and of its blocks, TypeScript left out, each with its line.
 */
export function literalsOf(page: string): readonly { readonly line: number; readonly text: string }[] {
  const literals: { line: number; text: string }[] = [];
  let block: string | undefined;
  for (const [index, line] of page.split('\n').entries()) {
    const fence = /^ *```(\w*)/.exec(line);
    if (fence !== null) block = block === undefined ? fence[1] : undefined;
    else if (block === 'ts') continue;
    else if (block !== undefined) literals.push({ line: index + 1, text: line });
    else for (const [, text = ''] of line.matchAll(/`([^`]+)`/g)) literals.push({ line: index + 1, text });
  }
  return literals;
}

export interface Link {
  readonly line: number;
  /** A path in the tree. */
  readonly target: string;
  /** Without `#`; undefined where the whole page is meant. */
  readonly anchor?: string;
}

/** The links of a page to files of the tree. */
export function linksOf(path: string, page: string): readonly Link[] {
  return page.split('\n').flatMap((text, index) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, to = '']) => to)
      .filter((to) => !/^[a-z]+:/.test(to))
      .map((to) => {
        const [file = '', anchor] = to.split('#');
        const target = file === '' ? path : posix.join(posix.dirname(path), file).replace(/\/$/, '');
        return { line: index + 1, target, ...(anchor === undefined ? {} : { anchor }) };
      }),
  );
}

/** The anchors of a page's headings, as GitHub makes them. */
export const anchorsOf = (page: string): ReadonlySet<string> =>
  new Set(
    page.split('\n').flatMap((line) => {
      const [, heading] = /^#+ (.+)$/.exec(line) ?? [];
      if (heading === undefined) return [];
      return heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-');
    }),
  );
