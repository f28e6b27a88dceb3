import { anchorsOf, linksOf } from './pages.js';
import type { Files, Missing } from './named-things.js';

/** Paths from the root of the tree; `*` and `<context>` stand for any name, `dist/` for what is built from `src/`. */
export const missingPaths: Missing = (files) => {
  const there = [...files.keys()];
  const exists = (path: string): boolean => {
    const source = path
      // A decision is known by its number.
      .replace(/^(docs\/decisions\/\d{4})$/, '$1-*')
      .replace(/^dist\//, 'src/')
      .replace(/\.js$/, path.startsWith('dist/') ? '.ts' : '.js');
    const pattern = source
      .replace(/\/$/, '')
      .replaceAll(/[.+]/g, String.raw`\$&`)
      .replaceAll(/<\w+>|\*+/g, '[^/]+');
    const expected = new RegExp(`^${pattern}($|/)`);
    return there.some((file) => expected.test(file));
  };
  return (text) =>
    [
      ...text
        .replaceAll('/app/dist/', 'dist/')
        .matchAll(/(?<![\w./@-])(?:src|libs|test|docs|scripts|bench|dist)\/[\w./<>*-]*/g),
    ]
      .map(([path]) => path.replace(/[.]$/, ''))
      .filter((path) => !exists(path));
};

/** Links of a page that lead nowhere, or to a heading that is not there. */
export function brokenLinks(files: Files, page: string): readonly string[] {
  return linksOf(page, files.get(page) ?? '').flatMap(({ line, target, anchor }) => {
    const isThere = files.has(target) || [...files.keys()].some((file) => file.startsWith(`${target}/`));
    if (!isThere) return [`${page}:${line} links to ${target}, which is not there`];
    return anchor === undefined || anchorsOf(files.get(target) ?? '').has(anchor)
      ? []
      : [`${page}:${line} links to #${anchor}, which is no heading of ${target}`];
  });
}
