import { crossings, importViolation, type Rule } from './tree.js';

export const foreignInside: Rule = {
  id: 'foreign-inside',
  why: 'a context can move to a host of its own only while nobody reaches past its contract',
  check: (tree) =>
    crossings(tree).flatMap((crossing) => {
      const { from, to } = crossing;
      if (to === undefined || to.context === from.context || to.layer === 'contract') return [];
      const { context, layer } = to;
      return [
        importViolation(crossing, `${from.context} may import the contract of ${context} only, this is its ${layer}`),
      ];
    }),
};
