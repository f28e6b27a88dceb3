import type { Layer } from '@isolith/testing/architecture';
import { crossings, violationAt } from '../layers.js';
import type { Rule } from '../source-tree.js';

export const noUpwardImports: Rule = {
  id: 'no-upward-imports',
  why: 'the gateway and the composition know the contexts; the other direction would tie every context to this one application',
  check: (tree) =>
    crossings(tree).flatMap((crossing) => {
      const { from, to } = crossing;
      if (from.kind === 'context' && (to?.kind === 'gateway' || to?.kind === 'composition' || to?.kind === 'outside')) {
        return [violationAt(crossing, `${from.context} may import its own folder, contracts and packages`)];
      }
      const isRelativeLib = from.kind !== 'lib' && to?.kind === 'lib' && crossing.import.specifier.startsWith('.');
      return isRelativeLib ? [violationAt(crossing, 'a package is imported by its name')] : [];
    }),
};

export const gatewayImports: Rule = {
  id: 'gateway-imports',
  why: 'a gateway is given the routes that it mounts: it knows no context, so that adding one does not change it',
  check: (tree) =>
    crossings(tree).flatMap((crossing) => {
      const { from, to } = crossing;
      if (from.kind !== 'gateway') return [];
      if (to?.kind === 'composition') return [violationAt(crossing, 'the gateway may not import the composition')];
      if (to?.kind !== 'context') return [];
      return [violationAt(crossing, `the gateway may import no context, this is ${to.layer} of ${to.context}`)];
    }),
};

const LIST_MAY: readonly Layer[] = ['context', 'module', 'route'];

export const compositionImports: Rule = {
  id: 'composition-imports',
  why: 'one list names the contexts and where their code is: a second place would have to be kept with each new context',
  check: (tree) => {
    const all = crossings(tree).filter(({ from, to }) => from.kind === 'composition' && to?.kind === 'context');
    const [list] = all.filter(({ to }) => to?.kind === 'context' && to.layer === 'context').map(({ source }) => source);
    return all.flatMap((crossing) => {
      const { source, to } = crossing;
      if (to?.kind !== 'context') return [];
      if (list !== undefined && source.path !== list.path)
        return [violationAt(crossing, `only ${list.path} names contexts; ask it`)];
      return LIST_MAY.includes(to.layer)
        ? []
        : [
            violationAt(
              crossing,
              `the list may import descriptors, modules and routes, this is ${to.layer} of ${to.context}`,
            ),
          ];
    });
  },
};
