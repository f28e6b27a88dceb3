import { crossings, type Layer, violationAt } from '../layers.js';
import type { Rule } from '../source-tree.js';

export const foreignInside: Rule = {
  id: 'foreign-inside',
  why: 'a context can move to a host of its own only while nobody reaches past its contract',
  check: (tree) =>
    crossings(tree).flatMap((crossing) => {
      const { from, to } = crossing;
      if (from.kind !== 'context' || to?.kind !== 'context' || to.context === from.context || to.layer === 'contract')
        return [];
      return [
        violationAt(crossing, `${from.context} may import ${to.context}.contract.ts only, this is its ${to.layer}`),
      ];
    }),
};

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

const GATEWAY_MAY: readonly Layer[] = ['route', 'contract'];

export const gatewayImports: Rule = {
  id: 'gateway-imports',
  why: 'a gateway without the contexts beside it mounts their routes and knows their contracts, nothing else',
  check: (tree) =>
    crossings(tree).flatMap((crossing) => {
      const { from, to } = crossing;
      if (from.kind !== 'gateway') return [];
      if (to?.kind === 'composition') return [violationAt(crossing, 'the gateway may not import the composition')];
      if (to?.kind !== 'context' || GATEWAY_MAY.includes(to.layer)) return [];
      return [
        violationAt(crossing, `the gateway may import routes and contracts, this is ${to.layer} of ${to.context}`),
      ];
    }),
};

const COMPOSITION_MAY: readonly Layer[] = ['module', 'route', 'contract', 'subscriptions', 'database'];

export const compositionImports: Rule = {
  id: 'composition-imports',
  why: 'the composition chooses modules; if it knew their inside, moving one would change it',
  check: (tree) =>
    crossings(tree).flatMap((crossing) => {
      const { from, to } = crossing;
      if (from.kind !== 'composition' || to?.kind !== 'context' || COMPOSITION_MAY.includes(to.layer)) return [];
      return [
        violationAt(
          crossing,
          `composition may import modules, routes, contracts, subscriptions and databases, this is ${to.layer} of ${to.context}`,
        ),
      ];
    }),
};
