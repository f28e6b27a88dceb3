import { crossings, packageOf, violationAt } from '../layers.js';
import { isRecord, readJson, type Rule } from '../source-tree.js';

export const pagesAlone: Rule = {
  id: 'pages-alone',
  why: 'what runs in a browser is bundled from what a build installs, and nothing of a host may get into it, or it into a host',
  check: (tree) => {
    const { devDependencies, dependencies } = readJson(tree.files, 'package.json');
    const installed = new Set(
      [devDependencies, dependencies].flatMap((listed) => (isRecord(listed) ? Object.keys(listed) : [])),
    );
    return crossings(tree).flatMap((crossing) => {
      const { from, to, import: one } = crossing;
      if (from.kind !== 'pages')
        return to?.kind === 'pages' ? [violationAt(crossing, 'the pages run in browsers only')] : [];
      if (to?.kind === 'pages') return [];
      if (to !== undefined || one.specifier.startsWith('node:'))
        return [violationAt(crossing, 'it does not run in a browser')];
      const name = packageOf(one.specifier);
      return installed.has(name)
        ? []
        : [violationAt(crossing, `${name} is not among the devDependencies of package.json`)];
    });
  },
};
